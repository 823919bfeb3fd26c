// An organisation in a week of its life: seci_sim/seci/organisation.py, in the memory of one WebAssembly instance.

import { Firm, where } from "./firm.js";
import { absorb, livingApart, turnCores } from "./merger.js";
import { small } from "./memory.js";
import { Rivalry, rivalOf } from "./competition.js";
import { Conducted } from "./trial.js";
import { changedPolicy, classSizes, mergedFirms, mostSeats, onTicks, table, Terms, wholeTicks } from "./terms.js";

const AT_ONCE = 8192;

export class Organisation {
  /** `settings`: a scenario with its sections whole; `name`: another firm, living on its own until it joins; `against`: the firm whose rival it is. */
  constructor(memory, catalogue, settings, seed, name = null, against = null) {
    Object.assign(this, { memory, catalogue, settings, seed });
    this.constants = catalogue.constants;
    this.firm = new Firm(memory, settings, name);
    this.staff = this.firm.staff;
    if (against) this.truth = against.truth;
    else this.newTruth();
    if (settings.other_firms.length) turnCores(this, name);
    this.newKnowledge();
    this.writeMarketResearch((against ?? this).seed);
    this.newRecords();
    this.transitions = [];
    this.apart = new Map(name === null
      ? settings.other_firms.map((other) => [other, new Organisation(memory, catalogue, livingApart(settings), seed, other)])
      : []);
    this.mergers = [];
    this.changes = [];
    this.left = [];
    this.policy = onTicks(settings.policy, this.constants);
    this.newState();
    this.trial = settings.trial && name === null ? new Conducted(this) : null;
    this.roomUntil = 0;
    this.arrive(where(this.firm.open, (there) => there));
    this.letDiffer();
    this.rivals = settings.rivals.map((_, place) => {
      const [theirs, luck] = rivalOf(this, place);
      return new Organisation(memory, catalogue, theirs, luck, null, this);
    });
    if (this.rivals.length) this.rivalry = new Rivalry(this);
  }

  get merged() {
    return mergedFirms(this.firm, this.mergers);
  }

  get week() {
    return this.state.week;
  }

  // Before the first week ------------------------------------------------------------------------

  newTruth() {
    const { memory, firm, settings: { world } } = this;
    const sizes = classSizes(world);
    const markets = firm.markets.length;
    this.truth = memory.make("Truth", {
      core: Array(world.needs).fill(0),
      market: { shape: [markets, world.needs], numbers: Array(markets * world.needs).fill(0) },
      need_class: sizes.flatMap((size, kind) => Array(size).fill(kind)),
      parts: { shape: [world.needs, 2], numbers: Array(2 * world.needs).fill(-1) },
      home: Array(world.needs).fill(0),
      can_show: sizes[0] + sizes[1],
      variation: world.patient_variation,
    });
    const shared = firm.said("resembles", null).map((name) => firm.markets.indexOf(name));
    const differing = firm.said("needs_differing", world.local_difference);
    const places = [memory.hold("int64", shared).byteOffset, memory.hold("float64", differing).byteOffset];
    memory.call("draw_truth", this.truth, memory.view("int64", places[0], markets), memory.view("float64", places[1], markets), this.seed);
  }

  newKnowledge() {
    const { memory, firm, settings } = this;
    const [seats, pilots] = mostSeats(settings);
    const needs = { needs: settings.world.needs };
    const room = this.constants.first_room;
    this.knowledge = memory.make("Knowledge", {
      library: memory.make("Library", {}, { documents: room, ...needs }),
      projects: memory.make("Projects", {}, { projects: room, ...needs, "group seats": seats, "pilot seats": pilots }),
    }, { employees: firm.people, units: firm.units.length, markets: firm.markets.length, ...needs });
  }

  /** The report the library starts with: expressed needs only, from the global view. */
  writeMarketResearch(seed) {
    const { memory, truth, settings: { world }, constants: { luck } } = this;
    const { library } = this.knowledge;
    const expressed = classSizes(world)[0];
    for (let need = 0; need < expressed; need++) {
      const [covered, wrong] = memory.call("four_chances", seed, luck.REPORT, 0, 0, 0, need);
      if (covered >= world.report_coverage) continue;
      library.entries[need] = truth.core[need] * (wrong < world.report_error ? -1 : 1);
    }
    library.market[0] = -1n;
    this.holdLast();
  }

