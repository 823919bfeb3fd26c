// What a page shows of a firm in the present week, and what happened in it.

import { small } from "./memory.js";

const PARTS = {
  people,
  units: ({ firm }) => firm.units.map(({ name, market }, unit) => ({
    name, market, first: firm.first[unit], last: firm.last[unit], there: firm.open[unit],
  })),
  needs: ({ truth }) => ({ kind: truth.need_class.slice() }),
  markets,
  library: (organisation) => ({ size: organisation.knowledge.library.size, documents: documents(organisation, 0) }),
  projects: (organisation) => Array.from({ length: organisation.knowledge.projects.size }, (_, project) => projectSeen(organisation, project)),
};

/** The week, and of people, units, needs, markets, library and projects those that are asked for, as they are now. */
export function seen(organisation, { knowledge = false, parts = Object.keys(PARTS) } = {}) {
  const { week, settings, knowledge: known } = organisation;
  const unknown = parts.find((part) => !Object.hasOwn(PARTS, part));
  if (unknown !== undefined) throw new Error(`parts: there is no ${unknown}`);
  return {
    week,
    running: week < settings.horizon,
    ...Object.fromEntries(parts.map((part) => [part, PARTS[part](organisation)])),
    ...(knowledge ? { knowledge: { tacit: known.tacit.slice(), explicit: known.explicit.slice() } } : {}),
  };
}

function people({ staff, knowledge, truth, settings }) {
  const { needs } = settings.world;
  const unsure = Math.fround(settings.learning.unsure_below);
  const { tacit, explicit } = knowledge;
  const [home, present, right] = [small(staff.home), staff.present.slice(), truth.market];
  const found = {
    unit: small(staff.unit), market: small(staff.market), home, present, person: small(staff.person), seat: small(staff.member),
    hours: staff.hours.slice(), moved: staff.moved.slice(),
    right: new Uint16Array(present.length), wrong: new Uint16Array(present.length), on_paper: new Uint16Array(present.length),
  };
  for (let row = 0; row < present.length; row++) {
    if (!present[row]) continue;
    const [own, market] = [row * needs, home[row] * needs];
    let [sure, mistaken, read] = [0, 0, 0];
    for (let need = 0; need < needs; need++) {
      const agreement = tacit[own + need] * right[market + need];
      if (agreement > unsure) sure++;
      else if (agreement < -unsure) mistaken++;
      if (explicit[own + need] !== 0) read++;
    }
    [found.right[row], found.wrong[row], found.on_paper[row]] = [sure, mistaken, read];
  }
  return found;
}

function markets({ firm, truth, knowledge, settings }) {
  const { needs } = settings.world;
  const open = firm.marketOpen;
  return firm.markets.map((name, market) => {
    const ofMarket = (table) => table.slice(market * needs, (market + 1) * needs);
    const [right, routine] = [ofMarket(truth.market), ofMarket(knowledge.routine)];
    const count = (sign) => routine.reduce((sum, response, need) => sum + Number(response * right[need] === sign), 0);
    return { name, open: open[market], truth: right, routine, right: count(1), wrong: count(-1) };
  });
}

/** Documents of the library from the first on that were written in a week or after it. */
function documents({ knowledge: { library }, settings }, week) {
  const { needs } = settings.world;
  const found = [];
  for (let document = 0; document < library.size; document++) {
    if (Number(library.week[document]) < week) continue;
    found.push({
      document, market: Number(library.market[document]), week: Number(library.week[document]),
      project: Number(library.project[document]), entries: library.entries.slice(document * needs, (document + 1) * needs),
    });
  }
  return found;
}

const seats = (table, project, width) => Array.from(table.subarray(project * width, (project + 1) * width)).filter((row) => row >= 0);

function projectSeen({ knowledge: { projects }, settings, constants }, project) {
  const { needs } = settings.world;
  const entries = (field) => projects[field].slice(project * needs, (project + 1) * needs);
  const date = (field) => Number(projects[field][project]);
  const dates = ["week_said", "week_planned", "week_practised", "week_routine"];
  return {
    market: date("market"), status: constants.statuses[projects.status[project]],
    ...Object.fromEntries(dates.map((field) => [field, date(field)])),
    group: seats(projects.group, project, projects.shape("group")[1]),
    pilot: seats(projects.pilot, project, projects.shape("pilot")[1]),
    concept: entries("concept"), plan: entries("plan"), kept: entries("kept"),
  };
}

/** What happened in the present week, mode by mode, and who did it. */
export function happened(organisation) {
  return [
    ...organisation.changes.map((change) => ({ mode: null, kind: "change", change })),
    ...newcomers(organisation), ...withOthers(organisation), ...felt(organisation), ...ofProjects(organisation),
    ...documents(organisation, organisation.week).map(({ document, market, project, entries }) =>
      ({ mode: "combination", kind: "document", document, market, project, entries: said(entries) })),
  ];
}

/** What a document says: needs, each with its response. */
export const said = (entries) => Array.from(entries, (response, need) => [need, response]).filter(([, response]) => response !== 0);

function* newcomers({ staff, week, firm }) {
  const came = staff.arrival;
  for (let row = 0; row < firm.people; row++) {
    if (staff.present[row] && Number(came[2 * row]) === week) yield { mode: null, kind: "newcomer", row, person: Number(staff.person[row]) };
  }
}

/** Hours of each person with patients and colleagues, and those of reading and practice. */
function* withOthers({ staff, firm, constants }) {
  const { hours } = staff;
  const ledger = hours.length / firm.people;
  const kinds = [
    ["socialization", "visit", constants.with_patients], ["socialization", "colleagues", constants.with_colleagues],
    ["combination", "reading", constants.in_combination], ["internalization", "practice", constants.in_internalization],
  ];
  for (const [mode, kind, column] of kinds) {
    for (let row = 0; row < firm.people; row++) {
      const spent = hours[row * ledger + column];
      if (spent > 0) yield { mode, kind, row, hours: spent, ...(kind === "visit" ? { market: Number(staff.home[row]) } : {}) };
    }
  }
}

function* felt({ knowledge, firm, settings, week }) {
  const { needs } = settings.world;
  for (let unit = 0; unit < firm.units.length; unit++) {
    for (let need = 0; need < needs; need++) {
      const at = unit * needs + need;
      if (Number(knowledge.felt_week[at]) === week) yield { mode: "socialization", kind: "felt", unit, need, person: Number(knowledge.felt_by[at]) };
    }
  }
}

/** Workshops held, plans made, pilots that are under way and what became routine this week. */
function* ofProjects(organisation) {
  const { knowledge: { projects }, week, settings } = organisation;
  const { needs } = settings.world;
  for (let project = 0; project < projects.size; project++) {
    const one = projectSeen(organisation, project);
    const { market, group, pilot } = one;
    if (one.week_said === week && group.length) yield { mode: "externalization", kind: "workshop", project, market, rows: group, said: said(one.concept) };
    if (one.week_planned === week) {
      const entries = said(one.plan).map(([need, response]) =>
        [need, response, projects.origin[project * needs + need], projects.right[project * needs + need] === 1]);
      yield { mode: "combination", kind: "plan", project, market, rows: group, entries };
    }
    if (one.status === "practised" && one.week_practised >= 0) yield { mode: "internalization", kind: "pilot", project, market, rows: pilot };
    if (one.week_routine === week) yield { mode: "internalization", kind: "routine", project, market, entries: said(one.kept) };
  }
}
