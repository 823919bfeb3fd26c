// In the worker: a run of the engine, recorded as what the player draws. See `run` in source.js for who asks.
//
// A recorded run has, with a value for every shown week ("frame") where a list says no other:
//
//   name, question, seed, weeks, frames, staff, markets, classes (of each need), levels (that stand for all needs)
//   dots, each                a dot is a person; in a large firm the first of so many
//   units                     name, market (index or null), first dot, dots, circle (x, y, r), there (spells of weeks)
//   x, y, unitOf              of each dot
//   knows, mistakes, holds    (frames * dots) needs it is sure of and right, sure of and wrong, has on paper
//   did                       (frames * dots) a bit for each of: patients, colleagues, workshop, documents, practice
//   routines                  (frames * markets * needs) 0 none, 1 right there, 2 wrong there
//   curves, wheel             measures; what each mode moved, and its hours, a head and year, over a quarter
//   sitters                   of each dot: who sat there, from which week on
//   stories, stages, labels
//   projects                  of each: market; weeks said, planned, practised, routine; dots of its group and pilot; needs;
//                             and how many people of the group and of the pilot are no dots
//   rivals, leaks, trial      names; documents that reached another firm, and who is in the trial, as the engine gives them
const filming = (() => {
  "use strict";

  const MOST_DOTS = 2000;
  const MOST_FRAMES = 520;
  const MOST_NAMES = 3;
  const QUARTER = 13; // weeks that a number of the modes looks back on: single weeks jump too much to be read
  const MODES = ["socialization", "externalization", "combination", "internalization"];
  const STAGES = ["felt", "said", "planned", "practised", "routine"];
  const COLUMNS_BY_BAND = 4; // of `access`; the others are of `reached`, as in seci_sim/seci/records.py

  const orNull = (value) => (Number.isFinite(value) ? value : null);

  // All of them, or every so-manyth up to the last.
  function shownWeeks(horizon) {
    const every = Math.ceil(horizon / MOST_FRAMES);
    const weeks = [];
    for (let week = every; week < horizon; week += every) weeks.push(week);
    return [...weeks, horizon];
  }

  // Rows that are shown: every person, or in each unit every so-manyth.
  function dotsOf({ people, units }) {
    const each = Math.ceil(people.unit.length / MOST_DOTS);
    const rows = [];
    const first = units.map((unit) => {
      const begin = rows.length;
      for (let row = unit.first; row < unit.last; row += each) rows.push(row);
      return begin;
    });
    return { each, rows, first, of: new Map(rows.map((row, dot) => [row, dot])) };
  }

  // The whole firm's measures by week, those by income among them.
  function seriesOf(run, byBand) {
    const found = run.series();
    const { records, settings } = run.organisation;
    const bands = settings.service.bands.length;
    byBand.forEach((name, column) => {
      const [which, band] = [Math.floor(column / bands), column % bands];
      const [table, at] = which < COLUMNS_BY_BAND ? ["access", which] : ["reached", which - COLUMNS_BY_BAND];
      const [, places, , width] = records.shape(table);
      found[name] = Float64Array.from({ length: records.weeks }, (_, week) => records[table][((week * places + places - 1) * bands + band) * width + at]);
    });
    return found;
  }

  const curvesOf = (series, weeks, names) =>
    Object.fromEntries(names.filter((name) => series[name]).map((name) => [name, weeks.map((week) => orNull(series[name][week - 1]))]));

  // Of a run nothing but its lines.
  function lines(run, { curves, byBand }) {
    run.step(run.horizon);
    const weeks = shownWeeks(run.horizon);
    return { weeks, frames: weeks.length, curves: curvesOf(seriesOf(run, byBand), weeks, curves) };
  }

  function wheelOf(series, weeks, constants) {
    const overQuarter = (values, week) => {
      let sum = 0;
      for (let at = Math.max(0, week - QUARTER); at < week; at++) sum += values[at];
      return sum;
    };
    const hours = [...MODES.map((mode) => `hours_${mode}`), "hours_routine_business"];
    const headYears = weeks.map((week) => hours.reduce((sum, name) => sum + overQuarter(series[name], week), 0) / (constants.hours_a_week * constants.weeks_a_year));
    const aHead = (name) => weeks.map((week, frame) => orNull(overQuarter(series[name], week) / headYears[frame]));
    return Object.fromEntries(MODES.map((mode) => [mode, { moved: aHead(`moved_${mode}`), hours: aHead(`hours_${mode}`) }]));
  }

  function storiesOf(run, markets) {
    const labels = new Map();
    const numberOf = (label) => labels.get(label) ?? labels.set(label, labels.size).get(label);
    const stories = [];
    for (let need = 0; need < run.needs; need++) {
      for (const { market, stage, week, response, people } of run.story(need)) {
        stories.push([need, markets.indexOf(market), STAGES.indexOf(stage), week, response, people.slice(0, MOST_NAMES).map(numberOf), Math.max(0, people.length - MOST_NAMES)]);
      }
    }
    return { stories, labels: [...labels.keys()] };
  }

  function projectsOf({ projects }, dots) {
    const shown = (rows) => rows.filter((row) => dots.of.has(row)).map((row) => dots.of.get(row));
    const unseen = (rows) => rows.filter((row) => !dots.of.has(row)).length;
    return projects.filter(({ group }) => group.length).map((one) => [
      one.market, one.week_said, one.week_planned, one.week_practised, one.week_routine, shown(one.group), shown(one.pilot),
      Array.from(one.concept.keys()).filter((need) => one.concept[need] !== 0), unseen(one.group), unseen(one.pilot),
    ]);
  }

  // The weeks of each spell in which a unit is there, first to last.
  function spells(there) {
    const found = [];
    there.forEach((is, place) => {
      if (is && !there[place - 1]) found.push([place + 1, place + 1]);
      else if (is) found[found.length - 1][1] = place + 1;
    });
    return found;
  }

  function record(run, asked) {
    const { constants, catalogue } = { constants: run.organisation.constants, catalogue: asked.catalogue };
    const start = run.snapshot();
    const dots = dotsOf(start);
    const many = dots.rows.length;
    const weeks = shownWeeks(run.horizon);
    const [levels, markets] = [Math.min(run.needs, 255), start.markets.map(({ name }) => name)];
    const scale = levels / run.needs;
    const [knows, mistakes, holds, did] = [0, 1, 2, 3].map(() => new Uint8Array(weeks.length * many));
    const routines = new Uint8Array(weeks.length * markets.length * run.needs);
    const sitters = dots.rows.map((row) => [{ person: start.people.person[row] + 1, from: 0 }]);
    const there = start.units.map(() => []);
    let deeds = new Uint8Array(many);
    let frame = 0;
    while (run.week < run.horizon) {
      run.step();
      const now = run.snapshot({ parts: ["people", "units", "markets"] });
      const { people } = now;
      now.units.forEach((unit, place) => there[place].push(unit.there));
      dots.rows.forEach((row, dot) => {
        const person = people.person[row] + 1;
        if (person !== sitters[dot][sitters[dot].length - 1].person) sitters[dot].push({ person, from: run.week });
        for (let column = 0; column < 5; column++) if (people.hours[row * 5 + column] > 0) deeds[dot] |= 1 << column;
      });
      if (run.week !== weeks[frame]) continue;
      dots.rows.forEach((row, dot) => {
        if (!people.present[row]) return;
        const at = frame * many + dot;
        knows[at] = Math.round(people.right[row] * scale);
        mistakes[at] = Math.round(people.wrong[row] * scale);
        holds[at] = Math.round(people.on_paper[row] * scale);
      });
      did.set(deeds, frame * many);
      deeds = new Uint8Array(many);
      now.markets.forEach(({ truth, routine }, market) => routine.forEach((response, need) => {
        const agrees = response * truth[need];
        routines[(frame * markets.length + market) * run.needs + need] = agrees > 0 ? 1 : agrees < 0 ? 2 : 0;
      }));
      frame++;
    }
    const series = seriesOf(run, asked.byBand);
    const circles = layout.circles(start.units.map(({ first, last }) => last - first));
    const units = start.units.map(({ name, market, first, last }, place) => ({
      name, market: market === null ? null : markets.indexOf(market), staff: last - first, first: dots.first[place],
      dots: (dots.first[place + 1] ?? many) - dots.first[place], ...circles[place], there: spells(there[place]),
    }));
    return {
      seed: String(asked.seed), weeks, frames: weeks.length, staff: start.people.unit.length, each: dots.each, dots: many, markets,
      classes: Array.from(start.needs.kind, (kind) => catalogue.classes[kind]), levels, units, ...layout.places(units, many),
      knows, mistakes, holds, did, routines, curves: curvesOf(series, weeks, asked.curves), wheel: wheelOf(series, weeks, constants), sitters, stages: STAGES,
      rivals: run.organisation.settings.rivals.map(({ name }) => name), leaks: run.leaks(), trial: run.trial,
      ...storiesOf(run, markets), projects: projectsOf(run.snapshot({ parts: ["projects"] }), dots),
    };
  }

  return { lines, record, seriesOf };
})();
