// The engine in a Web Worker: runs take turns, a few weeks at a time, and can be stopped at any week.

import { openEngine } from "./engine.js";

const AT_A_TIME = 8; // milliseconds, after which messages are heard

/** Let a scope, such as a worker's `self`, answer messages; see docs/reference/browser.md. */
export function serve(scope) {
  const runs = new Map();
  let engine;
  let working = false;

  const say = (type, id, more = {}) => scope.postMessage({ type, id, ...more });

  function begin({ id, to, show = {}, ...asked }) {
    const run = engine.start(asked);
    say("started", id, { week: run.week, snapshot: run.snapshot(show) });
    runs.set(id, { run, show, to: to ?? run.horizon });
    if (!working) work();
  }

  function one(id, { run, show }) {
    run.step();
    const snapshot = show.snapshot && run.week % show.snapshot === 0 ? run.snapshot(show) : undefined;
    say("week", id, { week: run.week, row: run.latest(), snapshot, events: show.events ? run.events() : undefined });
  }

  function end(id, { run }) {
    runs.delete(id);
    say("done", id, { week: run.week, series: run.series() });
  }

  // A run that fails ends, and no other with it.
  function turn(id, running) {
    try {
      (running.run.week < running.to ? one : end)(id, running);
    } catch (problem) {
      runs.delete(id);
      say("error", id, { message: problem.message });
    }
  }

  function work() {
    working = runs.size > 0;
    const until = performance.now() + AT_A_TIME;
    while (runs.size && performance.now() < until) {
      for (const [id, running] of runs) turn(id, running);
    }
    if (working) setTimeout(work);
  }

  const answers = {
    open: async ({ module, catalogue }) => {
      engine = await openEngine(module, catalogue);
      say("opened");
    },
    start: begin,
    stop: ({ id }) => {
      const running = runs.get(id);
      runs.delete(id);
      say("stopped", id, { week: running?.run.week });
    },
  };

  scope.onmessage = async ({ data }) => {
    try {
      if (!answers[data.type]) throw new Error(`type: there is no ${data.type}`);
      await answers[data.type](data);
    } catch (problem) {
      say("error", data.id, { message: problem.message });
    }
  };
}

if (typeof WorkerGlobalScope !== "undefined") serve(self);
