// A trial inside the firm: seci_sim/seci/trial.py, to the bit.

import { unique, where } from "./firm.js";
import { chances } from "./lasting.js";
import { changedPolicy, onTicks, Terms } from "./terms.js";

const WHOLE = ["units", "markets"];

const inOrder = (drawn) => [...drawn.keys()].sort((a, b) => drawn[a] - drawn[b]);
const numbered = (numbers) => unique(numbers).sort((a, b) => a - b);

/** Seats of who is eligible, the cluster of each, and what luck drew of each cluster. */
function clusters(organisation) {
  const { settings: { trial }, staff, firm, constants: { luck, trial_slots: slots } } = organisation;
  const eligible = where(staff.present, (there, row) => there && staff.market[row] >= 0n);
  const drawn = (size, group, slot) => chances(organisation, size, luck.TRIAL, group, trial.from, undefined, slot);
  const of = (rows, column) => rows.map((row) => Number(column[row]));
  if (WHOLE.includes(trial.among)) {
    const [column, slot] = trial.among === "units" ? [staff.unit, slots.unit] : [staff.market, slots.market];
    const names = numbered(of(eligible, column));
    return { rows: eligible, cluster: of(eligible, column).map((name) => names.indexOf(name)), drawn: names.map((name) => drawn(1, name, slot)[0]) };
  }
  const size = trial.among === "pairs" ? 2 : 1;
  const [rows, draws] = [[], []];
  for (const unit of numbered(of(eligible, staff.unit))) {
    const people = firm.last[unit] - firm.first[unit];
    const seats = size === 2 ? inOrder(drawn(people, unit, slots.pairing)) : [...Array(people).keys()];
    const who = drawn(people, unit, slots.who);
    for (let seat = 0; seat + size <= people; seat += size) {
      draws.push(who[seats[seat]]);
      rows.push(...seats.slice(seat, seat + size).map((one) => firm.first[unit] + one));
    }
  }
  return { rows, cluster: rows.map((_, place) => Math.floor(place / size)), drawn: draws };
}

/** Who gets the other policy: [{person, row, treated}], those of a pair one after the other. */
function assign(organisation) {
  const { settings: { trial }, staff } = organisation;
  const { rows, cluster, drawn } = clusters(organisation);
  const treated = new Set(inOrder(drawn).slice(0, Math.floor(trial.share * drawn.length + 0.5)));
  return rows.map((row, place) => ({ person: Number(staff.person[row]), row, treated: treated.has(cluster[place]) }));
}

export class Conducted {
  constructor(organisation) {
    const { memory, settings: { trial, horizon }, state, firm, constants } = organisation;
    Object.assign(this, { organisation, memory, trial, constants, assigned: null, measured: [] });
    this.weeks = [Math.max(1, trial.from - trial.before), Math.min(horizon, trial.to + trial.follow_up)];
    const none = (size) => Array(size).fill(0);
    const { meetings } = state.terms;
    this.arms = memory.make("Arms", {
      state, treated: state.terms, together: meetings, beyond: meetings, people: none(firm.people), units: none(firm.units.length),
      markets: none(firm.markets.length), one: [], other: [], aside: none(firm.people),
      measured: { shape: [firm.people, constants.trial_outcomes.length], numbers: none(firm.people * constants.trial_outcomes.length) },
    });
  }

  measures(week) {
    return this.weeks[0] <= week && week <= this.weeks[1];
  }

  runs(week) {
    return this.trial.from <= week && week <= this.trial.to;
  }

  /** Whether the other policy comes into force at the start of a week, or is no longer. */
  turns(week) {
    return [this.trial.from, this.trial.to + 1].includes(week);
  }

  /** Let the other policy take effect, from this week on. */
  treat() {
    const { organisation, memory, arms, trial } = this;
    const terms = new Terms(organisation, onTicks(changedPolicy(organisation.policy, trial.policy), this.constants));
    const [usual, treated] = [organisation.state.terms, terms.made()];
    this.assigned ??= assign(organisation);
    this.treatAsAWhole();
    const more = treated.meetings.hours - usual.meetings.hours;
    const pairsMeet = trial.among === "pairs" && more > 0;
    arms.treated = treated;
    arms.together = pairsMeet ? usual.meetings : treated.meetings;
    arms.beyond = memory.make("Meetings", { ...terms.meetings(), hours: pairsMeet ? more : 0 });
    for (const unit of where(arms.units, Boolean)) usual.turnover.leaving[unit] = treated.turnover.leaving[unit];
    for (const market of where(arms.markets, Boolean)) usual.workshops.starting[market] = treated.workshops.starting[market];
  }

  treatAsAWhole() {
    const { arms, organisation: { staff }, trial: { among } } = this;
    for (const { row } of this.assigned.filter(({ treated }) => treated)) {
      if (WHOLE.includes(among)) arms.units[Number(staff.unit[row])] = 1;
      if (among === "markets") arms.markets[Number(staff.market[row])] = 1;
    }
  }

  /** One process of a week in which the trial runs. */
  perform(process) {
    if (!this.constants.in_arms.includes(process)) return this.memory.call(process, this.organisation.state);
    this.findRows();
    return this.memory.call(`${process}_in_arms`, this.arms);
  }

  rows() {
    return new Map(Array.from(this.organisation.staff.person, (person, row) => [Number(person), row]));
  }

  /** Where those sit now who have the other policy, and partners. */
  findRows() {
    const { arms, organisation: { staff } } = this;
    if (WHOLE.includes(this.trial.among)) {
      arms.people.set(Array.from(staff.unit, (unit, row) => arms.units[Number(unit)] && staff.present[row]));
      return;
    }
    const rows = this.rows();
    const seats = this.assigned.map(({ person, treated }) => (treated && staff.present[rows.get(person)] ? rows.get(person) : -1));
    arms.people.fill(0);
    for (const row of seats) if (row >= 0) arms.people[row] = 1;
    if (this.trial.among !== "pairs") return;
    const first = where(seats, (row, place) => place % 2 === 0 && row >= 0 && seats[place + 1] >= 0);
    arms.put("one", [first.length], first.map((place) => seats[place]));
    arms.put("other", [first.length], first.map((place) => seats[place + 1]));
  }

  /** Measure everybody, after the week. */
  record() {
    this.memory.call("measure", this.arms);
    this.measured.push({ rows: this.rows(), table: this.arms.measured.slice() });
  }

  get columns() {
    return this.trial.outcomes.flatMap((name) => this.constants.arms.map((arm) => `${name}_${arm}`));
  }

  /** The mean of each outcome in each arm in a week; NaN where nobody was measured. */
  means(week) {
    const found = this.measures(week) && this.assigned ? this.measured[week - this.weeks[0]] : undefined;
    const { arms, trial_outcomes: measures } = this.constants;
    return this.trial.outcomes.flatMap((outcome) => arms.map((_, arm) => {
      if (!found) return NaN;
      const column = measures.indexOf(outcome);
      const members = this.assigned.filter(({ person, treated }) => Number(treated) === arm && found.rows.has(person));
      const values = members.map(({ person }) => found.table[found.rows.get(person) * measures.length + column]);
      const known = values.filter((value) => !Number.isNaN(value));
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    }));
  }

  /** What a page tells of it: its name and weeks, and of each person the arm, and with whom they are paired. */
  get told() {
    const people = (this.assigned ?? []).map(({ person, treated }, place, all) =>
      ({ person, treated, partner: this.trial.among === "pairs" ? all[place ^ 1].person : null }));
    return { name: this.trial.name, first: this.trial.from, last: this.trial.to, people };
  }
}
