// From rows to people, and from people to units and those who left them: `own_firm/people.py` and `staff.py`.
(function (seci) {
  "use strict";

  const { Refused, Unclear, after, counted, foundIn, grouped, plain, recognised, same } = seci.firm;
  const { folded, likeness } = seci.wording;
  const MONTHS = 12;

  const most = (counts) => [...counts].reduce((best, one) => (best && best[1] >= one[1] ? best : one), null);
  const count = (counts, key, times = 1) => counts.set(key, (counts.get(key) || 0) + times);
  const withoutMarks = (name) => folded(name).replace(/[^\p{L}\p{N}]+/gu, " ").trim() || folded(name);
  const called = (table, column, declared) => {
    const header = column in table.found ? table.header[table.found[column]] : column;
    return `column “${recognised(header, declared) ? header : column}”`;
  };

  // Leave rows out that cannot be read, if they are few.
  function settle(mistakes, rows, declared, notes) {
    if (!mistakes.length) return;
    const lines = new Set(mistakes.map(([line]) => line));
    const kinds = new Map();
    for (const [line, what] of mistakes) kinds.set(what, [...(kinds.get(what) || []), line]);
    const said = [...kinds].map(([what, its]) => `line ${its[0]}: ${what}${its.length > 1 ? `; so in ${counted(its.length - 1, "more row")}` : ""}`).join("; ");
    if (lines.size > Math.max(1, declared.few * rows) || lines.size >= rows) throw new Refused(said);
    notes.push(`${counted(lines.size, "row")} left out: ${said}`);
  }

  // Everybody by code, and what their rows say of their units: {people, facts}.
  function people(table, days, declared, answers, today, notes) {
    const told = ["entry", "exit", "as_of"].filter((name) => name in table.found);
    const cells = table.rows.flatMap(({ line, values }) => told.filter((name) => values[name]).map((name) => ({ line, text: values[name] })));
    const { order, note, open } = days.order(cells, answers.dates || "", today);
    if (note) notes.push(note);
    if (open && !order) throw new Refused(`${open}: day/month and month/day in one file; choose one`);
    if (open) notes.push(`${open}: ${order} is taken`);
    const made = { people: new Map(), facts: new Map(), order, unclear: 0, more: 0, again: 0 };
    const mistakes = [];
    for (const { line, values } of table.rows) {
      const wrong = (column, what) => mistakes.push([line, `${called(table, column, declared)}: ${what}`]);
      const code = same(values.person);
      const day = (column) => {
        if (!values[column]) return null;
        try {
          return days.of(values[column], order);
        } catch (problem) {
          if (!(problem instanceof Unclear)) throw problem;
          if (column !== "as_of") wrong(column, problem.message);
          return null;
        }
      };
      const before = mistakes.length;
      if (days.isNothing(code)) { wrong("person", "has no value"); continue; }
      if (days.isNothing(values.unit)) { wrong("unit", "has no value"); continue; }
      if (declared.formula.includes(values.unit[0])) { wrong("unit", "a spreadsheet would take it for a formula"); continue; }
      const [entry, exit, stamp] = ["entry", "exit", "as_of"].map(day);
      if (entry && exit && exit < entry) wrong("exit", "left before they came");
      if (mistakes.length > before) continue;
      const gone = "left" in table.found && exit === null && isGone(values.left, table, days, declared, made);
      const one = { unit: values.unit, entry, exit, gone, stamp };
      const known = made.people.get(code);
      made.people.set(code, known ? newest(known, one, line, made) : one);
      if (!made.facts.has(values.unit)) made.facts.set(values.unit, {});
      const facts = made.facts.get(values.unit);
      for (const column of ["kind", "market", "place"].filter((name) => name in table.found)) {
        facts[column] = facts[column] || new Map();
        count(facts[column], days.isNothing(values[column]) ? "" : values[column]);
      }
    }
    settle(mistakes, table.rows.length, declared, notes);
    if (made.more) notes.push(`${counted(made.more, "row")} of people who have another one: the newest counts`);
    if (made.again) notes.push(`line ${made.again} has somebody again, in another unit, and no day says which row is newer: the last is taken`);
    if (made.unclear) notes.push(`${counted(made.unclear, "row")} of which ${called(table, "left", declared)} says neither that they left nor that they stay: read as there`);
    checkNobody(table, made, declared);
    leftBetween(made.people, table, declared, notes);
    return made;
  }

  // What two rows of somebody say together: where they are now, and when they first came.
  function newest(known, other, line, made) {
    made.more += 1;
    let days = [known.stamp, other.stamp];
    if (!days[0] || !days[1] || days[0] === days[1]) days = [known.entry, other.entry];
    const entries = [known.entry, other.entry].filter(Boolean).sort();
    let newer = other;
    if (days[0] && days[1] && days[0] !== days[1]) newer = days[1] > days[0] ? other : known;
    else if (known.exit !== other.exit) newer = !known.exit || (other.exit && known.exit > other.exit) ? known : other;
    else if (known.unit !== other.unit) made.again = made.again || line;
    return { ...newer, entry: entries[0] || null };
  }

  function isGone(flag, table, days, declared, made) {
    const { yes, no, gone, there } = declared.means;
    const text = folded(flag);
    if (days.isNothing(text)) return false;
    const words = plain(table.header[table.found.left]).split(" ");
    if (yes.includes(text) || no.includes(text)) return yes.includes(text) !== (words.includes("active") || words.includes("employed"));
    if (gone.some((word) => text.includes(word))) return true;
    if (!there.some((word) => text.includes(word))) made.unclear += 1;
    return false;
  }

  // Codes and names of people are no units, kinds or markets: these are written.
  function checkNobody(table, { people: everybody, facts }, declared) {
    const ofPeople = declared.columns.filter(({ name }) => declared.of_people.includes(name));
    const named = new Set(table.rows.flatMap(({ values }) => [values.name, values.address].filter(Boolean).map(same)));
    const own = new Set([...everybody.values()].map(({ unit }) => unit)).size;
    if (own > Math.max(2, declared.of_their_own * everybody.size)) throw new Refused(`${called(table, "unit", declared)}: is another for nearly everybody, so it may name people; choose another`);
    for (const column of ["unit", "kind", "market", "place"].filter((name) => name in table.found)) {
      const values = column === "unit" ? [...facts.keys()] : [...facts.values()].flatMap((one) => [...(one[column] || new Map()).keys()]);
      const parts = values.flatMap((value) => [value, ...[...value.matchAll(/\(([^()]*)\)/g)].map(([, part]) => part)]);
      const holds = parts.map(same).some((code) => (everybody.has(code) || named.has(code)) && !(/^\d+$/.test(code) && code.length < declared.long_code));
      if (holds || Object.keys(foundIn([table.header[table.found[column]]], ofPeople)).length) throw Object.assign(new Refused(`${called(table, column, declared)}: names people or holds their codes; choose another`), { column });
    }
  }

  // In a series of lists, whoever is not in the newest left after their last row.
  function leftBetween(everybody, table, declared, notes) {
    const stamps = new Map();
    for (const { stamp } of everybody.values()) if (stamp) count(stamps, stamp);
    const newest = [...stamps.keys()].sort().pop();
    if (!newest || "exit" in table.found || stamps.size === 1 || stamps.get(newest) < declared.panel * everybody.size) return;
    const gone = [...everybody.values()].filter((one) => one.stamp && one.stamp < newest && !one.gone);
    for (const one of gone) one.exit = one.stamp;
    notes.push(`${grouped(gone.length)} ${gone.length === 1 ? "person" : "people"} without a row of ${newest}: read as left after their last row`);
  }

  // Units: {name: {members, there, facts, turnover}}, and the day on which they are counted.
  function units(table, made, declared, answers, today, notes) {
    const everybody = [...made.people.values()];
    const names = oneNameEach(everybody, declared, notes);
    const day = everybody.flatMap(({ entry, exit, stamp }) => [entry, exit, stamp]).filter((one) => one && one <= today).sort().pop() || null;
    const isThere = (one, on, gone = one.gone) => !gone && (on === null || ((one.entry === null || one.entry <= on) && (one.exit === null || one.exit > on)));
    const groups = new Map();
    for (const one of everybody) {
      const name = names.get(one.unit);
      if (!groups.has(name)) groups.set(name, { members: [], there: 0, facts: {} });
      groups.get(name).members.push(one);
      groups.get(name).there += isThere(one, day);
    }
    const parts = mergedUpwards(groups, names, made, table, day, isThere, notes);
    for (const [name, into] of parts) {
      const [part, whole] = [groups.get(name), groups.get(into)];
      groups.delete(name);
      if (!part || !whole) continue;
      whole.members.push(...part.members);
      whole.there += part.there;
    }
    for (const [raw, facts] of made.facts) {
      const unit = groups.get(parts.get(names.get(raw)) || names.get(raw));
      if (unit) for (const [column, values] of Object.entries(facts)) for (const [value, times] of values) count(unit.facts[column] = unit.facts[column] || new Map(), value, times);
    }
    const kept = new Map([...groups].filter(([, { there }]) => there >= 2));
    if (!kept.size) throw new Refused(`no unit has two people who are there${day ? ` on ${day}` : ""}`);
    turnover(groups, kept, day, isThere, answers, table, declared, notes);
    return { kept, day };
  }

  // The name of every unit, in the spelling that it has most often; a rare one that is a slip is the other.
  function oneNameEach(everybody, declared, notes) {
    const spellings = new Map();
    for (const { unit } of everybody) count(spellings, unit);
    const groups = new Map();
    for (const name of spellings.keys()) groups.set(withoutMarks(name), [...(groups.get(withoutMarks(name)) || []), name]);
    const usual = new Map([...groups].map(([key, names]) => [key, most(names.map((name) => [name, spellings.get(name)]))[0]]));
    const several = [...groups.values()].filter((names) => names.length > 1).length;
    if (several) notes.push(`${counted(several, "unit")} spelled in several ways: each is one`);
    const sizes = new Map([...groups].map(([key, names]) => [usual.get(key), names.reduce((sum, name) => sum + spellings.get(name), 0)]));
    const slips = alike(sizes, declared.alike);
    for (const [slip, name] of slips) {
      let last = name; // each is a slip of a larger one, so that this ends
      while (slips.has(last)) last = slips.get(last);
      usual.set(withoutMarks(slip), last);
      notes.push(`${sizes.get(slip) >= declared.named ? `“${slip}”` : "a small unit"} is written much like “${name}”: read as one`);
    }
    return new Map([...spellings.keys()].map((name) => [name, usual.get(withoutMarks(name))]));
  }

  function alike(sizes, [ratio, rarer, compared]) {
    const found = new Map();
    if (sizes.size > compared) return found;
    for (const [name, size] of sizes) {
      let best = [ratio, 0];
      for (const [other, larger] of sizes) {
        const short = Math.min([...name].length, [...other].length) <= 4;
        if (size * rarer > larger || short || /\d/.test(name + other)) continue;
        const alikeness = likeness(name, other);
        if (alikeness < best[0] || (alikeness === best[0] && larger <= best[1])) continue;
        best = [alikeness, larger];
        found.set(name, other);
      }
    }
    return found;
  }

  // Into which unit those of one person go: that of whom they report to.
  function mergedUpwards(groups, names, { people: everybody }, table, day, isThere, notes) {
    const single = new Set([...groups].filter(([, { there }]) => there === 1).map(([name]) => name));
    const parts = new Map();
    for (const { values } of "manager" in table.found ? table.rows : []) {
      const [one, boss] = [values.person, values.manager].map((code) => everybody.get(same(code)));
      if (one && boss && isThere(one, day) && single.has(names.get(one.unit))) parts.set(names.get(one.unit), names.get(boss.unit));
    }
    for (const [name, into] of [...parts]) if (name === into || groups.get(into).there <= 1) parts.delete(name);
    if (parts.size) notes.push(`${counted(parts.size, "unit")} of one person: counted with the unit of whom they report to`);
    if (single.size > parts.size) notes.push(`${counted(single.size - parts.size, "unit")} of one person: left out`);
    const nobody = [...groups.values()].filter(({ there }) => !there).length;
    if (nobody) notes.push(`${counted(nobody, "unit")} in which nobody works${day ? ` on ${day}` : ""}: left out`);
    return parts;
  }

  // Who left each unit in the year before a day, of the mean of the people then and now.
  function turnover(groups, kept, day, isThere, answers, table, declared, notes) {
    const everybody = [...groups.values()].flatMap(({ members }) => members);
    const gone = everybody.filter((one) => one.gone).length;
    const dated = everybody.some((one) => one.exit);
    if (!gone && !dated) { notes.push("the list has no leavers: units have the turnover of the policy"); return; }
    const months = gone && !dated ? answers.months || MONTHS : MONTHS;
    if (gone && dated) notes.push(`${counted(gone, "leaver")} without a day on which they left: not there, and in no unit’s turnover`);
    else if (gone) notes.push(`${counted(gone, "leaver")} of whom ${called(table, "left", declared)} does not say when they left: within ${months} months`);
    const ago = day && after(day, -365);
    for (const unit of kept.values()) {
      const marked = dated ? 0 : unit.members.filter((one) => one.gone).length;
      const before = day === null ? unit.there + marked : unit.members.filter((one) => !(one.gone && dated) && isThere(one, ago, false)).length;
      const leavers = marked + (day === null ? 0 : unit.members.filter(({ exit }) => exit && ago < exit && exit <= day).length);
      if (!before) notes.push("a unit is younger than a year: it has the policy’s turnover");
      else unit.turnover = told(leavers, (((before + unit.there) / 2) * months) / 12, declared);
    }
    Object.assign(table, { asksMonths: gone > 0 && !dated });
  }

  // A rate, what nine intervals of ten of this kind hold (Byar), and as a scenario writes it.
  function told(leavers, years, { nine_in_ten: nine, most_turnover: highest }) {
    const low = leavers && leavers * (1 - 1 / (9 * leavers) - nine / (3 * Math.sqrt(leavers))) ** 3;
    const high = (leavers + 1) * (1 - 1 / (9 * (leavers + 1)) + nine / (3 * Math.sqrt(leavers + 1))) ** 3;
    const rate = Math.min(leavers / years, highest);
    const thousands = Number.isInteger(16 * rate) && (16 * rate) % 2 ? 2 * Math.round((rate * 1000) / 2) : Number(rate.toFixed(3)) * 1000;
    return { leavers, years, rate, interval: [Math.max(0, low) / years, high / years], written: `${Math.round(thousands) / 10}%` };
  }

  Object.assign(seci.firm, { most, people, settle, units });
})(window.SeciPlayer);
