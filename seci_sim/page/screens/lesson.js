// A lesson: bet first, then play, then the answer and what was surprising.
(function (seci) {
  "use strict";

  const OF_RIVALS = ["competition.leak", "competition.choice"];

  class Lesson {
    // element: the lesson's screen; about: what the page's catalogue says of it.
    constructor(element, about) {
      Object.assign(this, { element, about, setting: about.bet, values: {}, placed: null, seen: false });
      this.part = (name) => element.querySelector(`.${name}`);
      seci.CURVES[about.outcome] = seci.CURVES[about.outcome] || about.called;
      this.follow = seci.inTurn(() => this.load("last"));
      this.form = this.part("bet-form");
      this.number = this.form.elements.bet;
      this.number.addEventListener("input", () => this.guess(this.inField()));
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.place(Math.round(this.number.valueAsNumber), this.form.elements.reason.value.trim());
      });
      this.part("no-bet").addEventListener("click", () => this.place(null, ""));
      this.part("settings").addEventListener("change", (event) => this.change(Number(event.target.value)));
      this.part("luck").addEventListener("click", () => this.drawOthers(seci.drawLuck));
      this.part("worlds").addEventListener("click", () => this.drawOthers(seci.drawWorlds));
      this.part("to-answer").addEventListener("click", () => this.answer());
      seci.fourModes(this.part("four"));
      element.dataset.step = "bet";
      this.drawBets = seci.gatherBets(this.part("class-bets"), about.name, () => (this.seen ? this.end : null));
    }

    run(setting, values = {}) {
      const { scenarios, settings, seed, outcome } = this.about;
      const moved = Object.entries(values).map(([name, value]) => `, ${seci.levers.words(name).toLowerCase()} ${seci.levers.inWords(this.declared(name), value)}`);
      return seci.source.run({ scenario: scenarios[setting], values, seed, name: `${settings[setting]}${moved.join("")}`, outcome });
    }

    declared(name) {
      return seci.source.catalogue.parameters.find((one) => one.name === name);
    }

    // Levers of the setting that is shown, where it has rivals: how these follow, and whom patients choose.
    buildLevers() {
      const { rivals, values } = seci.source.catalogue.scenarios[this.about.scenarios[this.setting]];
      const made = (rivals.length ? OF_RIVALS : []).map((name) => {
        const lever = seci.levers.make(this.declared(name), (value) => {
          lever.showValue(value);
          this.values = { ...this.values, [name]: value };
          this.follow();
        });
        lever.showValue(values[name] ?? this.declared(name).default);
        return lever.element;
      });
      this.part("levers").replaceChildren(...made);
    }

    async open() {
      if (this.player) return;
      const [known] = await Promise.all([this.run(0), this.run(this.about.bet)]);
      if (this.player || this.chart) return this.resize();
      this.chart = new seci.Chart([known], this.about.outcome, { known: [0], bet: { value: this.inField(), onGuess: (share) => this.guess(share, true) } });
      this.part("bet-chart").replaceChildren(this.chart.element);
      new ResizeObserver(() => this.resize()).observe(this.part("bet-chart"));
      this.resize();
    }

    resize() {
      if (this.player) return this.player.resize();
      const { clientWidth } = this.chart.element;
      if (!clientWidth) return undefined;
      this.chart.resize(clientWidth, parseFloat(getComputedStyle(this.element).fontSize) * 0.8);
      return this.chart.draw(Infinity);
    }

    guess(share, drawn) {
      if (drawn) this.number.value = Math.round(100 * share);
      if (this.chart) this.chart.setGuess(share);
    }

    // The bet that stands in the field, as a share, or null of none that is allowed.
    inField() {
      const share = this.number.valueAsNumber / 100;
      return share >= 0 && share <= 1 ? share : null;
    }

    // bet: whole percent, or null of who looks without one.
    async place(bet, reason) {
      this.placed = bet === null ? null : { share: bet / 100, reason };
      this.part("step-bet").hidden = true;
      this.part("step-play").hidden = false;
      this.element.dataset.step = "play";
      this.part("bet-told").textContent = bet === null ? "" : `Your bet: ${bet}%${reason ? `, because ${reason}` : ""}. Your code for the class: ${seci.codeOf(this.about.name, bet)}`;
      this.player = new seci.Player(this.part("player"), { onEnd: () => this.ended() });
      await this.load("first");
      this.part("step-play").querySelector("h2").focus();
      this.player.play();
    }

    async load(start) {
      const { about, setting, placed } = this;
      const moved = Object.keys(this.values).length > 0;
      const shown = setting || moved ? [this.run(0), this.run(setting, this.values)] : [this.run(0)];
      const runs = await Promise.all(shown);
      const bet = placed && setting === about.bet && !moved ? { value: placed.share } : null;
      const known = this.seen && setting !== about.bet ? [] : runs.length > 1 ? [0] : [];
      const curves = [...new Set([about.outcome, "needs_met", "needs_mis_served", "staff_knowing"])];
      this.player.load(runs, { curves, start, chart: { known, bet, whole: Boolean(bet) } });
    }

    ended() {
      this.element.classList.add("ended");
      if (this.setting === this.about.bet && !this.seen) this.part("to-answer").focus();
    }

    // Who bets at once may ask before the runs are there.
    async answer() {
      const run = await this.run(this.about.bet);
      this.end = run.curves[this.about.outcome][run.frames - 1];
      this.seen = true;
      const { about, placed, end } = this;
      const away = placed ? Math.abs(100 * (placed.share - end)) : 0;
      const surprise = !placed ? "" : away < 3 ? " You were right within 3 points." : ` What did you not expect, and was your reason wrong, or only the number?`;
      this.part("verdict").textContent = placed
        ? `You bet ${seci.percent(placed.share, 0)}; this run ends at ${seci.percent(end)}, ${away.toFixed(1)} points away.${surprise}`
        : `This run ends at ${seci.percent(end)}.`;
      this.part("step-answer").hidden = false;
      this.part("settings").disabled = false;
      this.buildLevers();
      this.part("to-answer").hidden = true;
      this.element.classList.add("answered");
      this.drawBets();
      this.part("step-answer").querySelector("h2").focus();
      about.answered = true;
    }

    async change(setting) {
      Object.assign(this, { setting, values: {} });
      this.buildLevers();
      this.player.pause();
      await this.load(seci.still.matches ? "last" : "first");
      if (!seci.still.matches) this.player.play();
    }

    // draw: seci.drawLuck or seci.drawWorlds.
    async drawOthers(draw) {
      if (!this.seen) await this.answer();
      this.player.pause();
      await draw(this.player, {
        outcome: this.about.outcome, seed: this.about.seed,
        asked: this.player.runs.map((_, place) => ({ scenario: this.about.scenarios[place && this.setting], values: place ? this.values : {} })),
      });
    }
  }

  seci.Lesson = Lesson;
})(window.SeciPlayer);
