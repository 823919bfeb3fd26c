// Curves of one measure, one line for each policy, and the bet on where a line will end.
(function (seci) {
  "use strict";

  seci.CURVES = {
    needs_met: "Patients' needs met",
    needs_mis_served: "Needs mis-served",
    staff_knowing: "Staff who know a need",
    explicit_coverage: "Needs that staff have read about",
    routine_right: "Needs with the right routine",
    routine_wrong: "Needs with the wrong routine",
  };
  // As in the report: colour, dash and mark say the same, for eyes, projectors and paper.
  seci.LOOKS = [
    { colour: "#000000", dash: "", mark: "●" },
    { colour: "#00795A", dash: "9 6", mark: "■" },
  ];
  const BET = "#B3478A";
  const SVG = "http://www.w3.org/2000/svg";

  function draw(tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  seci.percent = function (value) {
    return value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)}%`;
  };

  function topOf(values) {
    const most = Math.max(...values.filter((value) => value !== null), 0.001);
    return [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1].find((top) => top >= most * 1.02) || 1;
  }

  class Chart {
    // bet: null, or {run, done} with done(share) called when a bet is placed.
    constructor(runs, name, bet) {
      Object.assign(this, { runs, name, bet, asked: Boolean(bet), guess: 0.5 });
      this.top = bet ? 1 : topOf(runs.flatMap((run) => run.curves[name]));
      this.last = Math.max(...runs.map((run) => run.weeks[run.frames - 1]));
      this.values = runs.map((run, index) =>
        seci.make("span", { class: `seci-value seci-look-${index}` }, [""]),
      );
      this.svg = draw("svg", { class: "seci-curve", role: "img" });
      const title = seci.CURVES[name] || name.replace(/_/g, " ");
      const caption = seci.make("figcaption", {}, [seci.make("b", {}, [title]), ...this.values]);
      this.element = seci.make("figure", { class: "seci-chart" }, [caption, this.svg]);
      this.title = title;
      if (bet) this.askForBet();
    }

    askForBet() {
      const words = `Your bet: where will the line ${this.runs.length > 1 ? `of “${this.runs[this.bet.run].name}” ` : ""}end? Drag it.`;
      const slider = seci.make("input", { type: "range", min: 0, max: 100, step: 1, value: 50 });
      const told = seci.make("output", {}, ["50%"]);
      const place = seci.make("button", { type: "button", class: "seci-bet-place" }, ["Bet, then play"]);
      slider.addEventListener("input", () => this.setGuess(slider.valueAsNumber / 100));
      place.addEventListener("click", () => this.placeBet());
      this.betting = seci.make("div", { class: "seci-bet" }, [
        seci.make("label", {}, [words, slider]),
        told,
        place,
      ]);
      this.element.append(this.betting);
      this.svg.addEventListener("pointerdown", (event) => this.drag(event));
      this.svg.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
      this.svg.classList.add("seci-draggable");
    }

    drag(event) {
      if (!this.asked) return;
      event.preventDefault();
      const box = this.svg.getBoundingClientRect();
      const share = (this.bottom - (event.clientY - box.top)) / (this.bottom - this.ceiling);
      this.setGuess(Math.round(100 * Math.max(0, Math.min(1, share))) / 100);
    }

    setGuess(share) {
      this.guess = share;
      const [label, told] = this.betting.children;
      label.querySelector("input").value = Math.round(100 * share);
      seci.say(told, `${Math.round(100 * share)}%`);
      this.drawBet();
    }

    placeBet() {
      if (!this.asked) return;
      this.asked = false;
      this.svg.classList.remove("seci-draggable");
      const { run, done } = this.bet;
      const curve = this.runs[run].curves[this.name];
      this.result = seci.make("p", { class: "seci-bet-result" }, [`You bet ${seci.percent(this.guess)}.`]);
      this.betting.replaceWith(this.result);
      done({ curve: this.name, run, guess: this.guess, actual: curve[curve.length - 1] });
    }

    resize(width, text) {
      const height = Math.round(Math.max(150, width * 0.36));
      Object.assign(this, {
        width, text, left: text * 2.6, right: width - text * 0.8,
        ceiling: text * 0.7, bottom: height - text * 1.5,
      });
      this.svg.replaceChildren();
      this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.svg.setAttribute("height", height);
      this.drawAxes();
      const clip = `seci-clip-${Math.random().toString(36).slice(2)}`;
      this.clip = draw("rect", { x: 0, y: 0, width: 0, height });
      const path = draw("clipPath", { id: clip });
      path.append(this.clip);
      this.svg.append(path);
      this.dots = this.runs.map((run, index) => this.drawLine(run, index, clip));
      this.handle = draw("g", {});
      this.svg.append(this.handle);
      this.drawBet();
    }

    x(week) {
      return this.left + ((week - 1) / Math.max(1, this.last - 1)) * (this.right - this.left);
    }

    y(share) {
      return this.bottom - (share / this.top) * (this.bottom - this.ceiling);
    }

    drawAxes() {
      const digits = this.top < 0.05 ? 1 : 0;
      for (const share of [0, this.top / 2, this.top]) {
        const y = this.y(share);
        this.svg.append(
          draw("line", { x1: this.left, x2: this.right, y1: y, y2: y, class: "seci-rule" }),
          draw("text", { x: this.left - 6, y: y + this.text * 0.35, "text-anchor": "end" }, `${(100 * share).toFixed(digits)}%`),
        );
      }
      const years = Math.max(1, Math.ceil(this.last / 52 / 6));
      for (let year = 0; year * 52 <= this.last; year += years) {
        if (this.last < 52 && year) break;
        const x = this.x(Math.max(1, year * 52));
        const anchor = !year ? "start" : x > this.right - 2 * this.text ? "end" : "middle";
        this.svg.append(draw("text", { x, y: this.bottom + this.text * 1.2, "text-anchor": anchor }, year ? `year ${year}` : "week 1"));
      }
    }

    drawLine(run, index, clip) {
      const look = seci.LOOKS[index];
      let pen = "M";
      const path = [];
      run.curves[this.name].forEach((share, frame) => {
        if (share === null) {
          pen = "M";
          return;
        }
        path.push(`${pen}${this.x(run.weeks[frame]).toFixed(1)} ${this.y(share).toFixed(1)}`);
        pen = "L";
      });
      this.svg.append(
        draw("path", {
          d: path.join(""), fill: "none", stroke: look.colour, "stroke-width": Math.max(2.5, this.text / 6),
          "stroke-dasharray": look.dash, "clip-path": `url(#${clip})`,
        }),
      );
      const mark = draw("text", { "text-anchor": "middle", fill: look.colour, "aria-hidden": "true" }, look.mark);
      this.svg.append(mark);
      return mark;
    }

    drawBet() {
      if (!this.bet || !this.handle) return;
      this.handle.replaceChildren();
      const y = this.y(this.guess);
      const words = this.asked ? `↕ ${Math.round(100 * this.guess)}%` : "your bet";
      this.handle.append(
        draw("line", { x1: this.left, x2: this.right, y1: this.y(0), y2: y, stroke: BET, "stroke-width": 2, "stroke-dasharray": "2 5", visibility: this.asked ? "visible" : "hidden" }),
        draw("circle", { cx: this.right, cy: y, r: this.text * 0.45, fill: BET }),
        draw("text", { x: this.right - this.text * 0.7, y: y - this.text * 0.4, "text-anchor": "end", fill: BET, "font-weight": 700 }, words),
      );
    }

    draw(moment) {
      const frame = Math.round(moment);
      let week = 1;
      const said = this.runs.map((run, index) => {
        const at = Math.min(frame, run.frames - 1);
        const share = run.curves[this.name][at];
        week = Math.max(week, run.weeks[at]);
        const mark = this.dots[index];
        mark.setAttribute("visibility", share === null ? "hidden" : "visible");
        mark.setAttribute("x", this.x(run.weeks[at]));
        mark.setAttribute("y", this.y(share || 0) + this.text * 0.33);
        seci.say(this.values[index], `${seci.LOOKS[index].mark} ${seci.percent(share)}`);
        return `${run.name} ${seci.percent(share)}`;
      });
      this.clip.setAttribute("width", Math.max(0, this.x(week)));
      this.svg.setAttribute("aria-label", `${this.title}, week ${week}: ${said.join(", ")}`);
      if (this.result && week === this.last) this.tellResult();
    }

    tellResult() {
      const curve = this.runs[this.bet.run].curves[this.name];
      const actual = curve[curve.length - 1];
      const away = Math.abs(100 * (this.guess - actual)).toFixed(1);
      seci.say(this.result, `You bet ${seci.percent(this.guess)}; this run ends at ${seci.percent(actual)}, ${away} points away.`);
    }
  }

  seci.Chart = Chart;
})(window.SeciPlayer);