  /** The library has a document more, whose entries are among those that some document has held. */
  holdLast() {
    const { knowledge: { library }, settings: { world: { needs } } } = this;
    const first = library.size * needs;
    library.entries.slice(first, first + needs).forEach((entry, need) => {
      if (entry !== 0) library.held[2 * need + Number(entry > 0)] = 1;
    });
    library.size += 1;
  }

  newRecords() {
    const { memory, firm, settings } = this;
    const [needs, bands, markets] = [settings.world.needs, settings.service.bands.length, firm.markets.length];
    const [places, employees, units] = [markets + 1, firm.people, firm.units.length];
    const measures = this.constants.columns.length;
    this.records = memory.make("Records", {}, { weeks: settings.horizon, places, measures, bands, needs });
    const sizes = { employees, "employees and one": employees + 1, units, markets, places, needs, bands, window: settings.projects.reading_window };
    this.space = memory.make("Space", {
      order: Array.from({ length: employees }, (_, row) => row),
      totals: memory.make("Totals", {}, { rows: units, needs }),
      places: memory.make("Totals", {}, { rows: places, needs }),
    }, sizes);
  }

  newState() {
    const { memory, firm, staff, knowledge, truth, space, records } = this;
    this.state = memory.make("State", {
      seed: this.seed, week: 0, next_person: firm.people, first_new: 0, running: 0, reorganising: 0,
      under_way: [], adopted: firm.markets.map(() => 0), tiles: table(this.tiles()),
      staff, knowledge, truth, space, records, network: firm.network(memory, this.settings), terms: new Terms(this).made(),
    });
  }

  /** Units cut into tiles of some thousand people: first, and one after the last, of each. */
  tiles() {
    const { last } = this.firm;
    const found = [];
    let [begin, people] = [0, 0];
    last.forEach((end, unit) => {
      if (end - people < this.constants.people_at_hand && unit < last.length - 1) return;
      found.push([begin, unit + 1]);
      [begin, people] = [unit + 1, end];
    });
    return found;
  }

  // Weeks ----------------------------------------------------------------------------------------

  /** One week, as `SECIModel.step` takes it; `after` is told of each process that took place. */
  step(after = () => {}) {
    this.beginWeek();
    const { trial } = this;
    for (const process of this.constants.processes.slice(1)) {
      if (trial?.runs(this.week)) trial.perform(process);
      else this.memory.call(process, this.state);
      after(process);
    }
    if (trial?.measures(this.week)) trial.record();
    for (const other of [...this.apart.values(), ...this.rivals]) while (other.week < this.week) other.step();
    if (this.rivals.length) this.rivalry.endWeek(this.week);
  }

  beginWeek() {
    const { state, staff, settings } = this;
    this.makeRoom(this.week + 1);
    state.reorganising = this.reorganising(this.week + 1);
    this.memory.call("begin_week", state);
    this.changes = settings.timeline.filter((change) => change.week === this.week && change.rival === null);
    for (const change of this.changes) this.apply(change);
    const turns = this.trial?.turns(this.week);
    if (turns) this.renewTerms();
    this.rivalry?.admit(this);
    if (!this.changes.length && !turns) return;
    this.countWhoLeft();
    this.makeRoom(this.week);
    state.reorganising = this.reorganising(this.week);
    const { present, hours } = staff;
    const processes = hours.length / present.length;
    present.forEach((there, row) => (hours[row * processes + this.constants.with_colleagues] = there * state.reorganising));
  }

  /** Have room for all that will be written up to a week. */
  makeRoom(last) {
    const { memory, state, records, knowledge: { projects, library } } = this;
    const rows = records.shape("rows")[0];
    if (records.weeks + 1 > rows) records.lengthen("weeks", rows);
    if (last <= this.roomUntil) return;
    const until = last + this.constants.ahead;
    const means = memory.hold("float64", this.mostStarting());
    const more = memory.call("projects_until", means, this.space.started, this.seed, last - 1, until);
    this.lengthen(projects, "projects", more);
    this.lengthen(library, "documents", more + state.running);
    this.growUnderWay(Array(more).fill(0));
    this.roomUntil = until;
  }

