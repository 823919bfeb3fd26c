// Days as exports write them: what `own_firm/dates.py` does, with its forms and marks.
(function (seci) {
  "use strict";

  const { squeezed } = seci.firm;
  const { folded } = seci.wording;

  class Unclear extends Error {}

  class Days {
    constructor(declared) {
      this.declared = declared;
      const whole = (form) => new RegExp(`^(?:${form})$`, "u");
      const { named, ...forms } = declared.forms;
      this.forms = Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, whole(form)]));
      this.named = named.map(whole);
      this.none = new Set(declared.no_day);
      this.nothing = new Set(declared.no_value);
    }

    isNothing(text) {
      return !text || this.nothing.has(folded(text));
    }

    isExcel(number) {
      return number >= this.declared.excel_days[0] && number < this.declared.excel_days[1];
    }

    // The day that a text names, as 2024-01-17; nothing where none is meant.
    of(text, order = "") {
      const day = squeezed(text);
      if (!day || this.none.has(folded(day))) return null;
      const { number, two_ways: twoWays, year_first: yearFirst, dotted, month_only: monthOnly } = this.forms;
      const told = number.exec(day);
      if (told && this.isExcel(Number(told[1]))) return after(this.declared.excel_begins, Number(told[1]));
      if (told) throw new Unclear("is not a day");
      const two = twoWays.exec(day);
      if (two) {
        const [one, other] = [Number(two.groups.one), Number(two.groups.other)];
        const settled = order || (one === other ? "day-first" : one > 12 ? "day-first" : other > 12 ? "month-first" : "");
        if (!settled) throw new Unclear("could be two days");
        return settled === "month-first" ? date(two.groups.year, one, other) : date(two.groups.year, other, one);
      }
      const found = yearFirst.exec(day) || dotted.exec(day);
      if (found) return date(found.groups.year, Number(found.groups.month), Number(found.groups.day));
      const month = monthOnly.exec(day);
      if (month) return date(month.groups.year || month.groups.year_, Number(month.groups.month || month.groups.month_), 1);
      for (const form of this.named) {
        const named = form.exec(day);
        const word = named && folded(named.groups.word);
        const which = word && (this.declared.months[word.slice(0, 4)] || this.declared.months[word.slice(0, 3)]);
        if (which) return date(named.groups.year, which, Number(named.groups.day));
      }
      throw new Unclear("is not a day");
    }

    // Which number of 01/02/2024 is the month: {order, note, open}, open where nothing but a person can tell.
    order(cells, given, today) {
      const tellers = {};
      const unsure = new Map();
      for (const cell of cells) {
        const two = this.forms.two_ways.exec(squeezed(cell.text));
        if (!two || two.groups.one.replace(/^0+/, "") === two.groups.other.replace(/^0+/, "")) continue;
        const told = Number(two.groups.one) > 12 ? "day-first" : Number(two.groups.other) > 12 ? "month-first" : "";
        if (told) tellers[told] = tellers[told] || cell;
        else if (!unsure.has(cell.text)) unsure.set(cell.text, cell);
      }
      const orders = Object.keys(tellers);
      if (given || !(orders.length || unsure.size)) return { order: given };
      if (orders.length === 2) {
        const { "day-first": one, "month-first": other } = tellers;
        return { order: "", open: `line ${one.line} has ${one.text}, and line ${other.line} has ${other.text}` };
      }
      if (orders.length) return { order: orders[0], note: `days are read as ${orders[0]}: line ${tellers[orders[0]].line} has ${tellers[orders[0]].text}` };
      return this.byTheCalendar([...unsure.values()], today);
    }

    byTheCalendar(cells, today) {
      const future = (order) => cells.filter(({ text }) => this.isFuture(text, order, today)).length;
      const [day, month] = [future("day-first"), future("month-first")];
      if ((day === 0) !== (month === 0)) {
        const order = day === 0 ? "day-first" : "month-first";
        return { order, note: `days are read as ${order}: otherwise ${day + month} of them would be to come` };
      }
      const { text, line } = cells[0];
      return { order: /[AaPp][Mm]/.test(text) ? "month-first" : "day-first", open: `its days could be two each, as ${text} in line ${line} can` };
    }

    isFuture(text, order, today) {
      try {
        const day = this.of(text, order);
        return day !== null && day > today && Number(day.slice(0, 4)) < Number(today.slice(0, 4)) + 20;
      } catch (problem) {
        if (problem instanceof Unclear) return false; // it is said with its row
        throw problem;
      }
    }
  }

  function after(begins, days) {
    return new Date(Date.parse(`${begins}T00:00:00Z`) + days * 86400000).toISOString().slice(0, 10);
  }

  function date(year, month, day) {
    const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 69 ? 2000 : 1900);
    const written = `${String(full).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
    const time = Date.parse(`${written}T00:00:00Z`);
    if (full < 1 || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== written) throw new Unclear("is no day of the calendar");
    return written;
  }

  Object.assign(seci.firm, { Days, Unclear, after });
})(window.SeciPlayer);
