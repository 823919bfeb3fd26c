// Where runs come from: the engine, which lives in a worker and is part of this page. Whoever wants a run asks here.
(function (seci) {
  "use strict";

  const MOST_KEPT = 16;
  const FILE = "file-"; // the worker knows those scenarios that came with the page, and is given these
  const CURVES = Object.keys(seci.CURVES); // those that a run does not have are not recorded
  const part = (id) => document.getElementById(id).textContent.trim();
  const kept = new Map();
  const waiting = new Map();
  let worker = null;
  let number = 0;

  async function unpacked(id) {
    const bytes = Uint8Array.from(atob(part(id)), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  function ask(type, asked = {}) {
    return new Promise((done, failed) => {
      number += 1;
      waiting.set(number, { done, failed });
      worker.postMessage({ ...asked, type, id: number });
    });
  }

  function begin(module, catalogue) {
    worker = new Worker(URL.createObjectURL(new Blob([part("worker")], { type: "text/javascript" })));
    worker.onmessage = ({ data: { id, made, problem } }) => {
      const { done, failed } = waiting.get(id);
      waiting.delete(id);
      if (problem) failed(new Error(problem));
      else done(made);
    };
    return ask("open", { module, catalogue });
  }

  seci.source = {
    works: "DecompressionStream" in window && "WebAssembly" in window,
    catalogue: null,

    // Once: the engine's parts are unpacked, and its worker begins.
    ready() {
      this.opening = this.opening || (async () => {
        this.module = await unpacked("engine");
        this.catalogue = JSON.parse(new TextDecoder().decode(await unpacked("scenarios")));
        await begin(this.module, this.catalogue);
      })();
      return this.opening;
    },

    // The scenario of a file, under a name of its own.
    add(scenario) {
      const name = `${FILE}${Object.keys(this.catalogue.scenarios).filter((other) => other.startsWith(FILE)).length + 1}`;
      this.catalogue.scenarios[name] = scenario;
      return name;
    },

    // asked: {scenario: a name in the catalogue, values: by full names, seed}; outcome: one more measure's curve.
    async asked({ scenario, values = {}, seed = 1, outcome }) {
      await this.ready();
      const about = this.catalogue.scenarios[scenario];
      const own = [...new Set([...CURVES, ...(outcome ? [outcome] : [])])];
      const ofArms = about.trial ? about.trial.outcomes.flatMap((measure) => this.catalogue.constants.arms.map((arm) => `${measure}_${arm}`)) : [];
      const curves = [...own, ...about.rivals.flatMap(({ name }) => own.map((measure) => `rival_${measure}_${name}`)), ...ofArms];
      return { scenario: scenario.startsWith(FILE) ? about : scenario, values, seed: String(seed), curves, byBand: about.by_band };
    },

    async run({ name, ...one }) {
      const asked = await this.asked(one);
      const about = this.catalogue.scenarios[one.scenario];
      const key = JSON.stringify(asked);
      if (!kept.has(key)) kept.set(key, ask("record", asked));
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
      try {
        return { ...(await kept.get(key)), name: name || about.name, question: about.question };
      } catch (problem) {
        kept.delete(key);
        throw problem;
      }
    },

    // Nothing but the lines of a run, by week, in a third of the time.
    async lines(one) {
      return ask("lines", await this.asked(one));
    },

    async table(one) {
      return ask("table", await this.asked(one));
    },
  };
})(window.SeciPlayer);
