// Firms that serve the same markets: seci_sim/seci/competition.py, to the bit.

import { chances } from "./lasting.js";
import { said } from "./seeing.js";
import { changedPolicy, rounded } from "./terms.js";

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/** What of a timeline happens to a rival: its own changes, and what happens to all alike. */
function changesOf(name, timeline, kept) {
  const nothing = { policy: {}, lose: [] };
  const blank = (change) => Object.fromEntries(Object.entries(change).map(([field, value]) => [field, kept.includes(field) ? value : nothing[field] ?? null]));
  return timeline.filter(({ rival }) => [null, name].includes(rival)).map((change) => ({ ...(change.rival === null ? blank(change) : change), rival: null, needs_jump: null }));
}

/** What the rival at a place of the scenario runs, and the seed of its staff's luck. */
export function rivalOf({ settings, memory, seed, constants }, place) {
  const { name, policy } = settings.rivals[place];
  const [high, low] = memory.call("four_chances", seed, constants.luck.RIVAL, 0, place + 1, 0, 0);
  const theirs = {
    ...settings, rivals: [], trial: null, policy: changedPolicy(settings.policy, policy), world: { ...settings.world, drift: 0 },
    timeline: changesOf(name, settings.timeline, ["week", "market", ...constants.same_for_all]),
  };
  return [theirs, BigInt(Math.floor(high * 2 ** 31)) * 2n ** 32n + BigInt(low * 2 ** 32)];
}

/** Let patients go where needs were met; where nobody serves a market, shares stay. */
function movedShares(shares, values, { choice, switching }) {
  const best = Math.max(...values);
  if (Number.isNaN(best)) return shares;
  const odds = values.map((value) => rounded(Math.exp(choice * (value - best))));
  const all = total(odds);
  return shares.map((share, firm) => share + switching * (odds[firm] / all - share));
}

export class Rivalry {
  /** Of a firm and its rivals, which are told of it. */
  constructor(organisation) {
    const { firm, settings, memory, seed, constants, rivals } = organisation;
    Object.assign(this, { memory, seed, constants, rules: settings.competition, firms: [organisation, ...rivals] });
    this.names = [null, ...settings.rivals.map(({ name }) => name)];
    this.eligible = firm.said("eligible_patients", settings.service.eligible_patients);
    this.shares = this.eligible.map(() => this.firms.map(() => 1 / this.firms.length)); // by market and firm
    this.words = memory.take(4 * Math.max(...this.eligible));
    this.come = this.patients(1);
    this.underWay = [];
    this.arrived = [];
    this.measured = []; // by week, place and column
    const { against_rivals: against, of_rivals: of } = constants;
    this.columns = [...against, ...this.names.slice(1).flatMap((name) => ["share_of_patients", ...of].map((column) => `rival_${column}_${name}`))];
    for (const one of rivals) one.rivalry = this;
  }

  /** (markets, firms) How many of a week's patients come to each firm. */
  patients(week) {
    return this.eligible.map((number, market) => {
      let end = 0;
      const ends = this.shares[market].map((share) => rounded((end += share)));
      ends[ends.length - 1] = 1;
      const come = ends.map(() => 0);
      for (const drawn of chances(this, number, this.constants.luck.GOING, market, week, this.words)) come[ends.findIndex((until) => drawn < until)] += 1;
      return come;
    });
  }

  /** This week's patients are those who come to this firm. */
  admit(organisation) {
    const { firm, state } = organisation;
    const place = this.firms.indexOf(organisation);
    const { eligible } = state.terms.care;
    firm.marketOpen.forEach((open, market) => (eligible[market] = BigInt(this.come[market][place] * Number(open))));
  }

  /** Once all firms have lived a week: measure it, let patients move, and documents leak. */
  endWeek(week) {
    const values = this.firms.map((firm) => this.value(firm));
    this.measured.push(this.measure(values));
    this.shares = this.shares.map((shares, market) => movedShares(shares, values.map((value) => value[market]), this.rules));
    this.firms.forEach((_, firm) => this.underWay.push(...this.leaksOf(firm, week)));
    for (const leak of this.underWay) if (leak.week === week) this.receive(leak);
    this.underWay = this.underWay.filter((leak) => leak.week > week);
    this.come = this.patients(week + 1);
  }

