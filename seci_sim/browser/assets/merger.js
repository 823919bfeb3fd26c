// A merger of two firms: seci_sim/seci/merger.py.

import { where } from "./firm.js";
import { chances } from "./lasting.js";
import { small } from "./memory.js";

const SYSTEMIC = 2;

/** What the timeline says to a firm that has not joined yet: policy, shocks and partners. */
export const livingApart = (settings) => ({
  ...settings,
  timeline: settings.timeline.map((change) => ({
    ...change, unit_joins: null, market_opens: null, transition_hours: null, transition_weeks: null, lose: [],
  })),
});

export const joining = (settings, name) => settings.timeline.find((change) => change.firm_joins === name);

/** Give each other firm a core of its own, from which its markets differ as others do from theirs. */
export function turnCores({ memory, truth, firm, settings, seed, constants }, name) {
  const { needs, local_difference } = settings.world;
  settings.other_firms.forEach((other, number) => {
    const difference = joining(settings, other).core_difference ?? local_difference;
    const drawn = chances({ memory, seed }, needs, constants.luck.OTHER_CORE, number);
    const turned = where(drawn, (one, need) => one < difference && truth.need_class[need] !== SYSTEMIC);
    const markets = new Set(firm.unitMarket.filter((market, unit) => firm.units[unit].firm === other && market >= 0));
    for (const need of turned) {
      for (const market of markets) truth.market[market * needs + need] *= -1;
      if (other === name) truth.core[need] *= -1;
    }
  });
  memory.call("follow_parts", truth);
}

/** Copy some rows of the tables of one structure into another. */
function copyRows(into, from, fields, rows, change = (number) => number) {
  for (const field of fields) {
    const [target, source] = [into[field], from[field]];
    const width = source.length / from.shape(field)[0];
    for (const row of rows) {
      for (let place = row * width; place < (row + 1) * width; place++) target[place] = change(source[place]);
    }
  }
}

/** Let all who are in another firm, and all that it knows, become part of this one; gives its projects under way. */
export function absorb(organisation, other) {
  const { knowledge, firm, staff, state } = organisation;
  const [theirs, people] = [other.knowledge, firm.people];
  const shift = state.next_person - people;
  const renumbered = (person) => (person >= people ? person + (typeof person === "bigint" ? BigInt(shift) : shift) : person);
  const rows = where(other.staff.present, (there) => there);
  const units = where(other.firm.open, (there) => there);
  const markets = where(other.firm.marketOpen, (there) => there);
  firm.openUnits(units.map((unit) => firm.units[unit].name), true);
  copyRows(staff, other.staff, ["person"], rows, renumbered);
  copyRows(staff, other.staff, ["arrival"], rows);
  copyRows(knowledge, theirs, ["tacit", "explicit"], rows);
  copyRows(knowledge, theirs, ["routine", "confirmed", "noticed"], markets);
  copyRows(knowledge, theirs, ["felt_week"], units);
  copyRows(knowledge, theirs, ["felt_by"], units, renumbered);
  const earlier = knowledge.projects.size;
  const underWay = Array.from(small(other.state.under_way.subarray(0, other.state.running)), (project) => project + earlier);
  appendProjects(organisation, theirs.projects, renumbered);
  joinLibraries(organisation, theirs.library, earlier);
  other.state.adopted.forEach((number, market) => (state.adopted[market] += number));
  state.next_person += other.state.next_person - people;
  return underWay;
}

/** The other firm's projects follow this firm's. */
function appendProjects(organisation, theirs, renumbered) {
  const { projects } = organisation.knowledge;
  organisation.lengthen(projects, "projects", theirs.size);
  for (const [field, { kind }] of Object.entries(projects.constructor.layout.fields)) {
    if (kind !== "array") continue;
    const [target, source] = [projects[field], theirs[field]];
    const width = source.length / theirs.shape(field)[0];
    const found = source.subarray(0, theirs.size * width);
    target.set(field.endsWith("_person") ? found.map(renumbered) : found, projects.size * width);
  }
  projects.size += theirs.size;
}

/** One library, in the order in which documents were written; of one week, this firm's first. */
function joinLibraries(organisation, theirs, earlier) {
  const { library } = organisation.knowledge;
  organisation.lengthen(library, "documents", theirs.size);
  const [own, size] = [library.size, library.size + theirs.size];
  theirs.project.forEach((project, document) => {
    if (project !== -1n) theirs.project[document] = project + BigInt(earlier);
  });
  const written = [...small(library.week.subarray(0, own)), ...small(theirs.week.subarray(0, theirs.size))];
  const order = written.map((_, place) => place).sort((a, b) => written[a] - written[b] || a - b);
  for (const field of ["entries", "market", "week", "project"]) {
    const width = library[field].length / library.shape(field)[0];
    const together = [library[field].slice(0, own * width), theirs[field].subarray(0, theirs.size * width)];
    const target = library[field];
    order.forEach((place, row) => {
      const [source, from] = place < own ? [together[0], place] : [together[1], place - own];
      target.set(source.subarray(from * width, (from + 1) * width), row * width);
    });
  }
  theirs.held.forEach((held, place) => (library.held[place] |= held));
  library.size = size;
}
