// The picture of one organisation: units as circles, people as dots that light up as they learn.
(function (seci) {
  "use strict";

  const WIDE = 1.4; // as in seci_sim/page/page_layout.py
  const TACIT_STEPS = 24;
  const EXPLICIT_STEPS = 6;
  const GROUND = "#0B1B28";
  const UNLIT = [62, 82, 98];
  const TACIT_LIT = [94, 190, 255]; // the blue of tacit knowledge, as light on a dark ground
  const EXPLICIT = "#E69F00";
  const MISTAKEN = "#FF8A3D";
  const REACH = 24; // pixels around a dot within which a click or a finger finds it

  function mix(from, to, share) {
    return from.map((part, place) => Math.round(part + (to[place] - part) * share));
  }

  class Field {
    // choose(dot) is called when somebody picks a person.
    constructor(run, choose) {
      this.run = run;
      this.chosen = -1;
      this.marked = new Set();
      this.canvas = document.createElement("canvas");
      this.canvas.className = "seci-field";
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute("role", "application");
      this.canvas.setAttribute("aria-roledescription", "picture of people");
      this.canvas.setAttribute(
        "aria-label",
        `${run.name}: ${run.staff} people in ${run.units.length} units. ` +
          "Arrow left and right go from person to person, up and down from unit to unit.",
      );
      this.context = this.canvas.getContext("2d");
      this.canvas.addEventListener("click", (event) => {
        const dot = this.dotAt(event.offsetX, event.offsetY);
        if (dot >= 0) choose(dot);
      });
      this.canvas.addEventListener("keydown", (event) => {
        const dot = this.neighbour(event.key);
        if (dot < 0) return;
        event.preventDefault();
        event.stopPropagation();
        choose(dot);
      });
    }

    neighbour(key) {
      const { run, chosen } = this;
      if (key === "Enter" || (chosen < 0 && key.startsWith("Arrow"))) return Math.max(0, chosen);
      if (key === "ArrowRight") return (chosen + 1) % run.dots;
      if (key === "ArrowLeft") return (chosen - 1 + run.dots) % run.dots;
      const step = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (!step) return -1;
      const units = run.units.length;
      return run.units[(run.unitOf[chosen] + step + units) % units].first;
    }

    resize(width, text) {
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      this.text = text;
      this.margin = text * 0.6;
      this.below = text * 2.4;
      this.scale = (width - 2 * this.margin) / WIDE;
      const height = this.scale + 2 * this.margin + this.below;
      this.canvas.style.height = `${height}px`;
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.ratio = ratio;
      this.radii = this.run.units.map((unit) => this.radiusIn(unit));
      this.sprites = this.radii.map((radius) => this.spritesOf(radius));
    }

    radiusIn(unit) {
      const apart = (unit.r * 0.9 * this.scale * Math.sqrt(Math.PI / unit.dots)) / 2;
      return Math.max(1, Math.min(16, apart * 0.86));
    }

    // Dots are drawn once for every level, and then only copied: 2,000 people in some milliseconds.
    spritesOf(radius) {
      const size = Math.ceil(radius * 2.9 * this.ratio);
      const sheet = document.createElement("canvas");
      sheet.width = size * TACIT_STEPS;
      sheet.height = size * EXPLICIT_STEPS * 2;
      const pen = sheet.getContext("2d");
      for (let tacit = 0; tacit < TACIT_STEPS; tacit++) {
        for (let row = 0; row < EXPLICIT_STEPS * 2; row++) {
          pen.save();
          pen.translate((tacit + 0.5) * size, (row + 0.5) * size);
          pen.scale(this.ratio, this.ratio);
          drawDot(pen, radius, tacit / (TACIT_STEPS - 1), (row % EXPLICIT_STEPS) / (EXPLICIT_STEPS - 1), row >= EXPLICIT_STEPS);
          pen.restore();
        }
      }
      return { sheet, size };
    }

    dotAt(left, top) {
      let nearest = -1;
      let least = REACH ** 2;
      for (let dot = 0; dot < this.run.dots; dot++) {
        const away = (this.left(dot) - left) ** 2 + (this.top(dot) - top) ** 2;
        if (away < least) [nearest, least] = [dot, away];
      }
      return nearest;
    }

    left(dot) {
      return this.margin + this.run.x[dot] * this.scale;
    }

    top(dot) {
      return this.margin + this.run.y[dot] * this.scale;
    }

    // Draw the state at a moment between two frames, such as 12.4.
    draw(moment) {
      const pen = this.context;
      const frame = Math.floor(moment);
      const week = this.run.weeks[frame];
      pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      pen.fillStyle = GROUND;
      pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
      const there = this.run.units.map(({ there }) =>
        there.some(([from, to]) => from <= week && week <= to),
      );
      this.run.units.forEach((unit, index) => this.drawUnit(pen, unit, there[index]));
      this.drawPeople(pen, frame, moment - frame, there);
      for (const dot of this.marked) this.ring(pen, dot, "#FFFFFF", 1.5);
      if (this.chosen >= 0) this.ring(pen, this.chosen, "#F0E442", 3);
    }

    drawUnit(pen, unit, there) {
      const x = this.margin + unit.x * this.scale;
      const y = this.margin + unit.y * this.scale;
      pen.beginPath();
      pen.arc(x, y, unit.r * this.scale, 0, 2 * Math.PI);
      pen.fillStyle = there ? "#152B3C" : GROUND;
      pen.fill();
      pen.strokeStyle = "#4A667C";
      pen.lineWidth = 1;
      pen.setLineDash(there ? [] : [5, 5]);
      pen.stroke();
      pen.setLineDash([]);
    }

    drawPeople(pen, frame, share, there) {
      const { run, ratio } = this;
      const base = frame * run.dots;
      const next = frame + 1 < run.frames ? base + run.dots : base;
      const between = (levels, dot) =>
        levels[base + dot] + (levels[next + dot] - levels[base + dot]) * share;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      for (let dot = 0; dot < run.dots; dot++) {
        const unit = run.unitOf[dot];
        if (!there[unit]) continue;
        const { sheet, size } = this.sprites[unit];
        const knows = between(run.knows, dot);
        // The eye sees differences among the dark better: a square root spreads them out.
        const tacit = Math.round(Math.sqrt(knows / run.levels) * (TACIT_STEPS - 1));
        const wrong = between(run.mistakes, dot) > knows + 0.5 ? EXPLICIT_STEPS : 0;
        const row = Math.round(Math.sqrt(between(run.holds, dot) / run.levels) * (EXPLICIT_STEPS - 1)) + wrong;
        const left = Math.round(this.left(dot) * ratio - size / 2);
        const top = Math.round(this.top(dot) * ratio - size / 2);
        pen.drawImage(sheet, tacit * size, row * size, size, size, left, top, size, size);
      }
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.writeNames(pen);
    }

    writeNames(pen) {
      pen.font = `600 ${this.text}px ${seci.FONT}`;
      pen.textAlign = "center";
      pen.textBaseline = "top";
      pen.lineJoin = "round";
      pen.lineWidth = 5;
      pen.strokeStyle = GROUND;
      pen.fillStyle = "#F2F6F9";
      const most = this.canvas.width / this.ratio;
      for (const unit of this.run.units) {
        const top = this.margin + (unit.y + unit.r) * this.scale + 2;
        const widest = 2.2 * unit.r * this.scale;
        const whole = pen.measureText(unit.name).width <= widest;
        (whole ? [unit.name] : inTwo(unit.name)).forEach((line, place) => {
          const half = Math.min(most / 2, pen.measureText(line).width / 2);
          const x = Math.max(half + 4, Math.min(most - half - 4, this.margin + unit.x * this.scale));
          pen.strokeText(line, x, top + place * this.text, most);
          pen.fillText(line, x, top + place * this.text, most);
        });
      }
    }

    ring(pen, dot, colour, width) {
      pen.beginPath();
      pen.arc(this.left(dot), this.top(dot), this.radii[this.run.unitOf[dot]] + width + 1, 0, 2 * Math.PI);
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  // A name on two lines, cut at the space nearest to its middle.
  function inTwo(name) {
    const spaces = [...name.matchAll(/ /g)].map(({ index }) => index);
    if (!spaces.length) return [name];
    const away = (at) => Math.abs(at - name.length / 2);
    const at = spaces.reduce((best, other) => (away(other) < away(best) ? other : best));
    return [name.slice(0, at), name.slice(at + 1)];
  }

  function drawDot(pen, radius, tacit, explicit, mistaken) {
    if (tacit > 0.25) {
      const glow = pen.createRadialGradient(0, 0, radius * 0.6, 0, 0, radius * 1.4);
      glow.addColorStop(0, `rgba(94, 190, 255, ${0.5 * tacit})`);
      glow.addColorStop(1, "rgba(94, 190, 255, 0)");
      pen.fillStyle = glow;
      pen.fillRect(-radius * 1.4, -radius * 1.4, radius * 2.8, radius * 2.8);
    }
    const lit = mix(UNLIT, TACIT_LIT, tacit);
    pen.fillStyle = `rgb(${mix(lit, [255, 255, 255], Math.max(0, tacit - 0.7)).join()})`;
    pen.beginPath();
    pen.arc(0, 0, radius * 0.8, 0, 2 * Math.PI);
    pen.fill();
    if (explicit > 0) {
      pen.strokeStyle = EXPLICIT;
      pen.lineWidth = radius * (0.12 + 0.3 * explicit);
      pen.beginPath();
      pen.arc(0, 0, radius * 0.85, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * explicit);
      pen.stroke();
    }
    if (mistaken) {
      pen.strokeStyle = MISTAKEN;
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
    ["light", "lights up: sure of needs, and right (tacit)"],
    ["ring", "ring: has answers on paper (explicit)"],
    ["cross", "×: surer of mistakes than of what is right"],
  ];

  seci.legend = function () {
    return seci.make("p", { class: "seci-legend seci-small" }, LEGEND.map(([kind, text]) =>
      seci.make("span", {}, [seci.make("i", { class: `seci-dot seci-dot-${kind}` }, [kind === "cross" ? "×" : ""]), ` ${text}`]),
    ));
  };

  seci.FONT = "'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";
  seci.Field = Field;
})(window.SeciPlayer);
