// The first minute: one market, one patient, one week in slow motion. The words stand in the page; here is
// the picture, in which every step moves the same few figures on.
(function (seci) {
  "use strict";

  const BEAT = 1500; // milliseconds from one movement of a step to the next
  const READING = 7500; // and from one step to the next, when it goes by itself

  // Where everybody stands: [x, y, more], more: tacit (0 to 1), on and said (0 or 1). What is not named stays.
  const START = {
    mio: [110, 310], ben: [200, 310], lin: [290, 310], ann: [380, 310], asha: [690, 330], ravi: [690, 165, { on: 0 }],
    table: [240, 345, { on: 0 }], sheet: [265, 280, { on: 0 }], one: [330, 92, { on: 0 }], other: [372, 92, { on: 0 }],
    plan: [240, 210, { on: 0 }], partner: [535, 330, { on: 0 }], stamp: [510, 215, { on: 0 }], ring: [240, 330, { on: 0 }],
    waves: [640, 300, { on: 0 }], right: [108, 100, { on: 0 }], wrong: [150, 100, { on: 0 }], library: [362, 96], routines: [129, 96],
  };
  const SEATED = { mio: [150, 335], ben: [240, 268], lin: [330, 335], table: [240, 350, { on: 1 }] };
  const ROUND = { mio: [128, 292], ben: [240, 236], lin: [352, 292], ann: [240, 366], ring: [240, 300, { on: 1 }] };
  const AT_WORK = { mio: [110, 310], ben: [200, 310], lin: [290, 310], ann: [380, 310] };

  // What moves in each step, by the data-step of the words; a step begins where the one before ended.
  const STEPS = {
    market: [{}],
    tacit: [{ mio: [590, 330, { tacit: 0.9 }] }, { waves: [640, 300, { on: 1 }] }],
    explicit: [{ mio: [110, 310], waves: [640, 300, { on: 0 }], sheet: [335, 285, { on: 1 }] }, { sheet: [425, 285] }],
    socialization: [
      { sheet: [265, 280, { on: 0 }], mio: [590, 330, { tacit: 0.3 }] },
      { waves: [640, 300, { on: 1 }], mio: [590, 330, { tacit: 0.9 }] },
      { mio: [120, 310], waves: [158, 290], ben: [200, 310, { tacit: 0.6 }] },
    ],
    externalization: [
      { ...SEATED, waves: [158, 290, { on: 0 }] },
      { sheet: [240, 340, { on: 1 }] },
      { sheet: [240, 192, { said: 1 }] },
    ],
    combination: [
      { ...AT_WORK, table: [240, 350, { on: 0 }], sheet: [250, 195, { said: 0 }], one: [340, 195, { on: 1 }], other: [400, 195, { on: 1 }] },
      { sheet: [320, 195, { on: 0, said: 0 }], one: [320, 195, { on: 0 }], other: [320, 195, { on: 0 }], plan: [320, 195, { on: 1 }] },
      { plan: [490, 240], partner: [535, 330, { on: 1 }] },
      { stamp: [510, 215, { on: 1 }] },
    ],
    internalization: [
      { ...ROUND, partner: [535, 330, { on: 0 }], plan: [240, 305], stamp: [260, 283] },
      { ben: [240, 236, { tacit: 0.9 }], lin: [352, 292, { tacit: 0.8 }] },
      { ann: [240, 366, { tacit: 0.8 }], plan: [240, 305, { on: 0 }], stamp: [260, 283, { on: 0 }], right: [108, 100, { on: 1 }] },
    ],
    wrong: [{ ...AT_WORK, ring: [240, 330, { on: 0 }], ravi: [690, 165, { on: 1 }] }, { wrong: [150, 100, { on: 1 }] }],
    years: [{ mio: [590, 165], waves: [640, 140, { on: 1 }], lin: [590, 330] }],
  };

  // What stands where after more has happened: places are new, and of the rest whatever was said last.
  function after(before, ...beats) {
    const state = { ...before };
    for (const beat of beats) {
      for (const [name, [x, y, more]] of Object.entries(beat)) state[name] = [x, y, { ...(state[name] || [])[2], ...more }];
    }
    return state;
  }

  const person = (kind = "") => `<g class="${kind}"><circle class="head" cx="0" cy="-30" r="16"/><path class="body" d="M-23 26q0-38 23-38t23 38z"/><circle class="glow" cx="0" cy="-30" r="16"/><path class="glow body-glow" d="M-23 26q0-38 23-38t23 38z"/></g>`;
  const sheet = (lines) => `<path class="sheet" d="M-13-18h18l8 8v28h-26z"/>${lines.map((y) => `<path class="writing" d="M-8 ${y}h16"/>`).join("")}`;
  const DRAWINGS = {
    library: '<path class="wood" d="M-52-34h104v68h-104zM-52 0h104"/><path class="books" d="M-44-26v22m10-22v22m10-22v22m26-22v22m10-22v22M-44 8v22m26-22v22m10-22v22m26-22v22"/>',
    routines: '<rect class="board" x="-45" y="-34" width="90" height="68" rx="6"/>',
    table: '<ellipse class="table" cx="0" cy="0" rx="62" ry="22"/>',
    ring: '<ellipse class="circle" cx="0" cy="0" rx="112" ry="74"/>',
    waves: '<path class="wave" d="M-8-14q8 14 0 28M2-20q11 20 0 40M12-26q14 26 0 52"/>',
    asha: person("patient"), ravi: person("patient"),
    mio: person(), ben: person(), lin: person(), ann: person(),
    partner: `${person("partner")}<path class="badge" d="M0 0l7 7-7 7-7-7z"/>`,
    sheet: sheet([-6, 2, 10]), one: sheet([-2, 6]), other: sheet([-2, 6]), plan: sheet([-8, -2, 4, 10]),
    stamp: '<circle class="stamp" r="11"/><path class="tick" d="M-5 0l4 4 7-8"/>',
    right: '<rect class="rightly" x="-13" y="-13" width="26" height="26" rx="4"/><path class="tick" d="M-6 0l4 5 8-9"/>',
    wrong: '<rect class="wrongly" x="-13" y="-13" width="26" height="26" rx="4"/><path class="cross" d="M-6-6l12 12M6-6l-12 12"/>',
  };
  const NAMES = { mio: "Mio", ben: "Ben", lin: "Lin", ann: "Ann", asha: "Asha, a patient", ravi: "Ravi, elsewhere", partner: "a partner", library: "library", routines: "routines" };
  const BELOW = { library: 52, routines: 52 };

  class Minute {
    // element: the screen, whose .minute holds a list of steps and whose .scene takes the picture.
    constructor(element) {
      this.steps = [...element.querySelectorAll(".minute > li")];
      this.svg = seci.svg("svg", { viewBox: "0 0 800 440", class: "scene-picture", role: "img" });
      const ground = '<rect class="firm" x="50" y="40" width="410" height="390" rx="26"/><path class="home" d="M615 268l75-42 75 42v150h-150z"/><path class="home" d="M615 92l75-42 75 42v125h-150z"/>';
      this.svg.innerHTML = `${ground}<text class="place" x="255" y="28">the firm</text>`;
      this.figures = Object.fromEntries(Object.entries(DRAWINGS).map(([name, drawing]) => {
        const figure = seci.svg("g", { class: `figure figure-${name}` });
        figure.innerHTML = drawing;
        if (NAMES[name]) figure.append(seci.svg("text", { class: "name", y: BELOW[name] || 46 }, NAMES[name]));
        this.svg.append(figure);
        return [name, figure];
      }));
      const words = seci.svg("g", { class: "figure figure-said" });
      words.append(seci.svg("text", { class: "name", y: -26 }, "“once a day, after work”"));
      this.figures.sheet.append(words);
      element.querySelector(".scene").append(this.svg);
      this.back = seci.button("Back", {}, () => this.go(this.at - 1));
      this.next = seci.button("Next", { class: "first" }, () => (this.at + 1 < this.steps.length ? this.go(this.at + 1) : (location.hash = element.dataset.next)));
      this.alone = seci.button("Play the minute", { "aria-pressed": "false" }, () => this.playAlone(!this.timer));
      this.place = seci.make("span", { class: "seci-small", "aria-live": "polite" });
      element.querySelector(".turns").append(this.back, this.next, this.alone, this.place);
      this.modes = [...seci.fourModes(element.querySelector(".four")).children];
      this.go(0);
    }

    go(step) {
      this.at = Math.max(0, Math.min(this.steps.length - 1, step));
      this.steps.forEach((words, place) => (words.hidden = place !== this.at));
      this.back.disabled = this.at === 0;
      seci.say(this.next, this.at + 1 < this.steps.length ? "Next" : "Play the four years");
      seci.say(this.place, `${this.at + 1} of ${this.steps.length}`);
      const { step: name } = this.steps[this.at].dataset;
      this.svg.setAttribute("aria-label", this.steps[this.at].querySelector("h2").textContent);
      this.svg.setAttribute("data-step", name);
      clearTimeout(this.beat);
      const earlier = this.steps.slice(0, this.at).flatMap(({ dataset }) => STEPS[dataset.step]);
      this.before = after(START, ...earlier);
      this.show(this.before);
      this.move(STEPS[name], seci.still.matches ? STEPS[name].length : 1);
      for (const mode of this.modes) mode.classList.toggle("now", mode.dataset.mode === name);
    }

    // The first so many beats at once, the others one after the other.
    move(beats, many) {
      this.show(after(this.before, ...beats.slice(0, many)));
      if (many < beats.length) this.beat = setTimeout(() => this.move(beats, many + 1), BEAT);
    }

    show(state) {
      for (const [name, [x, y, more = {}]] of Object.entries(state)) {
        const figure = this.figures[name];
        figure.style.transform = `translate(${x}px, ${y}px)`;
        figure.style.opacity = more.on === undefined ? 1 : more.on;
        figure.style.setProperty("--felt", more.tacit || 0);
        if (name === "sheet") figure.lastChild.style.opacity = more.said || 0;
      }
    }

    playAlone(on) {
      clearInterval(this.timer);
      this.timer = on ? setInterval(() => (this.at + 1 < this.steps.length ? this.go(this.at + 1) : this.playAlone(false)), READING) : null;
      this.alone.setAttribute("aria-pressed", on);
      seci.say(this.alone, on ? "Pause" : "Play the minute");
    }

    // What the page's keys ask for.
    get playing() { return Boolean(this.timer); }
    play() { this.playAlone(true); }
    pause() { this.playAlone(false); }
    stop() { this.go(0); }
    step(steps) { this.go(this.at + steps); }
    seekFrame(step) { this.go(step); }
    get frames() { return this.steps.length; }
  }

  seci.Minute = Minute;
})(window.SeciPlayer);
