// What settings, policy and presence come to: seci_sim/seci/terms.py, to the bit.

import { communities, misleading } from "./lasting.js";

const GRID = 2 ** 20;
const WORDS = 2 ** 32;

/** Half to even, as Python rounds. */
export function evenly(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

export const rounded = (value) => Math.floor(value * GRID + 0.5) / GRID;
export const table = (rows) => ({ shape: [rows.length, rows[0].length], numbers: rows.flat() });
const cube = (tables) => ({ shape: [tables.length, tables[0].length, tables[0][0].length], numbers: tables.flat(2) });
const nothing = { shape: [0, 0], numbers: [] };

/** A section's settings, of which none that nobody declared may be read. */
export const strict = (section, name) =>
  new Proxy(section, {
    get(values, key) {
      if (key in values || typeof key === "symbol") return values[key];
      throw new Error(`${name}.${key} is not declared`);
    },
  });

export const wholeTicks = (hours, grid) => Math.floor(hours * grid + 0.5) / grid;

/** A policy's hours on the grid on which they are booked. */
export function onTicks(policy, { booked, hour_grid }) {
  const found = { ...policy };
  for (const name of booked) found[name] = wholeTicks(policy[name], hour_grid);
  return found;
}

export const changedPolicy = (policy, changes) => ({
  ...policy, ...changes, shares_paid: { ...policy.shares_paid, ...changes.shares_paid },
});

/** How many needs are expressed, latent and systemic. */
export function classSizes(world) {
  const systemic = evenly(world.needs * world.systemic_share);
  const others = world.needs - systemic;
  const latent = evenly(others * world.latent_share);
  return [others - latent, latent, systemic];
}

/** Most seats that a group and a pilot can have under any policy of the timeline, or of a trial. */
export function mostSeats({ policy, projects, timeline, trial }) {
  const policies = [policy];
  for (const change of timeline) policies.push(changedPolicy(policies.at(-1), change.policy));
  if (trial) policies.push(...policies.map((one) => changedPolicy(one, trial.policy)));
  const most = (name) => Math.max(...policies.map((one) => one[name]));
  return [most("workshop_staff") + most("workshop_headquarters") + most("workshop_other_market"), projects.pilot_staff];
}

/** All terms of an organisation under a policy, as structures of its memory. */
export class Terms {
  constructor(organisation, policy = organisation.policy) {
    const { memory, firm, settings, truth, seed, merged, catalogue } = organisation;
    Object.assign(this, { memory, firm, truth, seed, merged });
    this.constants = catalogue.constants;
    this.policy = strict(policy, "policy");
    for (const section of ["world", "learning", "projects", "service"]) this[section] = strict(settings[section], section);
    this.inNetwork = settings.meetings.length > 0;
  }

  made() {
    const parts = {
      turnover: ["Turnover", this.turnover()], lasting: ["Lasting", this.lasting()], visits: ["Visits", this.visits()], meetings: ["Meetings", this.meetings()],
      initiative: ["Initiative", this.initiative()], workshops: ["Workshops", this.workshops()],
      planning: ["Planning", this.planning()], reading: ["Reading", this.reading()], practice: ["Practice", this.practice()],
      pilots: ["Pilots", this.pilots()], simulation: ["Simulation", this.simulation()],
      pace: ["Pace", this.pace()], lapse: ["Lapse", this.lapse()], care: ["Care", this.care()],
    };
    const made = Object.entries(parts).map(([field, [name, values]]) => [field, this.memory.make(name, values)]);
    return this.memory.make("Terms", Object.fromEntries(made));
  }

  ticks(hours) {
    return wholeTicks(hours, this.constants.hour_grid);
  }

  weeklyChance(yearly) {
    return rounded(1 - (1 - yearly) ** (1 / this.constants.weeks_a_year));
  }

  shows(hours) {
    return rounded(1 - (1 - this.learning.showing) ** (hours / 4));
  }

  get inPerson() {
    return 1 - this.learning.remote_loss * this.policy.remote_share;
  }

  turnover() {
    const { policy, firm, learning } = this;
    return {
      drift: firm.markets.map(() => this.weeklyChance(this.world.drift)),
      leaving: firm.units.map((unit) => this.weeklyChance((unit.turnover ?? policy.turnover) * (1 - policy.retention))),
      spread: learning.newcomer_spread,
      remaining: 0.5 ** (1 / learning.tacit_half_life),
      rotating: this.weeklyChance(policy.rotation),
      settling: this.ticks(learning.settling_hours),
    };
  }

  lasting() {
    const { uptake, openness } = this.policy;
    const { talent_spread: spread } = this.learning;
    return { matters: uptake < 1 || openness < 1 || spread > 0, uptake, openness, talent: Math.sqrt(Math.log(1 + spread ** 2)) };
  }

  visits() {
    const { policy, learning, world, truth, firm } = this;
    const usual = this.shows(policy.visit_hours);
    const share = world.specialisation;
    const home = truth.home;
    const shows = firm.markets.map((_, market) => Array.from(home, (of) => {
      const exposure = 1 - share + share * firm.markets.length * Number(Number(of) === market);
      return Math.ceil(Math.min(1, Math.max(0, usual * exposure)) * WORDS);
    }));
    return {
      take_place: policy.socialization,
      mean: (policy.patient_time * this.constants.hours_a_week) / policy.visit_hours,
      hours: policy.visit_hours,
      shows: table(shows),
      accuracy: learning.observation_accuracy,
      rate: learning.patient_learning * this.inPerson,
      unsure: learning.unsure_below,
      at_work: learning.ambient_contact / policy.visit_hours,
    };
  }

  meetings() {
    const { policy, learning, merged } = this;
    const { tie_within: within, tie_across: across } = learning;
    const meet = policy.community_hours > 0;
    return {
      hours: policy.mentoring_hours,
      crossing: policy.cross_unit,
      mentors: policy.mentors,
      tie_within: within,
      tie_across: across + policy.second_line * (within - across),
      rate: learning.colleague_learning * this.inPerson,
      in_network: this.inNetwork,
      community_hours: policy.community_hours,
      tie_community: learning.tie_community,
      communities: meet ? table(communities(this, policy.community_people)) : nothing,
      firm: merged.firm,
      joined: merged.joined,
      growing: merged.growing,
    };
  }

  initiative() {
    const { initiative, initiative_total } = this.policy;
    return { share: initiative, total: initiative_total, unsure: this.learning.unsure_below };
  }

  workshops() {
    const { policy, learning, projects, firm } = this;
    const hours = projects.combination_hours + projects.justification_hours;
    return {
      takes_place: policy.externalization,
      hours: policy.workshop_hours,
      combination_hours: this.ticks(hours * Number(policy.combination)),
      staff: policy.workshop_staff,
      headquarters: policy.workshop_headquarters,
      others: policy.workshop_other_market,
      entries: Math.max(1, Math.floor((projects.concept_entries * policy.workshop_hours) / 6 + 0.5)),
      pooled: this.inPerson,
      sayability: learning.sayability,
      unsure: learning.unsure_below,
      reading_voice: learning.reading_voice,
      accuracy: projects.partner_accuracy,
      starting: firm.projectMeans(policy.projects_per_head, this.constants.weeks_a_year),
      guests: table(firm.guests(policy.dialogue_patients, policy.dialogue_local_partners, policy.dialogue_global_partners)),
      market_rows: table(firm.marketRows),
      office_rows: table(firm.officeRows),
    };
  }

  planning() {
    const { policy, projects, firm } = this;
    const panel = firm.guests(policy.justification_patients, policy.justification_local_partners, policy.justification_global_partners);
    return {
      takes_place: policy.combination,
      window: projects.search_window,
      success: policy.search_success,
      legibility: this.learning.legibility,
      reuse: projects.reuse,
      synthesis: projects.synthesis,
      weights: [projects.proposal_weight, projects.patient_weight, projects.local_partner_weight, projects.global_partner_weight],
      speaks: projects.patient_speaks,
      recognition: projects.latent_recognition,
      accuracy: projects.partner_accuracy,
      pilot_staff: projects.pilot_staff,
      setup_per_new_entry: projects.setup_per_new_entry,
      setup_weeks: panel.map((come) => (come[2] > 0 ? projects.setup_weeks_with_framework : projects.setup_weeks)),
      panel: table(panel),
      market_rows: table(firm.marketRows),
    };
  }

  reading() {
    const { policy } = this;
    return {
      chance: Math.min(1, policy.reading_hours),
      window: this.projects.reading_window,
      success: policy.search_success,
      legibility: this.learning.legibility,
    };
  }

  practice() {
    const { policy, learning } = this;
    return {
      takes_place: policy.internalization,
      training_hours: policy.training_hours,
      rate: learning.practice_learning,
      routine_hours: this.ticks(this.projects.routine_hours),
      by_the_way: learning.on_the_job,
      routine_rate: learning.practice_learning * learning.routine_practice,
      noticing: learning.noticing,
      noticing_step: learning.noticing_step,
      reading_use: learning.reading_use,
    };
  }

  pilots() {
    const { policy, projects } = this;
    return {
      takes_place: policy.internalization,
      hours: policy.pilot_hours,
      capacity: projects.pilot_capacity,
      rate: this.learning.practice_learning,
      weeks: projects.pilot_weeks,
      review_share: policy.review_share,
      review_hours: this.ticks(projects.review_hours),
      review_patients: projects.review_patients,
      review_accuracy: projects.review_accuracy,
      review_margin: projects.review_margin,
      review_learning: this.learning.review_learning,
      documentation_share: policy.documentation_share,
    };
  }

  simulation() {
    const { learning } = this;
    const hours = this.policy.simulation_hours;
    return {
      hours,
      shows: this.shows(hours),
      accuracy: learning.observation_accuracy,
      rate: learning.patient_learning,
      mistaken: hours > 0 ? table(misleading(this, learning.simulation_truth)) : nothing,
    };
  }

  pace() {
    const { absorptive_floor, unsure_below } = this.learning;
    return { floor: absorptive_floor, unsure: unsure_below };
  }

  lapse() {
    return { yearly: this.projects.lapse, by_turnover: this.projects.lapse_turnover };
  }

  care() {
    const { policy, service, firm } = this;
    const { bands } = service;
    const open = firm.marketOpen;
    const agencies = firm.partnersOf("financial agency");
    const assessment = agencies.map((number) => assessed(bands.length,
      policy.financial_agency && number > 0 ? service.assessment_with_agency : service.assessment_without_agency));
    const prices = firm.said("price", service.price);
    const paid = bands.map((band) => policy.shares_paid[band.name] ?? 1);
    const usual = Object.fromEntries(bands.map((band) => [band.name, band.households]));
    return {
      unit_market: firm.unitMarket,
      headcount: firm.headcount,
      market_open: open.map(Number),
      class_sizes: classSizes(this.world),
      skill_base: service.skill_base,
      skill_gain: service.skill_gain,
      watchfulness: service.watchfulness,
      launch_plans: service.launch_plans,
      adherence_base: service.adherence_base,
      adherence_gain: service.adherence_gain,
      support: firm.supported.map((there) => service.support_gain * Number(there)),
      eligible: firm.said("eligible_patients", service.eligible_patients).map((patients, market) => patients * Number(open[market])),
      households: table(firm.said("households", usual).map((shares) => bands.map((band) => shares[band.name] ?? 0))),
      assessment: cube(assessment),
      starting: this.starting(prices, paid),
      prices,
      shares_paid: paid,
    };
  }

  /** Chance of starting treatment in each market, by true band and assessed band. */
  starting(prices, paid) {
    const { memory, service, firm } = this;
    const levels = firm.said("income_level", 1);
    const burdens = prices.flatMap((price, market) =>
      service.bands.flatMap((band) => paid.map((share) => (price * share) / (band.income * levels[market]))));
    const places = [memory.take(8 * burdens.length), memory.take(8 * burdens.length)];
    const [given, chances] = places.map((place) => memory.view("float64", place, burdens.length));
    given.set(burdens);
    memory.call("start_chances", given, service.start_ceiling, service.burden_scale, service.burden_steepness, chances);
    return { shape: [prices.length, paid.length, paid.length], numbers: Array.from(chances) };
  }
}

/** Chance of being assessed into a band, by true band; an error leads into a neighbouring one. */
function assessed(bands, accuracy) {
  return Array.from({ length: bands }, (_, band) => {
    const neighbours = [band - 1, band + 1].filter((other) => other >= 0 && other < bands);
    return Array.from({ length: bands }, (__, other) => {
      if (other === band) return decimals(neighbours.length ? accuracy : 1);
      return neighbours.includes(other) ? decimals((1 - accuracy) / neighbours.length) : 0;
    });
  });
}

const decimals = (value) => evenly(value * 1e12) / 1e12;

/** Which firm each unit comes from, and how far these have grown together. */
export function mergedFirms(firm, changes) {
  const names = firm.units.map((unit) => unit.firm);
  const numbers = [...new Set(names)];
  const since = new Map(changes.map((change) => [change.firm_joins, change]));
  return {
    firm: names.map((name) => numbers.indexOf(name)),
    joined: names.map((name) => since.get(name)?.week ?? 0),
    growing: names.map((name) => since.get(name)?.transition_weeks ?? 0),
  };
}
