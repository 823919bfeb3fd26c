// The sandbox: a scenario, what it is compared with, every lever, any seed; and what can be taken away.
(function (seci) {
  "use strict";

  const IN_FRONT = ["policy.patient_time", "policy.mentoring_hours", "policy.cross_unit", "policy.training_hours", "policy.projects_per_head", "policy.turnover"];
  const SECTIONS = { policy: "What the firm decides", world: "What patients need", learning: "How people learn", projects: "How a concept becomes a routine", service: "Who is reached", competition: "Rivals" };
  const UNCHANGED = "unchanged";
  const { inWords, isShare, rounded, words } = seci.levers;
  const isSeed = (text) => /^[0-9]{1,19}$/.test(text) && BigInt(text) < 2n ** 63n;

  class Sandbox {
    constructor(element, offered) {
      Object.assign(this, { element, offered });
      this.part = (name) => element.querySelector(`.${name}`);
      this.film = seci.inTurn((again) => this.filmOnce(again));
    }

    async open() {
      if (this.player && (!location.hash.includes("?") || location.hash === this.address())) return this.player.resize();
      await seci.source.ready();
      this.catalogue = seci.source.catalogue;
      this.declared = new Map(this.catalogue.parameters.map((one) => [one.name, one]));
      this.begin();
      this.readAddress();
      this.build();
      this.part("question").textContent = "Working these weeks out …";
      this.player = this.player || new seci.Player(this.part("player"));
      return this.show();
    }

    // What is asked for where nothing else is said.
    begin() {
      const scenario = this.offered.find((name) => name.startsWith("own-")) || "one-percent";
      this.asked = { scenario, compare: scenario === "one-percent" ? "no-patient-time" : UNCHANGED, seed: "1", values: {} };
    }

    // The address holds all that is asked for: it reopens exactly this.
    readAddress() {
      const problems = [];
      for (const [name, text] of new URLSearchParams(location.hash.split("?")[1] || "")) {
        const declared = this.declared.get(name);
        if (name === "scenario" && this.offered.includes(text)) this.asked.scenario = text;
        else if (name === "compare" && ["", UNCHANGED, ...this.offered].includes(text)) this.asked.compare = text;
        else if (name === "seed" && isSeed(text)) this.asked.seed = text;
        else if (declared && typeof declared.default === "boolean" && ["yes", "no"].includes(text)) this.asked.values[name] = text === "yes";
        else if (declared && typeof declared.default === "number" && text.trim() !== "" && (!declared.whole || Number.isInteger(Number(text))) && Number(text) >= declared.allowed[0] && Number(text) <= declared.allowed[1]) this.asked.values[name] = Number(text);
        else problems.push(`${name}: ${text}: there is nothing like it here`);
      }
      for (const name of Object.keys(this.asked.values)) {
        if (this.rivals.length || !name.startsWith("competition.")) continue;
        delete this.asked.values[name];
        problems.push(`${name}: says nothing without rivals`);
      }
      this.problems = problems;
    }

    get rivals() {
      return this.catalogue.scenarios[this.asked.scenario].rivals;
    }

    address() {
      const { scenario, compare, seed, values } = this.asked;
      const written = Object.entries(values).map(([name, value]) => [name, typeof value === "boolean" ? inWords({}, value) : String(rounded(value))]);
      return `#sandbox?${new URLSearchParams([["scenario", scenario], ["compare", compare], ["seed", seed], ...written])}`;
    }

    build() {
      const named = this.offered.map((name) => [name, this.catalogue.scenarios[name].name]);
      this.controls = new Map();
      const controls = (names) => names.map((name) => {
        const { element, showValue } = seci.levers.make(this.declared.get(name), (value) => this.set(name, value));
        this.controls.set(name, showValue);
        return element;
      });
      const simple = [...this.declared.values()].filter((one) => ["number", "boolean"].includes(typeof one.default)).map(({ name }) => name);
      const modes = seci.MODES.map(({ name }) => `policy.${name}`);
      const rest = simple.filter((name) => ![...IN_FRONT, ...modes].includes(name));
      const folded = Object.entries(SECTIONS).map(([section, title]) =>
        seci.make("details", {}, [seci.make("summary", {}, [title]), ...controls(rest.filter((name) => name.startsWith(`${section}.`)))]));
      this.ofRivals = folded.at(-1);
      this.seed = seci.make("input", { type: "text", inputmode: "numeric", maxlength: 19, value: this.asked.seed });
      this.seed.addEventListener("change", () => this.newSeed(this.seed.value.trim()));
      this.part("settings-of").replaceChildren(
        ...controls(IN_FRONT),
        seci.make("fieldset", {}, [seci.make("legend", {}, ["Modes that work"]), ...controls(modes)]),
        seci.make("label", { class: "choice" }, ["Scenario ", this.list("scenario", named)]),
        seci.make("label", { class: "choice" }, ["Open a scenario file of your own ", this.opener()]),
        seci.make("label", { class: "choice" }, ["Compared with ", this.list("compare", [["", "nothing"], [UNCHANGED, "the same without my changes"], ...named])]),
        seci.make("label", { class: "choice" }, ["Seed (the luck of this run) ", this.seed]),
        ...folded,
      );
      const take = (name, act) => seci.button(name, {}, act);
      this.part("take").replaceChildren(
        take("Again with other luck", () => this.others(seci.drawLuck)),
        take("In other worlds", () => this.others(seci.drawWorlds)),
        take("Copy a link that reopens this", () => this.link()),
        take("Download weeks (CSV)", () => this.csv()),
        take("Download scenario (YAML)", () => this.save("seci-sim.yaml", this.yaml(), "text/yaml")),
      );
    }

    // A file of one's own: read strictly, and shown at once; what is wrong with it is told line by line.
    opener() {
      const box = seci.make("input", { type: "file", accept: ".yaml,.yml" });
      box.addEventListener("change", async () => {
        const [file] = box.files;
        if (!file) return;
        const bytes = await file.arrayBuffer();
        box.value = "";
        this.openFile(bytes, file.name);
      });
      return box;
    }

    openFile(bytes, label) {
      let scenario;
      try {
        scenario = seci.scenarioOf(seci.decoded(bytes, label), label, this.catalogue);
      } catch (refused) {
        if (!(refused instanceof seci.Refused)) throw refused;
        this.tell(refused.message.split("\n"));
        return;
      }
      const name = seci.source.add({ ...scenario, file: label });
      this.offered = [name, ...this.offered];
      Object.assign(this.asked, { scenario: name, compare: UNCHANGED, values: {} });
      this.tell([]);
      this.build();
      this.show();
    }

    list(kind, choices) {
      const box = seci.make("select", { name: kind }, choices.map(([value, name]) => seci.make("option", { value }, [name])));
      box.value = this.asked[kind];
      box.addEventListener("change", () => {
        this.asked[kind] = box.value;
        if (kind === "scenario") this.asked.values = {};
        this.show();
      });
      return box;
    }

    valueOf(name) {
      const { values, scenario } = this.asked;
      return values[name] ?? this.catalogue.scenarios[scenario].values[name] ?? this.declared.get(name).default;
    }

    set(name, value) {
      this.asked.values[name] = value;
      this.show();
    }

    newSeed(text) {
      const right = isSeed(text);
      this.tell(right ? [] : [`seed: must be a whole number; allowed: 0 to 2^63-1; got ${text}`]);
      if (!right) return;
      this.asked.seed = text;
      this.show();
    }

    tell(problems) {
      const box = this.part("problem");
      box.hidden = !problems.length;
      seci.say(box, problems.join("\n"));
    }

    changed() {
      const names = Object.keys(this.asked.values);
      return names.length ? `, ${names.map((name) => `${words(name).toLowerCase()} ${inWords(this.declared.get(name), this.asked.values[name])}`).join(", ")}` : "";
    }

    // What is run: that with which it is compared, if there is one, and what is asked for.
    runs() {
      const { scenario, compare, seed, values } = this.asked;
      const own = { scenario, values: { ...values }, seed, name: `${this.catalogue.scenarios[scenario].name}${this.changed()}` };
      const unchanged = compare === UNCHANGED;
      if (!compare || (unchanged && !Object.keys(values).length)) return [own];
      return [{ scenario: unchanged ? scenario : compare, values: {}, seed }, own];
    }

    show() {
      for (const [name, showValue] of this.controls) showValue(this.valueOf(name));
      this.ofRivals.hidden = !this.rivals.length;
      return this.film();
    }

    async filmOnce(again) {
      this.part("shown-there").setAttribute("aria-busy", "true");
      try {
        const asked = this.runs();
        await this.sketch(asked);
        if (again()) return;
        const runs = await Promise.all(asked.map((one) => seci.source.run(one)));
        this.part("question").textContent = runs[runs.length - 1].question;
        this.player.load(runs);
        this.part("told").textContent = "";
        if (location.hash.startsWith("#sandbox")) history.replaceState(null, "", this.address());
        this.tell(this.problems);
        this.problems = [];
        document.documentElement.dataset.films = Number(document.documentElement.dataset.films || 0) + 1;
      } catch (problem) {
        this.tell([problem.message]);
      }
      this.part("shown-there").removeAttribute("aria-busy");
    }

    // While a slider moves its line follows; the picture comes when it rests.
    async sketch(asked) {
      const { player } = this;
      const changed = asked.length - 1;
      const scenarios = asked.map(({ scenario }) => scenario).join();
      if (scenarios === this.pictured) player.sketch(changed, await seci.source.lines(asked[changed]));
      this.pictured = scenarios;
    }

    // draw: seci.drawLuck or seci.drawWorlds.
    async others(draw) {
      this.player.seekFrame(this.player.frames - 1);
      await draw(this.player, { asked: this.runs(), outcome: "needs_met", seed: this.asked.seed });
    }

    async link() {
      history.replaceState(null, "", this.address());
      if ([this.asked.scenario, this.asked.compare].some((name) => name.startsWith("file-"))) {
        seci.say(this.part("told"), "A link cannot hold a file of your own: send the file along, or make a page with it: seci-sim page class.html FILE.");
        return;
      }
      const copied = navigator.clipboard && (await navigator.clipboard.writeText(location.href).then(() => true, () => false));
      seci.say(this.part("told"), copied ? "Copied." : "The address of this page now reopens exactly this; copy it from there.");
    }

    async csv() {
      const runs = this.runs();
      const tables = await Promise.all(runs.map((one) => seci.source.table(one)));
      const names = Object.keys(tables[0]).filter((name) => tables.every((table) => table[name]));
      const quoted = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
      const rows = tables.flatMap((table, place) => Array.from(table[names[0]], (_, week) =>
        [quoted(runs[place].name || this.catalogue.scenarios[runs[place].scenario].name), runs[place].seed, week + 1, ...names.map((name) => (Number.isFinite(table[name][week]) ? table[name][week] : ""))].join(",")));
      this.save("seci-sim.csv", `${["scenario", "seed", "week", ...names].join(",")}\n${rows.join("\n")}\n`, "text/csv");
    }

    // A scenario file that says the same; one of one's own is extended by the name of its file.
    yaml() {
      const { scenario, seed, values } = this.asked;
      const about = this.catalogue.scenarios[scenario];
      const lines = [`# Run it with seci-sim run; the page showed seed ${seed}.`, `name: ${JSON.stringify(`My ${about.name}`)}`, `question: ${JSON.stringify(about.question)}`];
      const file = { own: "FILE.yaml # the file from which the page was made", file: JSON.stringify(about.file) }[scenario.split("-")[0]];
      lines.push(`extends: ${/^(own|file)-/.test(scenario) ? file : scenario}`);
      let group = "";
      for (const name of [...this.declared.keys()].filter((one) => one in values)) {
        const [section, field] = name.split(".");
        if (section !== group) lines.push(`${section}:`);
        group = section;
        const declared = this.declared.get(name);
        lines.push(`  ${field}: ${isShare(declared) || typeof values[name] === "boolean" ? inWords(declared, values[name]) : rounded(values[name])}`);
      }
      return `${lines.join("\n")}\n`;
    }

    save(name, text, type) {
      seci.save(name, text, type);
      seci.say(this.part("told"), `Downloaded ${name}.`);
    }
  }

  seci.Sandbox = Sandbox;
})(window.SeciPlayer);