  growUnderWay(more) {
    const { state } = this;
    const numbers = [...small(state.under_way.subarray(0, state.running)), ...more];
    state.put("under_way", [numbers.length], numbers);
  }

  /** What the mean starts of no week exceed: all weighted starts in one market. */
  mostStarting() {
    const { workshops: { starting }, initiative: { share, total } } = this.state.terms;
    const whole = starting.reduce((sum, mean) => sum + mean, 0);
    return Array.from(starting, (mean) => ((1 - share) * mean + share * whole) * (1 + total));
  }

  lengthen(structure, axis, more) {
    const capacity = structure.market.length;
    if (structure.size + more > capacity) {
      structure.lengthen(axis, Math.max(Math.floor(capacity / 8), structure.size + more - capacity));
    }
  }

  /** Hours that everybody gives to reorganisations first in a week. */
  reorganising(week) {
    this.transitions = this.transitions.filter(([last]) => last >= week);
    const wanted = this.transitions.reduce((sum, [, hours]) => sum + hours, 0);
    return Math.min(this.constants.hours_a_week, wholeTicks(wanted, this.constants.hour_grid));
  }

  // Changes --------------------------------------------------------------------------------------

  /** Let a change of policy or a shock take effect now. */
  apply(change) {
    const { firm, knowledge, constants: { luck } } = this;
    if (change.staff_leave !== null) {
      const share = firm.units.map((unit) => ([null, unit.name].includes(change.unit) ? change.staff_leave : 0));
      if (change.who_leaves === null) this.staffLeave(share);
      else this.surestLeave(share);
    }
    if (change.lose.includes("library")) {
      knowledge.library.size = 0;
      knowledge.library.held.fill(0);
    }
    if (change.lose.includes("routines")) knowledge.routine.fill(0);
    if (change.needs_jump !== null) {
      const where = firm.markets.map((name) => ([null, name].includes(change.market) ? change.needs_jump : 0));
      const core = change.market === null ? change.needs_jump : 0;
      const shares = this.memory.hold("float64", where);
      this.memory.call("turn_round", this.truth, core, shares, luck.JUMP, this.seed, this.week);
    }
    if (change.transition_hours !== null && change.transition_weeks !== null) {
      this.transitions.push([this.week + change.transition_weeks - 1, change.transition_hours]);
    }
    this.applyPresence(change);
    this.policy = onTicks(changedPolicy(this.policy, change.policy), this.constants);
    this.renewTerms();
  }

  /** Something changed that terms are made of. */
  renewTerms() {
    this.state.terms = new Terms(this).made();
    if (this.trial?.runs(this.week)) this.trial.treat();
    this.letDiffer();
    this.roomUntil = 0;
  }

  /** Units, markets and partners join or leave. */
  applyPresence(change) {
    const { firm } = this;
    if (change.unit_joins !== null) this.arrive(firm.openUnits([change.unit_joins], true));
    if (change.market_opens !== null) this.arrive(firm.openUnits(firm.unitsOf(change.market_opens), true));
    if (this.apart.has(change.firm_joins)) {
      const other = this.apart.get(change.firm_joins);
      this.apart.delete(change.firm_joins);
      this.growUnderWay(absorb(this, other));
      this.state.running = this.state.under_way.length;
      this.state.first_new = this.knowledge.projects.size;
      this.mergers.push(change);
    }
    if (change.unit_leaves !== null) this.depart(firm.openUnits([change.unit_leaves], false));
    if (change.partner_joins !== null) firm.partners.set(change.partner_joins, firm.allPartners[change.partner_joins]);
    if (change.partner_leaves !== null) firm.partners.delete(change.partner_leaves);
  }

  /** The staff of units that join know little and have read nothing. */
  arrive(units) {
    const rows = this.memory.hold("int64", units);
    this.memory.call("arrive", rows, this.staff, this.knowledge, this.settings.learning.newcomer_spread, this.seed, this.week);
  }

  /** All get what luck gives them for good. */
  letDiffer() {
    this.memory.call("let_differ", this.staff, this.state.terms.lasting, 0, this.seed);
  }

