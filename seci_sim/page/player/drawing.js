// What stands in the picture of an organisation: people, sheets, and dots at every level of what somebody knows.
(function (seci) {
  "use strict";

  const TACIT_STEPS = 24;
  const EXPLICIT_STEPS = 6;
  const GROUND = "#0B1B28";
  const UNLIT = [124, 146, 162];
  const TACIT_LIT = [94, 190, 255]; // the blue of tacit knowledge, as light on a dark ground
  const EXPLICIT = "#E69F00";
  const MOST_SHEETS = 24;
  const kept = new Map();

  function mix(from, to, share) {
    return from.map((part, place) => Math.round(part + (to[place] - part) * share));
  }

  // Dots are drawn once for every level and size, and then only copied: 2,000 people in some milliseconds, and
  // a run of other settings at once.
  function spritesOf(radius, ratio) {
    const key = `${radius} ${ratio}`;
    if (kept.has(key)) return kept.get(key);
    const size = Math.ceil(radius * 2.9 * ratio);
    const sheet = document.createElement("canvas");
    sheet.width = size * TACIT_STEPS;
    sheet.height = size * EXPLICIT_STEPS * 2;
    const pen = sheet.getContext("2d");
    for (let tacit = 0; tacit < TACIT_STEPS; tacit++) {
      for (let row = 0; row < EXPLICIT_STEPS * 2; row++) {
        pen.save();
        pen.translate((tacit + 0.5) * size, (row + 0.5) * size);
        pen.scale(ratio, ratio);
        drawDot(pen, radius, tacit / (TACIT_STEPS - 1), (row % EXPLICIT_STEPS) / (EXPLICIT_STEPS - 1), row >= EXPLICIT_STEPS);
        pen.restore();
      }
    }
    if (kept.size >= MOST_SHEETS) kept.delete(kept.keys().next().value);
    kept.set(key, { sheet, size });
    return kept.get(key);
  }

  function disc(pen, x, y, radius, colour) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fill();
  }

  function drawPerson(pen, x, y, size, colour) {
    disc(pen, x, y - size, size * 0.62, colour);
    pen.beginPath();
    pen.arc(x, y + size * 0.9, size, Math.PI, 2 * Math.PI);
    pen.fill();
  }

  function drawSheet(pen, x, y, size) {
    pen.fillStyle = EXPLICIT;
    pen.strokeStyle = GROUND;
    pen.lineWidth = 1;
    pen.fillRect(x - size / 2, y - size * 0.65, size, size * 1.3);
    pen.strokeRect(x - size / 2, y - size * 0.65, size, size * 1.3);
  }

  // Brighter and larger the more somebody knows; a ring for what is on paper, a cross for mistakes.
  function drawDot(pen, radius, tacit, explicit, mistaken) {
    if (tacit > 0.25) {
      const glow = pen.createRadialGradient(0, 0, radius * 0.6, 0, 0, radius * 1.4);
      glow.addColorStop(0, `rgba(94, 190, 255, ${0.5 * tacit})`);
      glow.addColorStop(1, "rgba(94, 190, 255, 0)");
      pen.fillStyle = glow;
      pen.fillRect(-radius * 1.4, -radius * 1.4, radius * 2.8, radius * 2.8);
    }
    const lit = mix(UNLIT, TACIT_LIT, tacit);
    const colour = `rgb(${mix(lit, [255, 255, 255], Math.max(0, tacit - 0.7)).join()})`;
    disc(pen, 0, 0, radius * (mistaken ? 0.8 : 0.5 + 0.3 * tacit), colour);
    if (explicit > 0) {
      pen.strokeStyle = EXPLICIT;
      pen.lineWidth = radius * (0.12 + 0.3 * explicit);
      pen.beginPath();
      pen.arc(0, 0, radius * 0.85, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * explicit);
      pen.stroke();
    }
    if (mistaken) {
      pen.strokeStyle = GROUND;
      pen.lineWidth = radius * 0.3;
      pen.beginPath();
      const arm = radius * 0.45;
      pen.moveTo(-arm, -arm);
      pen.lineTo(arm, arm);
      pen.moveTo(arm, -arm);
      pen.lineTo(-arm, arm);
      pen.stroke();
    }
  }

  const LEGEND = [
    ["person", "a person: larger and bluer the more they know rightly (tacit)"],
    ["ring", "ring: has answers on paper (explicit)"],
    ["cross", "×: surer of mistakes than of what is right"],
    ["patient", "patients; a line: a visit this week"],
    ["table", "table and sheet: a workshop, then the way to the library"],
    ["pilot", "turning ring: practises in a pilot"],
    ["bar", "bar: routines that are right, and (hatched) wrong"],
  ];

  seci.legend = function () {
    return seci.make("ul", { class: "seci-legend seci-small" }, LEGEND.map(([kind, text]) =>
      seci.make("li", {}, [seci.make("i", { class: `seci-key-${kind}`, "aria-hidden": "true" }, [kind === "cross" ? "×" : ""]), ` ${text}`]),
    ));
  };

  seci.drawing = { EXPLICIT, EXPLICIT_STEPS, GROUND, TACIT_STEPS, disc, drawPerson, drawSheet, spritesOf };
})(window.SeciPlayer);
