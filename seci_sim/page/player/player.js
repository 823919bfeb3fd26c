// The player of films: organisations, the wheel, curves, stories. Needs no other library, no network.
//
// A page that stands alone puts `seci_sim.page.player.style()` into a <style> and `script()` into a
// <script>. Then
//
//   const player = SeciPlayer.mount(element, film, options);
//
// `film` is what seci_sim.page.film makes, parsed from JSON, or null. Options, all of them optional:
//
//   bet      {curve: "needs_met", run: 0}: ask where a line will end before it is shown
//   curves   names of the curves shown; see SeciPlayer.CURVES
//   speed    weeks a second: 4, 8, 16, 32 or 64
//   start    "first" or "last": the week that is shown when a film is loaded (with a bet: the first)
//   needs    false: leave out the needs and the stories
//   onBet    called with {curve, run, guess, actual} when a bet is placed
//   onEnd    called when the last week has been played
//
// The object has
//
//   load(film, options)  show another film; the options given replace the earlier ones of their name;
//                        the week is kept while somebody is watching the middle of a film
//   play() pause() stop() step(weeks) seek(week) seekFrame(frame) setSpeed(weeks a second)
//   chooseDot(run, dot) chooseNeed(run, need) follow(run)
//   playing, frame, frames, weekNow, lastWeek, speed, bet (what was bet, or null)
//   destroy()            take it off the page
(function (seci) {
  "use strict";

  const DEFAULTS = {
    bet: null,
    curves: ["needs_met", "needs_mis_served", "staff_knowing"],
    speed: 16,
    start: "last",
    needs: true,
    onBet: () => {},
    onEnd: () => {},
  };
  const MOST_NEEDS = 120;

  class Player {
    constructor(element, options) {
      this.element = element;
      this.options = Object.assign({}, DEFAULTS, options);
      this.runs = [];
      Object.assign(this, { frame: 0, playing: false, bet: null, speed: this.options.speed });
      element.classList.add("seci-player");
      this.tick = this.tick.bind(this);
      this.watcher = new ResizeObserver(() => this.resize());
      seci.obeyKeys(element, this);
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

    load(film, options) {
      Object.assign(this.options, options);
      const inTheMiddle = this.runs.length && this.frame > 0 && this.frame < this.frames - 1;
      const share = this.frame / Math.max(1, this.frames - 1);
      this.runs = seci.readFilm(film);
      this.chosen = null;
      this.bet = null;
      this.followed = this.runs.length - 1;
      this.build();
      const first = this.options.bet || this.options.start === "first";
      this.frame = first ? 0 : this.frames - 1;
      if (inTheMiddle && !this.options.bet) this.frame = Math.round(share * (this.frames - 1));
      if (this.options.bet) this.playing = false;
      this.resize();
    }

    build() {
      this.watcher.disconnect();
      const { runs, options } = this;
      this.fields = runs.map((run, index) => new seci.Field(run, (dot) => this.chooseDot(index, dot)));
      this.wheel = new seci.Wheel(runs);
      this.charts = options.curves.map((name) => new seci.Chart(runs, name, this.betOn(name)));
      this.controls = seci.controls(this);
      this.stories = options.needs ? new seci.Stories(this, MOST_NEEDS) : null;
      this.fieldBox = seci.make("div", { class: "seci-fields" }, this.fields.map((field, index) => this.fieldFigure(field, index)));
      this.chartBox = seci.make("div", { class: "seci-charts" }, this.charts.map(({ element }) => element));
      this.live = seci.make("p", { class: "seci-hidden", "aria-live": "polite" });
      this.element.replaceChildren(
        seci.make("div", { class: `seci-stage seci-runs-${runs.length}` }, [this.fieldBox, this.wheel.element]),
        this.controls.element,
        seci.legend(),
        this.chartBox,
        ...(this.stories ? [this.stories.element] : []),
        this.live,
      );
      this.watcher.observe(this.element);
    }

    betOn(name) {
      const { bet } = this.options;
      if (!bet || bet.curve !== name) return null;
      const run = Math.min(bet.run === undefined ? this.runs.length - 1 : bet.run, this.runs.length - 1);
      return { run, done: (placed) => this.betPlaced(placed) };
    }

    betPlaced(placed) {
      this.bet = placed;
      this.options.onBet(placed);
      this.play();
    }

    // A bet comes before the line: until it is placed, nothing moves.
    get waiting() {
      return this.charts.some((chart) => chart.asked);
    }

    fieldFigure(field, index) {
      const run = this.runs[index];
      const look = seci.LOOKS[index];
      const name = seci.make("button", { type: "button", class: `seci-name seci-look-${index}`, "aria-pressed": index === this.followed }, [
        `${look.mark} ${run.name}`,
      ]);
      name.title = "Follow this policy in the wheel and in the stories";
      name.addEventListener("click", () => this.follow(index));
      const each = run.each > 1 ? `; a dot stands for ${run.each} people` : "";
      const caption = seci.make("figcaption", {}, [name, seci.make("span", { class: "seci-small" }, [` seed ${run.seed}, ${run.staff} people${each}`])]);
      return seci.make("figure", { class: "seci-picture" }, [caption, field.canvas]);
    }

    resize() {
      if (!this.runs.length || !this.element.isConnected) return;
      const text = parseFloat(getComputedStyle(this.element).fontSize);
      const names = text * (this.runs.length > 1 ? 0.8 : 1);
      for (const field of this.fields) field.resize(field.canvas.clientWidth, names);
      for (const chart of this.charts) chart.resize(chart.svg.clientWidth || chart.element.clientWidth, text * 0.8);
      this.draw();
    }

    draw() {
      this.runs.forEach((run, index) => this.fields[index].draw(Math.min(this.frame, run.frames - 1)));
      this.wheel.draw(Math.round(this.frame), this.followed);
      for (const chart of this.charts) chart.draw(this.frame);
      this.controls.draw();
      if (this.stories) this.stories.draw();
    }

    tick(now) {
      if (!this.playing) return;
      const longest = this.longest();
      const every = longest.weeks[0];
      const passed = Math.min(0.25, (now - this.before) / 1000);
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
      if (this.playing || !this.runs.length || this.waiting) return;
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
      seci.say(this.live, this.charts.map(({ svg }) => svg.getAttribute("aria-label")).join(". "));
    }

    stop() {
      this.frame = 0;
      this.pause();
    }

    step(weeks) {
      this.seekFrame(Math.round(this.frame) + weeks);
    }

    seek(week) {
      const after = this.longest().weeks.findIndex((shown) => shown >= week);
      this.seekFrame(after < 0 ? this.frames - 1 : after);
    }

    seekFrame(frame) {
      if (this.waiting) return this.draw();
      this.frame = Math.max(0, Math.min(this.frames - 1, frame));
      return this.pause();
    }

    setSpeed(weeks) {
      this.speed = weeks;
      this.draw();
    }

    follow(run) {
      this.followed = run;
      this.fieldBox.querySelectorAll(".seci-name").forEach((name, index) => name.setAttribute("aria-pressed", index === run));
      this.draw();
    }

    chooseDot(run, dot) {
      this.choose({ run, dot }, new Set());
      this.fields[run].chosen = dot;
      this.draw();
    }

    chooseNeed(run, need) {
      this.choose({ run, need }, seci.dotsOfNeed(this.runs[run], need, Infinity));
    }

    choose(chosen, marked) {
      this.chosen = chosen;
      this.fields.forEach((field, index) => {
        field.chosen = -1;
        field.marked = index === chosen.run ? marked : new Set();
      });
      this.follow(chosen.run);
    }

    destroy() {
      this.playing = false;
      this.watcher.disconnect();
      this.element.replaceChildren();
    }
  }

  seci.mount = function (element, film, options) {
    const player = new Player(element, options);
    if (film) player.load(film);
    return player;
  };
})(window.SeciPlayer);