  /** What the staff of a unit that leaves know tacitly goes with them. */
  depart(units) {
    const { firm, space: { totals }, knowledge: { tacit, projects }, state } = this;
    const needs = this.settings.world.needs;
    for (const unit of units) {
      const known = tacit.subarray(firm.first[unit] * needs, firm.last[unit] * needs);
      totals.leavers[unit] += firm.last[unit] - firm.first[unit];
      totals.tacit_lost[unit] += addedUp(known.map(Math.abs));
    }
    const open = firm.marketOpen;
    const running = state.under_way.subarray(0, state.running);
    for (const project of small(running)) {
      if (!open[Number(projects.market[project])]) projects.status[project] = this.constants.statuses.indexOf("ended");
    }
    state.running = this.memory.call("still_under_way", running, projects.status);
  }

  /** Let each unit's share of staff leave at once and be replaced. */
  staffLeave(share) {
    const { memory, staff, state } = this;
    const spread = this.settings.learning.newcomer_spread;
    const shares = memory.hold("float64", share);
    memory.call("leave", staff, this.knowledge, shares, this.constants.luck.EXODUS, spread, this.space, this.seed, this.week);
    state.next_person = memory.call("number_newcomers", staff, state.next_person, this.week);
  }

  /** Let the surest of each unit leave and be replaced, in whole people, at least one. */
  surestLeave(share) {
    const { memory, firm, staff, state } = this;
    for (const unit of where(share, (part, unit) => part && firm.open[unit])) {
      const [first, people] = [firm.first[unit], firm.last[unit] - firm.first[unit]];
      const number = Math.max(1, Math.floor(share[unit] * people + 0.5));
      const sure = Array.from({ length: people }, (_, member) => this.sureness(first + member));
      const surest = [...sure.keys()].sort((a, b) => sure[b] - sure[a]).slice(0, number);
      for (const member of surest.sort((a, b) => a - b)) this.leaveSeat(first + member, unit);
    }
    state.next_person = memory.call("number_newcomers", staff, state.next_person, this.week);
  }

  sureness(row) {
    const { needs } = this.settings.world;
    return this.memory.call("sureness_of", this.knowledge.tacit.subarray(row * needs, (row + 1) * needs));
  }

  /** Somebody leaves, and a newcomer without a number yet takes the seat. */
  leaveSeat(row, unit) {
    const { memory, staff, constants: { luck, nobody } } = this;
    const spread = this.settings.learning.newcomer_spread;
    const [lost] = memory.call("renew", row, staff, this.knowledge, luck.NEWCOMER, spread, this.seed, this.week);
    this.left.push([unit, lost]);
    staff.person[row] = BigInt(nobody);
  }

  /** After all changes of a week, as Python does: sums of floats depend on their order. */
  countWhoLeft() {
    const { totals } = this.space;
    for (const [unit, lost] of this.left) {
      totals.leavers[unit] += 1;
      totals.tacit_lost[unit] += lost;
    }
    this.left = [];
  }
}

/** A sum of float32 as float64, in the order of NumPy's, which takes so many at a time. */
function addedUp(numbers) {
  let sum = 0;
  for (let begin = 0; begin < numbers.length; begin += AT_ONCE) sum += inPairs(Float64Array.from(numbers.subarray(begin, begin + AT_ONCE)));
  return sum;
}

/** A sum in halves, and of each block of 128 in eight strands. */
function inPairs(numbers) {
  const size = numbers.length;
  if (size < 8) return numbers.reduce((sum, number) => sum + number, 0);
  if (size <= 128) {
    const strands = Array.from(numbers.subarray(0, 8));
    const whole = size - (size % 8);
    for (let place = 8; place < whole; place++) strands[place % 8] += numbers[place];
    const [a, b, c, d, e, f, g, h] = strands;
    let sum = a + b + (c + d) + (e + f + (g + h));
    for (let place = whole; place < size; place++) sum += numbers[place];
    return sum;
  }
  const half = Math.floor(size / 2);
  const first = half - (half % 8);
  return inPairs(numbers.subarray(0, first)) + inPairs(numbers.subarray(first));
}
