// What happens on the page: settings become an address, the address a film, the film is played.
// Dash tells of every change through the functions of `seciPage`; see seci_sim/page/dash_page.py.
(function () {
  "use strict";

  const POLL = 400; // milliseconds until somebody in the line asks again
  const LONGEST_FILE_IN_LINK = 6000;
  const LARGEST_FILE = 1000000;

  const state = {
    started: false,
    fields: {}, // what is asked for, as in the address
    file: null, // {name, text} of a scenario file that was opened
    values: {}, // what the sliders show; another value on one of them is a visitor's doing
    units: {},
    busy: false,
    again: false,
    player: null,
    film: null,
    visitor: Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
  const noUpdate = () => window.dash_clientside.no_update;
  const at = (id) => document.getElementById(id);
  const say = (id, text) => (at(id).textContent = text);
  const pause = (time) => new Promise((go) => setTimeout(go, time));

  async function post(path, body) {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (answer.ok) return { status: answer.status, answer };
      const told = await answer.json().catch(() => ({}));
      return { status: answer.status, problems: told.problems || [`the page's server answered ${answer.status}`] };
    } catch {
      return { status: 0, problems: ["the page's server does not answer; is seci-sim app still running?"] };
    }
  }

  function showProblems(problems) {
    say("problem", problems.join("\n"));
    if (problems.length) say("status", "");
  }

  // Settings ------------------------------------------------------------------------------------

  const isShare = (name) => /^(share|chance)/.test(state.units[name] || "");

  function written(name, value) {
    if (typeof value === "boolean") return value ? "yes" : "no";
    return isShare(name) ? `${Number((100 * value).toPrecision(6))}%` : String(Number(Number(value).toPrecision(6)));
  }

  function shown(name, value) {
    return isShare(name) ? written(name, value) : `${written(name, value)} ${state.units[name]}`;
  }

  // Ask for something else altogether: a question, a link, a file.
  async function open(fields, file) {
    const { answer, problems } = await post("/settings", { fields, file });
    if (problems) return showProblems(problems);
    const told = await answer.json();
    Object.assign(state, { fields: told.fields, file, values: told.values, units: told.units });
    const set = window.dash_clientside.set_props;
    set("seed", { value: told.fields.seed });
    for (const [name, value] of Object.entries(told.values)) {
      if (typeof value === "boolean") showSwitch(name, value);
      else {
        set({ type: "lever", name }, { value });
        say(`value-${name}`, shown(name, value));
      }
    }
    say("question", told.question);
    say("file", file ? `From the file ${file.name}` : "");
    showChoices();
    return run();
  }

  const buttons = (kind) => document.querySelectorAll(`[data-kind="${kind}"]`);

  function showSwitch(name, value) {
    document.querySelector(`[data-kind="switch"][data-name="${name}"]`).setAttribute("aria-checked", value);
  }

  function showChoices() {
    const chosen = { scenario: state.file ? null : state.fields.scenario, compare: state.fields.compare || "" };
    for (const [kind, name] of Object.entries(chosen)) {
      say(`${kind}-name`, state.file && kind === "scenario" ? state.file.name : "");
      for (const button of buttons(kind)) {
        button.setAttribute("aria-pressed", button.dataset.name === name);
        if (button.dataset.name === name) say(`${kind}-name`, button.textContent);
      }
    }
    const preset = `${chosen.scenario} ${chosen.compare}`;
    for (const button of buttons("preset")) button.setAttribute("aria-pressed", button.dataset.name === preset);
  }

  // A slider or the seed has another value.
  function changed(seed) {
    if (!state.started) {
      state.started = true;
      start();
      return noUpdate();
    }
    const moved = movedLevers();
    const newSeed = String(seed).trim();
    if (newSeed === state.fields.seed && !moved.length) return noUpdate();
    for (const [name, value] of moved) {
      set(name, value);
      say(`value-${name}`, shown(name, value));
    }
    state.fields.seed = newSeed;
    run();
    return noUpdate();
  }

  function set(name, value) {
    state.values[name] = value;
    state.fields[name] = written(name, value);
  }

  function movedLevers() {
    const levers = window.dash_clientside.callback_context.inputs_list.find(Array.isArray);
    return levers
      .map(({ id, value }) => [id.name, Number(value)])
      .filter(([name, now]) => written(name, now) !== written(name, state.values[name]));
  }

  // The address -----------------------------------------------------------------------------------

  function start() {
    const asked = Object.fromEntries(new URLSearchParams(location.search));
    const file = fileInLink();
    const nothing = !Object.keys(asked).length;
    open(nothing ? { scenario: "one-percent", compare: "no-patient-time", seed: "1" } : asked, file);
  }

  function fileInLink() {
    const found = /^#file=([^:]+):(.+)$/.exec(location.hash);
    if (!found) return null;
    try {
      const bytes = Uint8Array.from(atob(found[2].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
      return { name: decodeURIComponent(found[1]), text: new TextDecoder().decode(bytes) };
    } catch {
      showProblems(["the link is not whole"]);
      return null;
    }
  }

  function address() {
    const { fields, file } = state;
    const query = new URLSearchParams(Object.entries(fields)).toString();
    if (!file) return `?${query}`;
    const bytes = new TextEncoder().encode(file.text);
    if (bytes.length > LONGEST_FILE_IN_LINK) return null;
    const text = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
    const withoutFile = new URLSearchParams(Object.entries(fields).filter(([name]) => name !== "scenario"));
    return `?${withoutFile}#file=${encodeURIComponent(file.name)}:${text}`;
  }

  // Runs ------------------------------------------------------------------------------------------

  const request = () => ({ fields: state.fields, file: state.file, visitor: state.visitor });

  // One run at a time; what is asked for meanwhile is run after it, and what came between is not.
  async function run() {
    state.again = true;
    if (state.busy) return;
    state.busy = true;
    at("show").setAttribute("aria-busy", "true");
    while (state.again) {
      state.again = false;
      await film();
    }
    at("show").removeAttribute("aria-busy");
    state.busy = false;
  }

  async function film() {
    const { answer, problems } = await answered("/film");
    if (problems) return showProblems(problems);
    if (!answer) return undefined;
    const made = await answer.json();
    history.replaceState(null, "", address() || location.pathname);
    showProblems([]);
    say("status", "");
    show(made);
    document.documentElement.dataset.films = Number(document.documentElement.dataset.films || 0) + 1;
    return undefined;
  }

  // Ask until it is our turn, or something else is asked for.
  async function answered(path) {
    for (;;) {
      const { status, answer, problems } = await post(path, request());
      if (status !== 202 && status !== 429) return { answer, problems };
      if (status === 202) {
        const { place } = await answer.json();
        say("status", place ? `You are number ${place} in the line.` : "Running …");
      } else say("status", problems[0]);
      await pause(status === 429 ? 5 * POLL : POLL);
      if (state.again && path === "/film") return {};
    }
  }

  function show(made) {
    state.film = made;
    state.player = state.player || new window.SeciPlayer.Player(at("player"), {});
    state.player.load(made.runs.map(window.SeciPlayer.readRun));
    window.seciPlayer = state.player;
    tellFinding();
  }

  function tellFinding() {
    const [last, other] = state.film.runs.slice().reverse().map((run) => {
      const curve = run.curves.needs_met;
      return { name: `“${run.name}”`, met: window.SeciPlayer.percent(curve[curve.length - 1]) };
    });
    const compared = other ? `, ${other.name} with ${other.met}` : "";
    say("finding", `In this run, ${last.name} ends with ${last.met} of patients' needs met${compared}`);
  }

  // Buttons ---------------------------------------------------------------------------------------

  const acts = {
    link: async () => {
      const link = address();
      if (!link) return say("told", "The file is too long for a link; send the file itself.");
      history.replaceState(null, "", link);
      const copied = navigator.clipboard && (await navigator.clipboard.writeText(location.href).then(() => true, () => false));
      return say("told", copied ? "Copied." : "The address of this page now reopens exactly this; copy it from there.");
    },
    csv: () => download("/table", "seci-sim.csv"),
    xlsx: () => download("/workbook", "seci-sim.xlsx"),
    yaml: () => download("/scenario", "seci-sim.yaml"),
    file: chooseFile,
  };

  async function download(path, name) {
    say("told", "Making the file …");
    const { answer, problems } = await answered(path);
    if (problems) return say("told", problems.join("\n"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    return say("told", `Downloaded ${name}.`);
  }

  // What a button of each kind does.
  const presses = {
    act: (name) => acts[name](),
    preset: (name) => {
      const [scenario, compare] = name.split(" ");
      open({ scenario, compare, seed: state.fields.seed || "1" }, null);
    },
    scenario: (name) => open(withCompare({ scenario: name, seed: state.fields.seed }, state.fields.compare), null),
    compare: (name) => {
      delete state.fields.compare;
      withCompare(state.fields, name);
      showChoices();
      run();
    },
    switch: (name) => {
      set(name, !state.values[name]);
      showSwitch(name, state.values[name]);
      run();
    },
  };

  function withCompare(fields, name) {
    if (name) fields.compare = name;
    return fields;
  }

  function pressed() {
    const [trigger] = window.dash_clientside.callback_context.triggered;
    if (trigger && trigger.value) {
      const { type, name } = JSON.parse(trigger.prop_id.replace(/\.n_clicks$/, ""));
      presses[type](name);
    }
    return noUpdate();
  }

  function chooseFile() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".yaml,.yml";
    input.addEventListener("change", () => input.files[0] && openFile(input.files[0]));
    input.click();
  }

  async function openFile(chosen) {
    if (chosen.size > LARGEST_FILE) return showProblems([`${chosen.name}: is larger than 1 MB`]);
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
    } catch {
      return showProblems([`${chosen.name}: is not text in UTF-8; save as UTF-8`]);
    }
    return open({ seed: state.fields.seed }, { name: chosen.name, text });
  }

  window.SeciPlayer.obeyKeys(() => state.player);
  window.dash_clientside = Object.assign({}, window.dash_clientside, { seciPage: { changed, pressed } });
})();
