// The model in the browser: the rules that Python compiled, and a firm for them to work on.

import { seen, happened } from "./seeing.js";
import { Lessons } from "./lessons.js";
import { Memory } from "./memory.js";
import { Organisation } from "./organisation.js";
import { sectionsOf, seedOf } from "./settings.js";
import { story } from "./story.js";

/** Make an engine of the bytes of seci.wasm and of what catalogue.json holds. */
export async function openEngine(bytes, catalogue) {
  return new Engine(await WebAssembly.compile(bytes), catalogue);
}

class Engine {
  constructor(module, catalogue) {
    this.module = module;
    this.catalogue = catalogue;
  }

  /** Begin a run of a shipped scenario, by name, or of one that is given whole. */
  start({ scenario, values = {}, seed = 1 }) {
    const chosen = typeof scenario === "string" ? this.catalogue.scenarios[scenario] : scenario;
    if (!chosen) throw new Error(`scenario: there is no ${scenario}`);
    const firms = new Set(chosen.units.map((unit) => unit.firm).filter((firm) => firm !== null));
    const settings = { ...chosen, ...sectionsOf(this.catalogue, chosen, values), other_firms: [...firms] };
    return new Run(new Organisation(new Memory(this.module, this.catalogue), this.catalogue, settings, seedOf(seed)));
  }
}

/** One firm on one luck, week by week. */
class Run {
  constructor(organisation) {
    this.organisation = organisation;
    this.lessonsOf = new Lessons(organisation);
  }

  get week() {
    return this.organisation.week;
  }

  get horizon() {
    return this.organisation.settings.horizon;
  }

  get needs() {
    return this.organisation.settings.world.needs;
  }

  get people() {
    return this.organisation.firm.people;
  }

  /** Some weeks on. */
  step(weeks = 1) {
    for (let number = 0; number < weeks; number++) this.organisation.step((process) => this.lessonsOf.after(process));
  }

  /** Every measure by week so far, of the whole firm or of one market; NaN where it does not apply. */
  series(market) {
    const { records, firm } = this.organisation;
    const place = market === undefined ? firm.markets.length : firm.markets.indexOf(market);
    if (place < 0) throw new Error(`market: there is no ${market}`);
    const rows = Array.from({ length: records.weeks }, (_, week) => this.row(week, place));
    return Object.fromEntries(this.measures.map((name, column) => [name, Float64Array.from(rows, (row) => row[column])]));
  }

  /** Every measure of the whole firm in the last week. */
  latest() {
    const { records, firm } = this.organisation;
    if (!records.weeks) throw new Error("latest: no week has passed");
    const row = this.row(records.weeks - 1, firm.markets.length);
    return Object.fromEntries(this.measures.map((name, column) => [name, row[column]]));
  }

  get measures() {
    const { rivalry, trial, constants } = this.organisation;
    return [...constants.columns, ...(rivalry?.columns ?? []), ...(trial?.columns ?? [])];
  }

  /** What was measured in a week, counted from 0, in the order of `measures`. */
  row(week, place) {
    const { records, rivalry, trial } = this.organisation;
    const [, places, measures] = records.shape("rows");
    const first = (week * places + place) * measures;
    const ofArms = trial?.means(place === places - 1 ? week + 1 : 0) ?? [];
    return [...records.rows.subarray(first, first + measures), ...(rivalry?.measured[week][place] ?? []), ...ofArms];
  }

  /** (weeks * needs) share of staff who hold each need rightly. */
  diffusion() {
    const { records } = this.organisation;
    return records.knowing.slice(0, records.weeks * this.needs);
  }

  /** The present week: people, units, markets, library and projects; with `knowledge`, what each person knows. */
  snapshot(options = {}) {
    return seen(this.organisation, options);
  }

  /** What happened in the present week, and who did it. */
  events() {
    return happened(this.organisation);
  }

  /** When each market felt, said, planned, practised and made routine a need, and who did. */
  story(need) {
    return story(this.organisation, need);
  }

  /** Documents of one firm that reached another, in their order: {week, from, to, market, entries}; names of rivals, null for this firm. */
  leaks() {
    return this.organisation.rivalry?.arrived ?? [];
  }

  /** The trial inside the firm: {name, first, last, people: [{person, treated, partner}]}; null without one. */
  get trial() {
    return this.organisation.trial?.told ?? null;
  }

  /** Keep, from now on, what the modes teach the person in a row. */
  follow(row) {
    this.lessonsOf.follow(row);
  }

  /** What they taught the person in a row since then. */
  lessons(row) {
    return this.lessonsOf.of(row);
  }
}
