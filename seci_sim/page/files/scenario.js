// A scenario file of one's own, as the engine takes it: strictly read, laid over what it extends.
(function (seci) {
  "use strict";

  const { shown, spelling } = seci.wording;
  const GROUPS = ["world", "learning", "projects", "service", "policy", "competition"];
  const SECTION = { units: "Unit", stakeholders: "Stakeholder", timeline: "Change", rivals: "Rival" };
  const LISTS = Object.keys(SECTION);
  const EMPTY = { households: {}, policy: {}, lose: [], supports_patients: false };

  const marketsOf = (units) => [...new Set(units.map(({ market }) => market).filter((market) => market !== null))];

  const partnersOf = (units) => [
    ...marketsOf(units).map((market) => ({ name: `Local partner in ${market}`, kind: "local partner", market, supports_patients: false })),
    { name: "Global partner", kind: "global partner", market: null, supports_patients: false },
  ];

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // The shipped scenario that a file extends, and the line that says so; null where it extends none.
  function base(tree, label, { scenarios, file_schema: schema }) {
    const node = tree.entries.get("extends");
    tree.entries.delete("extends");
    if (!node) return null;
    const refuse = (what) => {
      throw new seci.Refused(`${label}:${node.line}: extends: ${what}${node.text !== undefined ? `; got ${shown(node.text)}` : ""}`);
    };
    if (!node.text) refuse("must be the name of a shipped scenario, or a file");
    if (/[./\\]/.test(node.text)) refuse("names another file; make a page with both: seci-sim page class.html FILE");
    if (schema.left_out.includes(node.text)) refuse("the page does not play it; use seci-sim run");
    const shipped = Object.keys(scenarios).filter((name) => !/\/|^own-|^file-/.test(name));
    if (!shipped.includes(node.text)) refuse(`no shipped scenario of this name${spelling(node.text, [...shipped, ...schema.left_out])}`);
    return scenarios[node.text];
  }

  // A unit, stakeholder or change with all its fields.
  function whole(list, one, { sections }) {
    const found = Object.fromEntries(Object.keys(sections[SECTION[list]]).map((field) => [field, one[field] ?? structuredClone(EMPTY[field]) ?? null]));
    if (list === "units" && found.kind === "affiliate") found.market ??= found.name;
    return found;
  }

  // Changes by week, as the scenario keeps them, so that problems find their lines.
  function inOrder(tree, reading) {
    const node = tree.entries.get("timeline");
    if (!node || !node.items) return;
    const week = ({ entries }) => {
      try {
        return seci.quantities.numberOf(entries.get("week"), "weeks", false, reading.schema);
      } catch {
        return 0;
      }
    };
    const weeks = new Map(node.items.map((item) => [item, week(item)]));
    node.items.sort((one, other) => weeks.get(one) - weeks.get(other));
  }

  function laidOver(under, fields) {
    const values = { ...(under ? under.values : {}) };
    for (const group of GROUPS) for (const [name, value] of Object.entries(fields[group] || {})) {
      const full = `${group}.${name}`;
      values[full] = value !== null && typeof value === "object" && Object.keys(value).length ? { ...values[full], ...value } : value;
    }
    return values;
  }

  // What the file says itself of what is doubted elsewhere: it holds in every world.
  function statedIn(under, fields, units, rivals, { sections }) {
    const ofRivals = Object.keys(sections.Competition).map((name) => `competition.${name}`);
    const inherited = under ? under.stated.filter((name) => under.rivals.length || !ofRivals.includes(name)) : [];
    const found = [...inherited, ...(rivals.length ? [] : ofRivals), ...GROUPS.flatMap((group) => Object.keys(fields[group] || {}).map((name) => `${group}.${name}`))];
    if (units.every(({ turnover }) => turnover !== null)) found.push("policy.turnover");
    for (const field of ["price", "eligible_patients"]) {
      if (marketsOf(units).every((market) => units.some((unit) => unit.market === market && unit[field] !== null))) found.push(`service.${field}`);
    }
    return found;
  }

  // What a file says of a trial, over what it extends.
  function trialOf(under, { trial }, { usual_trial: usual }) {
    const before = (under && under.trial) || { ...usual, policy: {} };
    return trial ? { ...before, ...trial, policy: { ...before.policy, ...trial.policy } } : under && under.trial;
  }

  // catalogue: of the engine, with the schema of files. Throws seci.Refused, whose message has a line for each mistake.
  seci.scenarioOf = function (text, label, catalogue) {
    const { file_schema: schema, scenarios } = catalogue;
    const tree = seci.treeOf(text, label);
    const reading = new seci.Reading(schema, label);
    reading.root = tree.line;
    const under = base(tree, label, catalogue);
    if (under && under.trial) reading.inherited.push("trial");
    inOrder(tree, reading);
    const fields = reading.section("Scenario", tree, [], false);
    for (const field of ["name", "question"]) {
      if (!tree.entries.has(field) && (field === "name" || !under)) reading.report([field], "is missing");
    }
    const lists = Object.fromEntries(LISTS.filter((list) => fields[list]).map((list) => [list, fields[list].map((one) => whole(list, one, schema))]));
    if (fields.trial && !reading.amiss(["trial"])) seci.trialFits(reading, trialOf(under, fields, schema));
    for (const list of Object.keys(lists)) lists[list].forEach((one, place) => !reading.amiss([list, place]) && seci.fitsItself(reading, list, one, place));
    const plain = under || scenarios.baseline;
    const units = lists.units || (under ? under.units : schema.default_units);
    const usual = !under || same(under.stakeholders, partnersOf(under.units));
    const stakeholders = lists.stakeholders || (usual ? partnersOf(units) : under.stakeholders);
    const rivals = lists.rivals || (under ? under.rivals : []);
    const found = {
      name: fields.name, question: fields.question ?? (under && under.question), notes: fields.notes ?? (under ? under.notes : ""), horizon: fields.horizon ?? (under ? under.horizon : schema.horizon),
      values: laidOver(under, fields), units, stakeholders, timeline: lists.timeline || (under ? under.timeline : []), rivals, trial: trialOf(under, fields, schema), meetings: [], markets: marketsOf(units),
      by_band: plain.by_band, stated: statedIn(under, fields, units, rivals, schema),
    };
    if (fields.model && fields.model !== "seci") reading.report(["model"], "the page does not play it; use seci-sim run", { got: shown(fields.model) });
    if (under && under.timeline.length && !lists.timeline && (lists.units || lists.stakeholders)) {
      reading.report([lists.units ? "units" : "stakeholders"], "the page does not lay them over a timeline; make a page with this file: seci-sim page class.html FILE");
    }
    const strange = !lists.stakeholders && stakeholders.some(({ market }) => market !== null && !found.markets.includes(market));
    if (strange) reading.report(["units"], "lack what the stakeholders of the scenario that this one extends name; list stakeholders too");
    if (!reading.problems.length) {
      const usually = Object.fromEntries(catalogue.parameters.map((one) => [one.name, one.default]));
      const bands = (found.values["service.bands"] || usually["service.bands"]).map(({ name }) => name);
      const competes = Object.entries(found.values).some(([name, value]) => name.startsWith("competition.") && value !== usually[name]);
      const policy = Object.fromEntries(Object.entries(found.values).filter(([name]) => name.startsWith("policy.")).map(([name, value]) => [name.slice(7), value]));
      seci.misfits(reading, found, { policy, bands, competes, sameForAll: catalogue.constants.same_for_all });
    }
    if (reading.problems.length) throw new seci.Refused(reading.lines().join("\n"));
    return found;
  };
})(window.SeciPlayer);
