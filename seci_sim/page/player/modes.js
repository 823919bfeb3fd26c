// The four modes, each with its own shape, motion and label; the same wherever one is shown.
(function (seci) {
  "use strict";

  const head = (x, y, more = "") => `<g class="seci-head ${more}"><circle cx="${x}" cy="${y}" r="6"/><path d="M${x - 9} ${y + 18}q0-10 9-10t9 10z"/></g>`;
  const sheet = (x, y, more = "") => `<path class="seci-sheet ${more}" d="M${x} ${y}h11l5 5v15h-16z"/>`;

  seci.MODES = [
    {
      name: "socialization", title: "Socialization", from: "tacit", to: "tacit", act: "visits and meetings",
      drawing: `${head(17, 20)}${head(47, 20)}<path class="seci-wave" d="M27 14q5 5 0 10M33 11q7 8 0 16"/>`,
    },
    {
      name: "externalization", title: "Externalization", from: "tacit", to: "explicit", act: "a workshop finds the words",
      drawing: `${head(12, 30)}${head(52, 30)}<ellipse class="seci-table" cx="32" cy="44" rx="13" ry="5"/>${sheet(24, 8, "seci-rises")}`,
    },
    {
      name: "combination", title: "Combination", from: "explicit", to: "explicit", act: "sheets meet in the library",
      drawing: `${sheet(6, 18, "seci-from-left")}${sheet(42, 18, "seci-from-right")}${sheet(24, 18)}<path class="seci-shelf" d="M4 46h56"/>`,
    },
    {
      name: "internalization", title: "Internalization", from: "explicit", to: "tacit", act: "practice until it is routine",
      drawing: `<circle class="seci-round" cx="32" cy="30" r="22"/>${head(32, 6, "seci-small-head")}${head(12, 38, "seci-small-head")}${head(52, 38, "seci-small-head")}${sheet(25, 20)}`,
    },
  ];

  // Our own drawings only: nothing that anybody typed comes here.
  seci.glyph = function (mode) {
    const svg = seci.svg("svg", { viewBox: "0 0 64 60", class: `seci-glyph seci-glyph-${mode.name}`, "aria-hidden": "true" });
    svg.innerHTML = mode.drawing;
    return svg;
  };

  // The four with their names, into an element of the page.
  seci.fourModes = function (element) {
    element.replaceChildren(...seci.MODES.map((mode) =>
      seci.make("div", { "data-mode": mode.name }, [seci.glyph(mode), seci.make("b", {}, [mode.title]), seci.make("div", { class: "seci-small" }, [`${mode.from} → ${mode.to}`])])));
    return element;
  };

  // What each mode does in the run that is followed: its drawing moves faster the more it moves.
  class Modes {
    constructor(runs) {
      this.runs = runs;
      this.tiles = seci.MODES.map((mode) => {
        const bar = seci.make("span", { class: "seci-amount" });
        const tile = seci.make("div", { class: `seci-mode-tile seci-${mode.from}-${mode.to}` }, [
          seci.glyph(mode),
          seci.make("b", {}, [mode.title]),
          seci.make("span", { class: "seci-small" }, [mode.act]),
          bar,
        ]);
        const most = Math.max(...runs.flatMap((run) => run.wheel[mode.name].moved), 1e-9);
        return { mode, tile, bar, most };
      });
      this.numbers = seci.make("tbody");
      this.table = seci.make("details", { class: "seci-numbers" }, [
        seci.make("summary", {}, ["The modes in numbers"]),
        seci.make("table", {}, [
          seci.make("thead", {}, [seci.make("tr", {}, ["A head and year, in the last quarter", ...runs.flatMap((run) => [run.name, "hours"])].map((text) => seci.make("th", { scope: "col" }, [text])))]),
          this.numbers,
        ]),
      ]);
      this.element = seci.make("div", {}, [
        seci.make("div", { class: "seci-modes", role: "group", "aria-label": "The four modes" }, this.tiles.map(({ tile }) => tile)),
        this.table,
      ]);
    }

    draw(frame, followed, playing) {
      const run = this.runs[followed];
      const at = Math.min(frame, run.frames - 1);
      for (const { mode, tile, bar, most } of this.tiles) {
        const share = (run.wheel[mode.name].moved[at] || 0) / most;
        bar.style.width = `${(100 * share).toFixed(1)}%`;
        tile.classList.toggle("seci-moving", playing && share > 0.02);
        tile.classList.toggle("seci-still", share <= 0.001);
      }
      if (!this.table.open) return;
      this.numbers.replaceChildren(...seci.MODES.map(({ name, title, to }) =>
        seci.make("tr", {}, [
          seci.make("th", { scope: "row" }, [`${title} (${to === "tacit" ? "convictions" : "entries"})`]),
          ...this.runs.flatMap(({ wheel, frames }) => ["moved", "hours"].map((what) =>
            seci.make("td", {}, [seci.significant(wheel[name][what][Math.min(frame, frames - 1)])]))),
        ])));
    }
  }

  seci.Modes = Modes;

  seci.significant = function (value) {
    if (value === null || value === undefined) return "–";
    if (value === 0) return "0";
    return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
  };
})(window.SeciPlayer);
