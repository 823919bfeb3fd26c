// The worker's answers: a run that is recorded, the lines of other luck, or every measure as a table.
(() => {
  "use strict";

  let engine;

  const answers = {
    async open({ module, catalogue }) {
      engine = await seci.openEngine(module, catalogue);
    },
    record(asked) {
      return filming.record(engine.start(asked), { ...asked, catalogue: engine.catalogue });
    },
    lines(asked) {
      return filming.lines(engine.start(asked), asked);
    },
    table(asked) {
      const run = engine.start(asked);
      run.step(run.horizon);
      return filming.seriesOf(run, asked.byBand);
    },
  };

  self.onmessage = async ({ data: { type, id, ...asked } }) => {
    try {
      self.postMessage({ id, made: await answers[type](asked) });
    } catch (problem) {
      self.postMessage({ id, problem: problem.message });
    }
  };
})();
