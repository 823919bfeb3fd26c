// The story of one need: seci_sim/seci/story.py.

import { where } from "./firm.js";
import { small } from "./memory.js";

export function story(organisation, need) {
  const { needs } = organisation.settings.world;
  if (!(Number.isInteger(need) && need >= 0 && need < needs)) throw new Error(`need: there are needs 0 to ${needs - 1}; got ${need}`);
  return organisation.firm.markets.flatMap((_, market) => [...steps(organisation, need, market)]);
}

function* steps({ firm, staff, knowledge, settings, constants }, need, market) {
  const { needs } = settings.world;
  const { projects, felt_week: felt, felt_by: by } = knowledge;
  const name = firm.markets[market];
  const label = (person, unit) => `${firm.units[unit].name} ${Number(person) + 1}`;
  const feeling = where(firm.unitMarket, (of, unit) => of === market && felt[unit * needs + need] > 0n);
  if (feeling.length) {
    const first = feeling.reduce((best, unit) => (felt[unit * needs + need] < felt[best * needs + need] ? unit : best));
    const at = first * needs + need;
    yield { market: name, stage: "felt", week: Number(felt[at]), response: 0, people: [label(by[at], first)] };
  }
  const adopted = constants.statuses.indexOf("adopted");
  const stages = [
    ["said", "concept", "week_said", "group"], ["planned", "plan", "week_planned", "group"],
    ["practised", "plan", "week_practised", "pilot"], ["routine", "kept", "week_routine", "pilot"],
  ];
  const [markets, statuses, size] = [small(projects.market), projects.status, projects.size];
  for (const [stage, entries, date, seats] of stages) {
    const [said, when] = [projects[entries], small(projects[date])];
    let found = -1;
    for (let project = 0; project < size; project++) {
      const reached = markets[project] === market && said[project * needs + need] !== 0 &&
        when[project] >= 0 && (stage !== "routine" || statuses[project] === adopted);
      if (reached && (found < 0 || when[project] < when[found])) found = project;
    }
    if (found < 0) continue;
    const width = projects.shape(seats)[1];
    const [rows, persons] = [projects[seats], projects[`${seats}_person`]];
    const people = [];
    for (let seat = found * width; seat < (found + 1) * width; seat++) {
      if (rows[seat] >= 0) people.push(label(persons[seat], Number(staff.unit[rows[seat]])));
    }
    yield { market: name, stage, week: when[found], response: said[found * needs + need], people };
  }
}
