// Curves of one measure: a line for each policy, thin ones for other luck, and the bet on where one will end.
(function (seci) {
  "use strict";

  seci.CURVES = {
    needs_met: "Patients' needs met",
    needs_mis_served: "Needs mis-served",
    staff_knowing: "Staff who know a need",
    explicit_coverage: "Needs that staff have read about",
    routine_right: "Needs with the right routine",
    routine_wrong: "Needs with the wrong routine",
    share_of_patients: "Share of patients",
  };
  // Shares that a trial measures of people, arm by arm: the line of control, beside which the treated one is drawn.
  seci.TRIED = {
    needs_met_control: "Needs met by those in the trial",
    skill_control: "Skill of those in the trial",
    knowing_control: "Needs known to those in the trial",
  };
  // As in the report: colour, dash (both in the style sheet) and mark say the same, for eyes, projectors and paper.
  seci.LOOKS = [{ mark: "●" }, { mark: "■" }];
  const draw = seci.svg;

  function topOf(values) {
    const most = Math.max(...values.filter((value) => value !== null), 0.001);
    return [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1].find((top) => top >= most * 1.02) || 1;
  }

  class Chart {
    // Options: bet     {value: 0.45 or null, onGuess(share)}: a bet to be dragged, or one that was placed
    //          known   runs whose line is drawn to its end from the beginning
    //          thin    other courses of luck: [{run, weeks, values}, ...], drawn behind
    //          whole   true: the scale goes to 100%
    constructor(runs, name, options = {}) {
      Object.assign(this, { runs, name, bet: options.bet || null, known: options.known || [], thin: options.thin || [], tried: name in seci.TRIED });
      this.whole = Boolean(options.whole || this.bet);
      this.fit();
      this.values = runs.map((run, index) =>
        seci.make("span", { class: `seci-value seci-look-${index}` }, [""]),
      );
      this.svg = draw("svg", { class: "seci-curve", role: "img" });
      const title = seci.CURVES[name] || seci.TRIED[name] || name.replace(/_/g, " ");
      const caption = seci.make("figcaption", {}, [seci.make("b", {}, [title]), ...this.values]);
      this.note = seci.make("p", { class: "seci-small", role: "status" });
      this.element = seci.make("figure", { class: "seci-chart" }, [caption, this.svg, this.note]);
      this.title = title;
      if (this.bet && this.bet.onGuess) {
        this.svg.classList.add("seci-draggable");
        this.svg.addEventListener("pointerdown", (event) => this.drag(event));
        this.svg.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
      }
    }

    // The same measure of a run's rivals, or of the treated arm: [name, values], where it was recorded.
    othersOf(run) {
      if (this.tried) return [["treated", run.curves[this.name.replace("control", "treated")]]];
      return run.rivals.map((rival) => [rival, run.curves[`rival_${this.name}_${rival}`]]).filter(([, values]) => values);
    }

    // The scales that hold all lines.
    fit() {
      const { runs, thin } = this;
      this.top = this.whole ? 1 : topOf([...runs.flatMap((run) => [run.curves[this.name], ...this.othersOf(run).map(([, values]) => values)].flat()), ...thin.flatMap(({ values }) => values)]);
      const measured = runs.flatMap((run) => (this.tried ? run.weeks.filter((_, frame) => run.curves[this.name][frame] !== null) : [1, run.weeks[run.frames - 1]]));
      [this.begin, this.last] = [Math.min(...measured), Math.max(...measured)];
    }

    drag(event) {
      event.preventDefault();
      const box = this.svg.getBoundingClientRect();
      const share = (this.bottom - (event.clientY - box.top)) / (this.bottom - this.ceiling);
      this.bet.onGuess(Math.round(100 * Math.max(0, Math.min(1, share))) / 100);
    }

    setGuess(share) {
      this.bet.value = share;
      this.drawBet();
    }

    resize(width, text) {
      const most = this.bet && this.bet.onGuess ? width : Math.max(150, window.innerHeight * 0.24);
      const height = Math.round(Math.min(most, Math.max(150, width * 0.36)));
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
      for (const { run, weeks, values } of this.thin) {
        this.svg.append(draw("path", { d: this.path(weeks, values), class: `seci-thin seci-line-${run}` }));
      }
      this.dots = this.runs.map((run, index) => this.drawLine(run, index, clip));
      this.handle = draw("g", {});
      this.svg.append(this.handle);
      this.drawBet();
    }

    x(week) {
      return this.left + ((week - this.begin) / Math.max(1, this.last - this.begin)) * (this.right - this.left);
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
      if (this.tried) {
        const below = (x, anchor, week) => draw("text", { x, y: this.bottom + this.text * 1.2, "text-anchor": anchor }, `week ${week}`);
        this.svg.append(below(this.left, "start", this.begin), below(this.right, "end", this.last));
        return;
      }
      const years = Math.max(1, Math.ceil(this.last / 52 / 6));
      for (let year = 0; year * 52 <= this.last; year += years) {
        if (this.last < 52 && year) break;
        const x = this.x(Math.max(1, year * 52));
        if (year && x < this.left + 4.8 * this.text) continue; // "week 1" stands there
        const anchor = !year ? "start" : x > this.right - 2 * this.text ? "end" : "middle";
        this.svg.append(draw("text", { x, y: this.bottom + this.text * 1.2, "text-anchor": anchor }, year ? `year ${year}` : "week 1"));
      }
    }

    path(weeks, values) {
      let pen = "M";
      const path = [];
      values.forEach((share, frame) => {
        if (share === null) {
          pen = "M";
          return;
        }
        path.push(`${pen}${this.x(weeks[frame]).toFixed(1)} ${this.y(share).toFixed(1)}`);
        pen = "L";
      });
      return path.join("");
    }

    drawLine(run, index, clip) {
      const lines = [["", run.curves[this.name]], ...this.othersOf(run)].map(([rival, values]) => draw("path", {
        d: this.path(run.weeks, values), class: `seci-line seci-line-${index}${rival && " seci-rival"}`,
        "stroke-width": Math.max(2.5, this.text / 6) / (rival ? 2 : 1),
      }));
      if (!this.known.includes(index)) for (const line of lines) line.setAttribute("clip-path", `url(#${clip})`);
      const mark = draw("text", { "text-anchor": "middle", class: `seci-look-${index}`, "aria-hidden": "true" }, seci.LOOKS[index].mark);
      this.svg.append(...lines, mark);
      return mark;
    }

    // Another line in place of a run's, whose picture follows.
    sketch(index, lines, moment) {
      this.runs = this.runs.map((run, place) => (place === index ? { ...run, ...lines } : run));
      this.behind([], moment);
    }

    // Thin lines behind those of the runs.
    behind(thin, moment) {
      this.thin = thin;
      seci.say(this.note, "");
      this.fit();
      this.resize(this.width, this.text);
      this.draw(moment);
    }

    drawBet() {
      if (!this.bet || !this.handle) return;
      const { value, onGuess } = this.bet;
      const at = { x: this.right - this.text * 0.7, "text-anchor": "end", class: "seci-bet-mark" };
      if (value === null) {
        const words = onGuess ? [draw("text", { ...at, y: this.ceiling + this.text }, "press or drag here: where does the line end?")] : [];
        const edge = { x1: this.right, x2: this.right, y1: this.bottom, y2: this.ceiling, class: "seci-bet-edge" };
        return this.handle.replaceChildren(draw("line", edge), ...words);
      }
      const y = this.y(value);
      const away = y < this.ceiling + this.text * 1.6 ? this.text * 1.3 : -this.text * 0.4;
      return this.handle.replaceChildren(
        draw("circle", { cx: this.right, cy: y, r: this.text * 0.45, class: "seci-bet-mark" }),
        draw("text", { ...at, y: y + away }, `${onGuess ? "↕ " : "your bet: "}${Math.round(100 * value)}%`),
      );
    }

    draw(moment) {
      const frame = Math.round(moment);
      let week = 1;
      const said = this.runs.map((run, index) => {
        const end = this.tried ? run.weeks.indexOf(this.last) : run.frames - 1;
        const at = this.known.includes(index) ? end : Math.min(frame, end);
        const share = run.curves[this.name][at];
        if (!this.known.includes(index)) week = Math.max(week, run.weeks[at]);
        const mark = this.dots[index];
        mark.setAttribute("visibility", share === null ? "hidden" : "visible");
        mark.setAttribute("x", this.x(run.weeks[at]));
        mark.setAttribute("y", this.y(share || 0) + this.text * 0.33);
        const others = this.othersOf(run).map(([rival, values]) => `, ${rival} (dotted) ${seci.percent(values[at])}`).join("");
        const told = `${this.tried ? "control " : ""}${seci.percent(share)}${others}`;
        seci.say(this.values[index], `${seci.LOOKS[index].mark} ${told}`);
        return `${run.name} ${told}`;
      });
      this.clip.setAttribute("width", Math.max(0, this.x(week)));
      this.svg.setAttribute("aria-label", `${this.title}, week ${week}: ${said.join(", ")}`);
    }
  }

  seci.Chart = Chart;
})(window.SeciPlayer);
