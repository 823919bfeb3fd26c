// The SECI wheel: four big numbers, in Nonaka's order, clockwise from top left.
(function (seci) {
  "use strict";

  const QUADRANTS = [
    ["socialization", "Socialization", "tacit", "tacit", "convictions"],
    ["externalization", "Externalization", "tacit", "explicit", "entries"],
    ["internalization", "Internalization", "explicit", "tacit", "convictions"],
    ["combination", "Combination", "explicit", "explicit", "entries"],
  ];

  class Wheel {
    constructor(runs) {
      this.runs = runs;
      this.wheel = seci.make("div", { class: "seci-wheel" });
      this.element = seci.make("div", { role: "group", "aria-label": "SECI wheel" }, [
        this.wheel,
        seci.make("p", { class: "seci-small" }, ["Moved a head and year, in the last quarter; h: hours it took"]),
      ]);
      this.quadrants = QUADRANTS.map(([mode, name, from, to, unit]) => {
        const most = Math.max(...runs.flatMap((run) => run.wheel[mode].moved), 1e-9);
        const numbers = runs.map((run, index) =>
          seci.make("div", { class: `seci-number seci-number-${index}` }, [
            seci.make("b", {}, ["–"]),
            seci.make("span", { class: "seci-small" }, [""]),
          ]),
        );
        const box = seci.make("div", { class: `seci-quadrant seci-${from}-${to}` }, [
          seci.make("div", { class: "seci-mode" }, [name]),
          seci.make("div", { class: "seci-small" }, [`${from} → ${to}`]),
          ...numbers,
          seci.make("div", { class: "seci-small" }, [unit]),
        ]);
        this.wheel.append(box);
        return { mode, most, box, numbers };
      });
      this.wheel.append(seci.make("div", { class: "seci-hub", "aria-hidden": "true" }, ["↻"]));
    }

    draw(frame, followed) {
      for (const { mode, most, box, numbers } of this.quadrants) {
        this.runs.forEach((run, index) => {
          const { moved, hours } = run.wheel[mode];
          const at = Math.min(frame, run.frames - 1);
          const [big, small] = numbers[index].children;
          seci.say(big, seci.significant(moved[at]));
          seci.say(small, ` in ${seci.significant(hours[at])} h`);
          numbers[index].classList.toggle("seci-followed", index === followed);
        });
        const run = this.runs[followed];
        const share = (run.wheel[mode].moved[Math.min(frame, run.frames - 1)] || 0) / most;
        box.style.setProperty("--lit", share.toFixed(3));
      }
    }
  }

  seci.Wheel = Wheel;

  seci.significant = function (value) {
    if (value === null || value === undefined) return "–";
    if (value === 0) return "0";
    return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
  };

  // Elements, as plain as they come: text is text, never markup.
  seci.make = function (tag, attributes, children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...(children || []));
    return element;
  };

  seci.say = function (element, text) {
    if (element.textContent !== text) element.textContent = text;
  };
})(window.SeciPlayer);
