// One's own firm: a list of people, read here and nowhere else; what was understood, before anything is saved.
(function (seci) {
  "use strict";

  const { AFFILIATE, HEADQUARTERS, REGIONAL, Refused, grouped, recognised, understood } = seci.firm;
  const FILE = "my-firm.yaml";
  const COLUMNS = { person: "people’s codes", unit: "units", kind: "kinds of units", market: "markets", place: "places" };
  const shares = (share) => `${(100 * Math.min(share, 1)).toFixed(0)}%`;

  class OwnFirm {
    // play: opens a scenario file, given as bytes and a name.
    constructor(element, play) {
      this.declared = JSON.parse(document.getElementById("own-firm-words").textContent);
      Object.assign(this, { element, play, answers: {} });
      const box = element.querySelector("input[type=file]");
      box.addEventListener("change", async () => {
        const [file] = box.files;
        if (!file) return;
        Object.assign(this, { name: file.name, answers: {}, header: [], bytes: new Uint8Array(await file.arrayBuffer()) });
        box.value = ""; // so that the same file can be opened again after a change
        this.show();
      });
    }

    show() {
      const focused = document.activeElement && document.activeElement.name;
      const problem = this.element.querySelector(".problem");
      const place = this.element.querySelector(".understood");
      problem.hidden = true;
      try {
        this.firm = this.read();
        place.replaceChildren(...this.preview(this.firm));
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused;
        problem.hidden = false;
        seci.say(problem, `${this.name}: ${refused.message}.`);
        this.header = refused.header || this.header;
        place.replaceChildren(this.questions(this.header, { dates: /day\/month/.test(refused.message), found: refused.found, wrong: refused.column }));
      }
      const again = focused && this.element.querySelector(`[name="${CSS.escape(focused)}"]`);
      if (again) again.focus();
    }

    answer(answers) {
      Object.assign(this.answers, answers);
      this.show();
    }

    // A market's name as it is typed: nothing on the screen moves, but what is wrong with it is said.
    rename(name, market) {
      const problem = this.element.querySelector(".problem");
      this.answers.services = { ...Object.fromEntries(this.firm.services), ...this.answers.services, [name]: { kind: AFFILIATE, market } };
      try {
        this.firm = this.read();
        seci.say(this.element.querySelector("code"), this.command(this.firm));
        problem.hidden = true;
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused;
        seci.say(problem, `${this.name}: ${refused.message}.`);
        problem.hidden = false;
      }
      for (const button of this.element.querySelectorAll("button")) button.disabled = !problem.hidden;
    }

    read() {
      return understood(this.bytes, this.declared, this.answers, new Date().toISOString().slice(0, 10));
    }

    choice(name, words, options, value, act) {
      const box = seci.make("select", { name }, options.map(([key, text]) => seci.make("option", { value: key }, [text])));
      box.value = value;
      box.addEventListener("change", () => act(box.value));
      return seci.make("label", { class: "choice" }, words ? [`${words} `, box] : [box]);
    }

    // Which column is which, what days are, since when those left who are only marked. Of a column that has no
    // header's words its number is shown: they may be somebody's.
    questions(header, { dates, months, found = {}, wrong = "unit" }) {
      const columns = header.map((name, place) => [String(place), recognised(name, this.declared) ? `${place + 1} ${name}` : String(place + 1)]);
      const asked = new Set(["person", "unit", ...Object.keys(this.answers.columns || {}), wrong]);
      const choices = [...asked].filter(() => header.length).map((column) => {
        const said = { ...found, ...this.answers.columns }[column];
        return this.choice(column, `Column of ${COLUMNS[column]}`, [["", "?"], ...columns], said === undefined ? "" : String(said),
          (place) => place && this.answer({ columns: { ...this.answers.columns, [column]: Number(place) }, services: {} }));
      });
      if (dates) choices.push(this.choice("dates", "Days are", [["", "?"], ["day-first", "day/month/year"], ["month-first", "month/day/year"]], this.answers.dates || dates, (order) => this.answer({ dates: order })));
      if (months) choices.push(this.choice("months", "Those who are marked as gone left within", [3, 6, 12, 24, 36, 60].map((one) => [String(one), `${one} months`]), String(this.answers.months || 12), (said) => this.answer({ months: Number(said) })));
      return seci.make("p", { class: "turns" }, choices);
    }

    preview(firm) {
      const { kept, day, services, notes } = firm;
      const people = [...kept.values()].reduce((all, { there }) => all + there, 0);
      const markets = new Set([...services.values()].filter(({ kind }) => kind === AFFILIATE).map(({ market }) => market));
      const central = [...kept].filter(([name]) => services.get(name).kind !== AFFILIATE).reduce((all, [, { there }]) => all + there, 0);
      const heads = ["Unit", "People", "Serves", "Leave in a year (9 in 10)"];
      const rows = [...kept].sort(([, a], [, b]) => b.there - a.there).map(([name, unit]) => this.row(name, unit, services.get(name)));
      const table = seci.make("table", {}, [
        seci.make("thead", {}, [seci.make("tr", {}, heads.map((head) => seci.make("th", { scope: "col" }, [head])))]),
        seci.make("tbody", {}, rows),
      ]);
      const hours = ((central / people) * this.declared.routine_hours_a_year).toPrecision(3);
      const matters = central ? `${grouped(central)} people (${shares(central / people)}) are headquarters: were they to serve a market, its routine would take up to ${Number(hours)} hours a head and year more (1% of hours with patients: ${this.declared.visits_a_year}).` : "";
      return [
        seci.make("p", { role: "status" }, [`${grouped(people)} people in ${kept.size} unit${kept.size === 1 ? "" : "s"}${day ? ` on ${day}` : ""}, who serve ${markets.size} market${markets.size === 1 ? "" : "s"}. Look through what each unit serves.`]),
        this.questions(firm.header, { dates: firm.order, months: firm.asksMonths, found: firm.found }),
        seci.make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "What was understood" }, [table]),
        seci.make("p", {}, [matters]),
        seci.make("ul", { class: "small" }, notes.map((note) => seci.make("li", {}, [note]))),
        seci.make("p", { class: "turns" }, [
          seci.button("Play it", { class: "first" }, () => this.play(new TextEncoder().encode(this.firm.yaml), FILE)),
          seci.button(`Download ${FILE}`, {}, () => seci.save(FILE, this.firm.yaml, "text/yaml")),
        ]),
        seci.make("p", { class: "small" }, ["The same on the command line, which also reads workbooks, leavers’ lists and meetings: ", seci.make("code", {}, [this.command(firm)])]),
      ];
    }

    row(name, unit, { kind, market }) {
      const settle = (service) => this.answer({ services: { ...Object.fromEntries(this.firm.services), [name]: service } });
      const kinds = [[AFFILIATE, "serves a market:"], [HEADQUARTERS, HEADQUARTERS], [REGIONAL, REGIONAL]];
      const serves = [this.choice(`kind of ${name}`, "", kinds, kind, (chosen) => settle({ kind: chosen, market: market || name }))];
      serves[0].firstChild.setAttribute("aria-label", `What ${name} is`);
      if (kind === AFFILIATE) {
        const box = seci.make("input", { type: "text", name: `market of ${name}`, maxlength: this.declared.longest_market, value: market, "aria-label": `Market of ${name}` });
        box.addEventListener("input", () => this.rename(name, box.value.trim()));
        serves.push(box);
      }
      const leave = unit.turnover ? `${(100 * unit.turnover.rate).toFixed(1)}% (${unit.turnover.interval.map(shares).join(" to ")}; ${unit.turnover.leavers} in ${unit.turnover.years.toFixed(1)} years of work)` : "as the policy says";
      return seci.make("tr", {}, [seci.make("th", { scope: "row" }, [name]), ...[[grouped(unit.there)], serves, [leave]].map((cell) => seci.make("td", {}, cell))]);
    }

    command({ services }) {
      const words = ["seci-sim", "new", FILE, "--people", this.name, "--yes"];
      for (const [column, place] of Object.entries(this.answers.columns || {})) words.push("--column", `${column}=${place + 1}`);
      if (this.answers.dates) words.push("--dates", this.answers.dates);
      if (this.answers.months) words.push("--left-within", String(this.answers.months));
      for (const [name, { kind, market }] of Object.keys(this.answers.services || {}).length ? services : []) words.push(kind === AFFILIATE ? "--market" : "--kind", `${name}=${kind === AFFILIATE ? market : kind}`);
      return words.map((word) => (/^[\w.=-]+$/.test(word) ? word : `"${word.replace(/(["\\$`])/g, "\\$1")}"`)).join(" ");
    }
  }

  seci.OwnFirm = OwnFirm;
})(window.SeciPlayer);
