// Reads a film (see seci_sim/page/film.py) into arrays that can be drawn.
(function (seci) {
  "use strict";

  const LONGEST_SKIP = 255;
  const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

  // As in seci_sim/page/packing.py: pairs of cells to skip and the new level of the next.
  function unpacked(text, frames, dots) {
    const bytes = atob(text);
    const levels = new Uint8Array(frames * dots);
    let cell = 0;
    let copied = 1;
    const copyUpTo = (frame) => {
      for (; copied <= frame && copied < frames; copied++) {
        levels.copyWithin(copied * dots, (copied - 1) * dots, copied * dots);
      }
    };
    for (let at = 0; at < bytes.length; at += 2) {
      const skip = bytes.charCodeAt(at);
      cell += skip;
      if (skip < LONGEST_SKIP) {
        copyUpTo(Math.floor(cell / dots));
        levels[cell++] = bytes.charCodeAt(at + 1);
      }
    }
    copyUpTo(frames - 1);
    return levels;
  }

  // People stand in their unit's circle like seeds in a sunflower.
  function places(units, dots) {
    const x = new Float32Array(dots);
    const y = new Float32Array(dots);
    const unitOf = new Uint16Array(dots);
    units.forEach((unit, index) => {
      for (let seed = 0; seed < unit.dots; seed++) {
        const reach = unit.r * 0.9 * Math.sqrt((seed + 0.5) / unit.dots);
        const dot = unit.first + seed;
        x[dot] = unit.x + reach * Math.cos(seed * GOLDEN_ANGLE);
        y[dot] = unit.y + reach * Math.sin(seed * GOLDEN_ANGLE);
        unitOf[dot] = index;
      }
    });
    return { x, y, unitOf };
  }

  // For each dot, who sat there from which week on.
  function sitters(run) {
    const found = run.people.map((person) => [{ person, from: 0 }]);
    for (const [week, dot, person] of run.newcomers) found[dot].push({ person, from: week });
    return found;
  }

  seci.readRun = function (run) {
    const frames = run.weeks.length;
    const dots = run.people.length;
    const streams = {};
    for (const name of ["knows", "mistakes", "holds", "did"]) {
      streams[name] = unpacked(run[name], frames, dots);
    }
    streams.routines = unpacked(run.routines, frames, run.markets.length * run.classes.length);
    return Object.assign({}, run, streams, places(run.units, dots), {
      frames,
      dots,
      sitters: sitters(run),
    });
  };

  // Routines of a market in a frame: how many are right there, and how many wrong.
  seci.routinesOf = function (run, market, frame) {
    const needs = run.classes.length;
    const first = (frame * run.markets.length + market) * needs;
    const found = run.routines.subarray(first, first + needs);
    return { right: found.filter((state) => state === 1).length, wrong: found.filter((state) => state === 2).length };
  };

  seci.labelOf = function (run, dot, week) {
    const sitter = run.sitters[dot].filter(({ from }) => from <= week).pop();
    return `${run.units[run.unitOf[dot]].name} ${sitter.person}`;
  };
})(window.SeciPlayer);
