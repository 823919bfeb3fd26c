// Who is there: units, markets and partners of a scenario in rows, as seci_sim/seci/firm.py lays them out.

const HEADQUARTERS = ["headquarters", "regional headquarters"];

/** Indices of the entries of an array for which something holds. */
export const where = (array, holds) => {
  const found = [];
  array.forEach((value, place) => {
    if (holds(value, place)) found.push(place);
  });
  return found;
};

/** Units as given, but those of a market beside its first. */
function inRows(units) {
  const first = new Map();
  const places = units.map((unit, place) => {
    if (unit.market === null) return place;
    if (!first.has(unit.market)) first.set(unit.market, place);
    return first.get(unit.market);
  });
  return units.map((_, place) => place).sort((a, b) => places[a] - places[b] || a - b).map((place) => units[place]);
}

/** Each once, in their order. */
export const unique = (names) => [...new Set(names)];

export class Firm {
  /** `name`: the other firm whose units are there, or null for the scenario's own. */
  constructor(memory, scenario, name = null) {
    this.units = inRows(scenario.units);
    this.markets = unique(scenario.units.map((unit) => unit.market).filter((market) => market !== null));
    this.unitMarket = this.units.map((unit) => this.markets.indexOf(unit.market));
    const { timeline } = scenario;
    const joining = timeline.map((change) => change.unit_joins);
    const opening = timeline.map((change) => change.market_opens);
    this.open = this.units.map((unit) =>
      unit.firm === name && !joining.includes(unit.name) && (unit.market === null || !opening.includes(unit.market)));
    this.allPartners = Object.fromEntries(scenario.stakeholders.map((one) => [one.name, one]));
    const later = timeline.map((change) => change.partner_joins);
    this.partners = new Map(scenario.stakeholders.filter((one) => !later.includes(one.name)).map((one) => [one.name, one]));
    this.placeStaff(memory, scenario);
    this.marketRows = this.markets.map((_, market) => {
      const units = where(this.unitMarket, (of) => of === market);
      return [this.first[units[0]], this.last[units.at(-1)]];
    });
    this.officeRows = this.markets.map((market) => this.office(scenario, market));
  }

  placeStaff(memory, scenario) {
    const sizes = this.units.map((unit) => unit.staff);
    this.last = [];
    sizes.reduce((before, size, unit) => (this.last[unit] = before + size), 0);
    this.first = this.last.map((last, unit) => last - sizes[unit]);
    const homes = this.units.map((unit) => this.markets.indexOf(this.home(scenario, unit)));
    const rows = this.units.flatMap((unit, index) => Array(unit.staff).fill(index));
    this.people = rows.length;
    this.staff = memory.make("Staff", {
      unit: rows,
      member: rows.map((unit, row) => row - this.first[unit]),
      market: rows.map((unit) => this.unitMarket[unit]),
      home: rows.map((unit) => homes[unit]),
      present: rows.map((unit) => Number(this.open[unit])),
      person: rows.map((_, row) => row),
      arrival: { shape: [rows.length, 2], numbers: rows.flatMap((_, row) => [0, row]) },
      first: this.first,
      last: this.last,
    }, { employees: rows.length });
  }

  home(scenario, unit) {
    const own = scenario.units.find((other) => other.firm === unit.firm && other.market !== null);
    return unit.market ?? unit.lives_in ?? own?.market ?? this.markets[0];
  }

  office(scenario, market) {
    const unit = this.units.find((one) => one.market === market);
    const own = scenario.units.filter((other) => other.firm === unit.firm);
    const name = unit.reports_to ?? own.find((other) => HEADQUARTERS.includes(other.kind))?.name;
    const place = this.units.findIndex((one) => one.name === name);
    return place < 0 ? [0, 0] : [this.first[place], this.last[place]];
  }

  get marketOpen() {
    return this.markets.map((_, market) => this.units.some((_, unit) => this.open[unit] && this.unitMarket[unit] === market));
  }

  /** Let units join or leave; gives the indices of those whose presence changed. */
  openUnits(names, there) {
    const changed = where(this.units, (unit, index) => names.includes(unit.name) && this.open[index] !== there);
    for (const index of changed) {
      this.open[index] = there;
      this.staff.present.fill(Number(there), this.first[index], this.last[index]);
    }
    return changed;
  }

  unitsOf(market) {
    return this.units.filter((unit) => unit.market === market).map((unit) => unit.name);
  }

  partnersOf(kind) {
    return this.markets.map((market) =>
      [...this.partners.values()].filter((one) => one.kind === kind && [null, market].includes(one.market)).length);
  }

  /** (markets, 3): of the patients, local and global partners invited, how many there are to come. */
  guests(patients, locals, globals) {
    const [local, everywhere] = [this.partnersOf("local partner"), this.partnersOf("global partner")];
    return this.markets.map((_, market) => [patients, Math.min(locals, local[market]), Math.min(globals, everywhere[market])]);
  }

  get headcount() {
    return this.units.map((_, unit) => (this.last[unit] - this.first[unit]) * Number(this.open[unit]));
  }

  /** What affiliates say of each market, or what holds where none of them says anything. */
  said(field, otherwise) {
    return this.markets.map((market) => {
      const saying = this.units.filter((unit) => unit.market === market && unit[field] !== null && (field !== "households" || Object.keys(unit[field]).length));
      return saying.length ? saying.at(-1)[field] : otherwise;
    });
  }

  projectMeans(perHead, weeksAYear) {
    const there = this.headcount;
    const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
    const ofMarket = this.markets.map((_, market) => total(there.filter((_, unit) => this.unitMarket[unit] === market)));
    const scale = (perHead * total(there)) / Math.max(1, total(ofMarket)) / weeksAYear;
    return ofMarket.map((staff) => staff * scale);
  }

  /** Whether a local partner who supports patients is there, by market. */
  get supported() {
    return this.markets.map((market) => [...this.partners.values()].some((one) => one.supports_patients && one.market === market));
  }

  /** The scenario's own meeting network. */
  network(memory, scenario) {
    const first = Object.fromEntries(this.units.map((unit, index) => [unit.name, this.first[index]]));
    const edges = scenario.meetings;
    return memory.make("Network", {
      one: edges.map((edge) => first[edge.unit] + edge.employee - 1),
      other: edges.map((edge) => first[edge.colleague_unit] + edge.colleague - 1),
      hours: edges.map((edge) => edge.hours),
    }, { edges: edges.length });
  }
}
