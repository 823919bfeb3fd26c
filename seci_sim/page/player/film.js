// What is asked of a recorded run; filming.js says what it holds.
(function (seci) {
  "use strict";

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