  /** A measure of the whole and of each market in the last weeks: [week][place]. */
  recent({ records }, name, weeks) {
    const [, places, measures] = records.shape("rows");
    const [{ rows, weeks: last }, column] = [records, this.constants.columns.indexOf(name)];
    const from = Math.max(0, last - weeks);
    return Array.from({ length: last - from }, (_, week) => Array.from({ length: places }, (__, place) => rows[((from + week) * places + place) * measures + column]));
  }

  /** Needs met less needs mis-served of the last quarter, by place; NaN where nobody serves a market now. */
  value(firm) {
    const [met, wrong] = ["needs_met", "needs_mis_served"].map((name) => this.recent(firm, name, this.constants.quarter));
    return met[0].map((_, place) => {
      const net = met.map((week, at) => week[place] - wrong[at][place]);
      const known = net.filter((value) => !Number.isNaN(value));
      return Number.isNaN(net.at(-1)) ? NaN : total(known) / known.length;
    });
  }

  /** Lessons that a firm wrote in a week and that leak; what itself leaked leaks no further. */
  leaksOf(from, week) {
    const { knowledge: { library, projects }, seed, settings: { world: { needs } } } = this.firms[from];
    const found = [];
    for (let document = 0; document < library.size; document++) {
      const project = Number(library.project[document]);
      if (project < 0 || Number(library.week[document]) !== week) continue;
      const market = Number(projects.market[project]);
      this.firms.forEach((_, to) => {
        if (to === from) return;
        const [drawn] = this.memory.call("four_chances", seed, this.constants.luck.LEAK, projects.week_said[project], market, projects.ordinal[project], to);
        const entries = () => library.entries.slice(document * needs, (document + 1) * needs);
        if (drawn < this.rules.leak) found.push({ week: week + this.rules.leak_weeks, from, to, market, entries: entries() });
      });
    }
    return found;
  }

  /** A document of another firm stands in the library, as new as any; nobody there helped to write it. */
  receive({ week, from, to, market, entries }) {
    const { knowledge: { library } } = this.firms[to];
    library.lengthen("documents", 1); // what there is room for is reserved for lessons
    library.entries.set(entries, library.size * entries.length);
    library.market[library.size] = BigInt(market);
    library.week[library.size] = BigInt(week);
    library.project[library.size] = BigInt(this.constants.nobody);
    this.firms[to].holdLast();
    this.arrived.push({ week, from: this.names[from], to: this.names[to], market, entries: said(entries) });
  }

  /** (markets + 1, columns) of a week. */
  measure(values) {
    const places = values[0].map((_, place) => place);
    const markets = places.slice(0, -1);
    const met = this.recent(this.firms[0], "needs_met", 1)[0];
    const open = markets.filter((market) => !Number.isNaN(met[market]));
    const { library } = this.firms[0].knowledge;
    const foreign = [...library.market.subarray(0, library.size)].filter((market, document) => library.project[document] < 0n && market >= 0n).map(Number);
    const share = (place, firm) => {
      if (place < markets.length) return open.includes(place) ? this.shares[place][firm] : NaN;
      return total(open.map((market) => this.shares[market][firm])) / open.length;
    };
    const documents = (place) => (place === markets.length ? foreign.length : open.includes(place) ? foreign.filter((market) => market === place).length : NaN);
    const theirs = this.firms.slice(1).map((firm) => this.constants.of_rivals.map((name) => this.recent(firm, name, 1)[0]));
    return places.map((place) => [
      share(place, 0), values[0][place] - Math.max(...values.slice(1).map((value) => value[place])), documents(place),
      ...theirs.flatMap((columns, rival) => [share(place, rival + 1), ...columns.map((column) => column[place])]),
    ]);
  }
}
