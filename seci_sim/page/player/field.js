// The picture of one organisation: units as circles, people as dots that light up as they learn.
(function (seci) {
  "use strict";

  const { EXPLICIT, EXPLICIT_STEPS, GROUND, TACIT_STEPS, disc, drawPerson, drawSheet, spritesOf } = seci.drawing;
  const WIDE = 1.4; // as in layout.js
  const UNIT = "#152B3C";
  const LINE = "#6D8CA5"; // 3 to 1 and more on both grounds, like whatever stands on them
  const BLUE = "#5EBEFF";
  const MISTAKEN = "#FF9A5C";
  const PATIENT = "#F4A9CE";
  const MOST_SHOWN = 40; // visits, and projects of each kind, that are drawn at once
  const SAYING = 3; // weeks that a workshop, and then its sheet's way to the library, is shown
  const ARRIVING = 4;
  const REACH = 24; // pixels around a dot within which a click or a finger finds it

  class Field {
    // choose(dot) is called when somebody picks a person.
    constructor(run, choose) {
      Object.assign(this, { run, chosen: -1, marked: new Set() });
      this.canvas = seci.make("canvas", {
        class: "seci-field", tabindex: 0, role: "application", "aria-roledescription": "picture of people",
        "aria-label": `${run.name}: ${run.staff} people in ${run.units.length} units. Arrow left and right go from person to person, up and down from unit to unit.`,
      });
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

    // As wide as there is room, and no higher than `most` pixels.
    resize(text, most) {
      this.canvas.style.width = "";
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      this.text = text;
      this.margin = text * 0.9;
      this.below = text * 2.4;
      const ends = this.run.units.map(({ y, r }) => [y - r, y + r]);
      this.highest = Math.min(...ends.map(([top]) => top));
      const high = Math.max(...ends.map(([, foot]) => foot)) - this.highest;
      const around = 2 * this.margin + this.below;
      this.scale = Math.min((this.canvas.clientWidth - 2 * this.margin) / WIDE, (most - around) / high);
      const [width, height] = [WIDE * this.scale + 2 * this.margin, high * this.scale + around];
      this.corner = this.freestCorner(width, height);
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.ratio = ratio;
      this.homes = new Map();
      for (const unit of this.run.units) if (!this.homes.has(unit.market)) this.homes.set(unit.market, unit);
      this.radii = this.run.units.map((unit) => this.radiusIn(unit));
      this.sprites = this.radii.map((radius) => spritesOf(radius, ratio));
    }

    radiusIn(unit) {
      const apart = (unit.r * 0.9 * this.scale * Math.sqrt(Math.PI / unit.dots)) / 2;
      return Math.round(4 * Math.max(1, Math.min(16, apart * 0.86))) / 4;
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
      return this.down(this.run.y[dot]);
    }

    down(y) {
      return this.margin + (y - this.highest) * this.scale;
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
      this.drawLibrary(pen);
      this.run.units.forEach((unit, index) => this.drawUnit(pen, unit, there[index], frame));
      this.drawPeople(pen, frame, moment - frame, there);
      this.drawVisits(pen, frame, moment - frame, there);
      this.drawProjects(pen, week + moment - frame);
      for (const dot of this.marked) this.ring(pen, dot, "#FFFFFF", 1.5);
      if (this.chosen >= 0) this.ring(pen, this.chosen, "#F0E442", 3);
    }

    drawUnit(pen, unit, there, frame) {
      const x = this.margin + unit.x * this.scale;
      const y = this.down(unit.y);
      pen.beginPath();
      pen.arc(x, y, unit.r * this.scale, 0, 2 * Math.PI);
      pen.fillStyle = there ? UNIT : GROUND;
      pen.fill();
      pen.strokeStyle = LINE;
      pen.lineWidth = 1;
      pen.setLineDash(there ? [] : [5, 5]);
      pen.stroke();
      pen.setLineDash([]);
      if (!there) return;
      for (const patient of this.patientsOf(unit)) drawPerson(pen, patient.x, patient.y, this.text * 0.3, PATIENT);
      if (unit.market !== null && this.homes.get(unit.market) === unit) this.drawRoutines(pen, unit, frame);
    }

    // Patients live round the unit that knows them, on the side away from the others' names.
    patientsOf(unit) {
      return [-0.62, -0.31, 0, 0.31, 0.62].map((turn) => {
        const angle = -Math.PI / 2 + turn;
        const reach = unit.r * this.scale + this.text * 0.1;
        return { x: this.margin + unit.x * this.scale + reach * Math.cos(angle), y: this.down(unit.y) + reach * Math.sin(angle) };
      });
    }

    // Routines as a bar at the market's foot: right ones plain, wrong ones hatched, the rest not yet there.
    drawRoutines(pen, unit, frame) {
      const { right, wrong } = seci.routinesOf(this.run, unit.market, frame);
      const width = Math.max(this.text * 4, unit.r * this.scale * 1.2);
      const height = this.text * 0.5;
      const left = this.margin + unit.x * this.scale - width / 2;
      const top = this.down(unit.y + unit.r) - height - 1;
      const part = width / this.run.classes.length;
      pen.fillStyle = GROUND;
      pen.fillRect(left, top, width, height);
      pen.fillStyle = BLUE;
      pen.fillRect(left, top, right * part, height);
      pen.save();
      pen.beginPath();
      pen.rect(left + right * part, top, wrong * part, height);
      pen.clip();
      pen.strokeStyle = MISTAKEN;
      pen.lineWidth = 2;
      for (let x = left - height; x < left + width; x += 5) {
        pen.beginPath();
        pen.moveTo(x, top + height);
        pen.lineTo(x + height, top);
        pen.stroke();
      }
      pen.restore();
      pen.strokeStyle = "#F2F6F9";
      pen.lineWidth = 1;
      pen.strokeRect(left, top, width, height);
    }

    // The library stands in the corner that is freest: shelves with sheets, and its name.
    drawLibrary(pen) {
      const unit = this.text;
      const { left, top } = this.corner;
      pen.strokeStyle = EXPLICIT;
      pen.lineWidth = 1.5;
      pen.strokeRect(left, top, unit * 2.6, unit * 2);
      pen.fillStyle = EXPLICIT;
      for (let book = 0; book < 10; book++) pen.fillRect(left + unit * (0.2 + 0.46 * (book % 5)), top + unit * (book < 5 ? 0.2 : 1.15), unit * 0.3, unit * 0.7);
      pen.font = `${unit * 0.85}px ${seci.FONT}`;
      pen.textAlign = "left";
      pen.textBaseline = "top";
      pen.fillText("library", left, top + unit * 2.1);
    }

    freestCorner(width, height) {
      const [wide, high] = [this.text * 3, this.text * 3.2];
      const clear = ({ left, top }) => Math.min(...this.run.units.map((unit) =>
        Math.hypot(this.margin + unit.x * this.scale - left - wide / 2, this.down(unit.y) - top - high / 2) - unit.r * this.scale));
      const corners = [4, width - wide - 4].flatMap((left) => [4, height - high - 4].map((top) => ({ left, top })));
      return corners.reduce((best, corner) => (clear(corner) > clear(best) ? corner : best));
    }

    // Socialization: whoever is with a patient this week, and what passes between them.
    drawVisits(pen, frame, share, there) {
      const { run } = this;
      let shown = 0;
      for (let dot = 0; dot < run.dots && shown < MOST_SHOWN; dot++) {
        const unit = run.unitOf[dot];
        if (!(run.did[frame * run.dots + dot] & 1) || !there[unit]) continue;
        shown++;
        const patient = this.patientsOf(run.units[unit])[dot % 5];
        const [x, y] = [this.left(dot), this.top(dot)];
        pen.strokeStyle = BLUE;
        pen.lineWidth = 1.2;
        pen.beginPath();
        pen.moveTo(patient.x, patient.y);
        pen.lineTo(x, y);
        pen.stroke();
        disc(pen, patient.x + (x - patient.x) * share, patient.y + (y - patient.y) * share, this.text * 0.18, BLUE);
      }
    }

    // Externalization, combination and internalization: each project at the stage where it is.
    drawProjects(pen, now) {
      const found = { table: [], sheet: [], pilot: [] };
      for (const project of this.run.projects) {
        const [, said, , practised, routine] = project;
        if (said <= now && now < said + SAYING) found.table.push(project);
        else if (said + SAYING <= now && now < said + SAYING + ARRIVING) found.sheet.push(project);
        if (practised >= 0 && practised <= now && now < (routine < 0 ? practised + 26 : routine)) found.pilot.push(project);
      }
      for (const project of found.table.slice(-MOST_SHOWN)) this.drawTable(pen, project);
      for (const project of found.sheet.slice(-MOST_SHOWN)) this.drawSheet(pen, project, (now - project[1] - SAYING) / ARRIVING);
      for (const project of found.pilot.slice(-MOST_SHOWN)) this.drawPilot(pen, project, now);
    }

    middleOf(dots) {
      const mean = (at) => dots.reduce((sum, dot) => sum + at.call(this, dot), 0) / dots.length;
      return { x: mean(this.left), y: mean(this.top) };
    }

    drawTable(pen, [, , , , , group]) {
      if (!group.length) return;
      const { x, y } = this.middleOf(group);
      pen.strokeStyle = EXPLICIT;
      pen.lineWidth = 1.5;
      for (const dot of group) {
        pen.beginPath();
        pen.moveTo(x, y);
        pen.lineTo(this.left(dot), this.top(dot));
        pen.stroke();
      }
      pen.fillStyle = GROUND;
      pen.beginPath();
      pen.ellipse(x, y, this.text * 0.8, this.text * 0.5, 0, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
      drawSheet(pen, x, y, this.text * 0.4);
    }

    drawSheet(pen, [, , , , , group], share) {
      if (!group.length) return;
      const { x, y } = this.middleOf(group);
      const [left, top] = [this.corner.left + this.text * 1.3, this.corner.top + this.text];
      drawSheet(pen, x + (left - x) * share, y + (top - y) * share, this.text * 0.6);
    }

    drawPilot(pen, [, , , , , , pilot], now) {
      pen.strokeStyle = BLUE;
      pen.lineWidth = 2;
      const turn = seci.still.matches ? 0 : now * 3;
      for (const dot of pilot) {
        const radius = this.radii[this.run.unitOf[dot]] + 3;
        pen.setLineDash([radius * 0.9, radius * 0.67]);
        pen.lineDashOffset = -turn;
        pen.beginPath();
        pen.arc(this.left(dot), this.top(dot), radius, 0, 2 * Math.PI);
        pen.stroke();
      }
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
        const top = this.down(unit.y + unit.r) + 2;
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

  seci.Field = Field;
})(window.SeciPlayer);
