// The player of one run, or of two beside each other: organisations, the modes, curves, stories.
//
//   const player = new SeciPlayer.Player(element, options);
//
// Options, all of them optional:
//
//   curves   names of the curves shown; see SeciPlayer.CURVES
//   chart    options of the charts; see curves.js
//   start    "first" or "last": the week that is shown when runs are loaded
//   onEnd    called when the last week has been played
//
// The object has
//
//   load(runs, options)  show one run or two, as film.js makes them; the options given replace earlier ones;
//                        the week is kept while somebody is watching the middle of the runs before
//   play() pause() stop() step(weeks) seekFrame(frame) setSpeed(weeks a second)
//   chooseDot(run, dot) chooseNeed(run, need) follow(run)
//   playing, frame, frames, weekNow, lastWeek, speed
(function (seci) {
  "use strict";

  const DEFAULTS = {
    curves: ["needs_met", "needs_mis_served", "staff_knowing"],
    chart: {},
    start: "last",
    onEnd: () => {},
  };
  const SPEED = 16; // weeks a second, until somebody chooses another
  const MOST_NEEDS = 120;
  const LEAST_HIGH = 260; // pixels of a picture
  const AROUND = 28; // lines of text that a window has room for beside the picture: title, first curve, controls

  class Player {
    constructor(element, options) {
      this.element = element;
      this.options = Object.assign({}, DEFAULTS, options);
      this.runs = [];
      Object.assign(this, { frame: 0, playing: false, speed: SPEED });
      element.classList.add("seci-player");
      this.tick = this.tick.bind(this);
      this.watcher = new ResizeObserver(() => this.resize());
    }

    get frames() {
      return Math.max(1, ...this.runs.map((run) => run.frames));
    }

    get weekNow() {
      const longest = this.longest();
      return longest ? longest.weeks[Math.round(this.frame)] : 0;
    }

    get lastWeek() {
      const longest = this.longest();
      return longest ? longest.weeks[longest.frames - 1] : 0;
    }

    longest() {
      return this.runs.find((run) => run.frames === this.frames);
    }

    load(runs, options) {
      Object.assign(this.options, options);
      const inTheMiddle = this.runs.length && this.frame > 0 && this.frame < this.frames - 1;
      const share = this.frame / Math.max(1, this.frames - 1);
      const same = this.runs.length === runs.length;
      this.runs = runs;
      this.chosen = null;
      this.followed = same ? this.followed : runs.length - 1;
      this.build();
      this.frame = this.options.start === "first" ? 0 : this.frames - 1;
      if (inTheMiddle) this.frame = Math.round(share * (this.frames - 1));
      this.resize();
    }

    build() {
      this.watcher.disconnect();
      const { runs, options } = this;
      this.fields = runs.map((run, index) => new seci.Field(run, (dot) => this.chooseDot(index, dot)));
      this.modes = new seci.Modes(runs);
      const [outcome, ...rest] = options.curves;
      const recorded = (name) => runs.every((run) => run.curves[name]);
      const against = [recorded("share_of_patients") ? "share_of_patients" : Object.keys(seci.TRIED).find(recorded)].filter(Boolean);
      this.charts = [...new Set([outcome, ...against, ...rest])].map((name, place) => new seci.Chart(runs, name, place ? {} : options.chart));
      this.controls = seci.controls(this);
      this.stories = new seci.Stories(this, MOST_NEEDS);
      const [all, many] = [this.charts.map(({ element }) => element), 1 + against.length];
      const [first, others] = [all.slice(0, many), all.slice(many)];
      this.fieldBox = seci.make("div", { class: `seci-fields seci-runs-${runs.length}` }, this.fields.map((field, index) => this.fieldFigure(field, index)));
      this.live = seci.make("p", { class: "seci-hidden", "aria-live": "polite" });
      const open = new Set([...this.element.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent));
      const folded = (title, ...inner) => seci.make("details", {}, [seci.make("summary", {}, [title]), ...inner]);
      const more = others.length ? [folded("More lines", seci.make("div", { class: "seci-charts" }, others))] : [];
      for (const details of more) details.addEventListener("toggle", () => this.resize());
      this.modes.table.addEventListener("toggle", () => this.draw());
      this.element.replaceChildren(
        this.fieldBox,
        seci.make("div", { class: "seci-beside" }, [seci.make("div", {}, first), this.modes.element]),
        this.controls.element,
        folded("What the picture shows", seci.legend()),
        ...more,
        this.stories.element,
        this.live,
      );
      for (const details of this.element.querySelectorAll("details")) details.open = open.has(details.firstChild.textContent);
      this.watcher.observe(this.element);
    }

    // The lines of a run whose picture is still being recorded: weeks, frames and curves, as film.js makes them.
    sketch(index, lines) {
      for (const chart of this.charts) if (chart.dots) chart.sketch(index, lines, this.frame);
    }

    fieldFigure(field, index) {
      const run = this.runs[index];
      const look = seci.LOOKS[index];
      const name = seci.button(`${look.mark} ${run.name}`, { class: `seci-name seci-look-${index}`, "aria-pressed": index === this.followed }, () => this.follow(index));
      name.title = `Follow this policy in the modes and in the stories. Seed ${run.seed}, ${run.staff} people`;
      const each = run.each > 1 ? [seci.make("span", { class: "seci-small" }, [` a dot stands for ${run.each} people`])] : [];
      const caption = seci.make("figcaption", {}, [name, ...each]);
      return seci.make("figure", { class: `seci-picture${index === this.followed ? " seci-followed" : ""}` }, [caption, field.canvas]);
    }

    resize() {
      if (!this.runs.length || !this.element.clientWidth) return;
      const text = parseFloat(getComputedStyle(this.element).fontSize);
      const names = text * (this.runs.length > 1 ? 0.8 : 1);
      for (const field of this.fields) if (field.canvas.clientWidth) field.resize(names, Math.max(LEAST_HIGH, window.innerHeight - AROUND * text));
      for (const chart of this.charts) if (chart.element.clientWidth) chart.resize(chart.element.clientWidth, text * 0.8);
      this.draw();
    }

    draw() {
      if (!this.fields || !this.fields.some(({ sprites }) => sprites)) return;
      this.runs.forEach((run, index) => this.fields[index].sprites && this.fields[index].draw(Math.min(this.frame, run.frames - 1)));
      this.modes.draw(Math.round(this.frame), this.followed, this.playing);
      for (const chart of this.charts) if (chart.dots) chart.draw(this.frame);
      this.controls.draw();
      this.stories.draw();
    }

    tick(now) {
      if (!this.playing) return;
      const longest = this.longest();
      const every = longest.weeks[0];
      // A frame may bear a time before the press of Play, when the page was busy.
      const passed = Math.min(0.25, Math.max(0, (now - this.before) / 1000));
      this.before = now;
      this.frame = Math.min(this.frames - 1, this.frame + (passed * this.speed) / every);
      if (this.frame >= this.frames - 1) {
        this.pause();
        this.options.onEnd();
      } else {
        requestAnimationFrame(this.tick);
        this.draw();
      }
    }

    play() {
      if (this.playing || !this.runs.length) return;
      if (this.frame >= this.frames - 1) this.frame = 0;
      this.playing = true;
      this.before = performance.now();
      requestAnimationFrame(this.tick);
      this.draw();
    }

    pause() {
      this.playing = false;
      if (!this.runs.length) return;
      this.frame = Math.round(this.frame);
      this.draw();
      seci.say(this.live, this.charts[0].svg.getAttribute("aria-label") || "");
    }

    stop() {
      this.frame = 0;
      this.pause();
    }

    step(weeks) {
      this.seekFrame(Math.round(this.frame) + weeks);
    }

    seekFrame(frame) {
      this.frame = Math.max(0, Math.min(this.frames - 1, frame));
      this.pause();
    }

    setSpeed(weeks) {
      this.speed = weeks;
      this.draw();
    }

    follow(run) {
      this.followed = run;
      this.fieldBox.querySelectorAll(".seci-picture").forEach((picture, index) => {
        picture.classList.toggle("seci-followed", index === run);
        picture.querySelector(".seci-name").setAttribute("aria-pressed", index === run);
      });
      this.resize();
    }

    chooseDot(run, dot) {
      this.choose({ run, dot }, new Set());
      this.fields[run].chosen = dot;
      this.draw();
    }

    chooseNeed(run, need) {
      this.choose({ run, need }, seci.dotsOfNeed(this.runs[run], need, Infinity));
    }

    chooseNothing() {
      const { run } = this.chosen;
      this.choose({ run }, new Set());
    }

    choose(chosen, marked) {
      this.chosen = chosen;
      this.fields.forEach((field, index) => {
        field.chosen = -1;
        field.marked = index === chosen.run ? marked : new Set();
      });
      this.follow(chosen.run);
    }
  }

  seci.Player = Player;
})(window.SeciPlayer);
