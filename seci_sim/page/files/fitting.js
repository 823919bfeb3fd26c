// That the parts of a scenario fit together, as seci_sim/scenario/checks.py and units.py check it.
(function (seci) {
  "use strict";

  const { shown, folded } = seci.wording;
  const HEADQUARTERS = ["headquarters", "regional headquarters"];
  const AFFILIATE = "affiliate";

  // A number as Python shows it.
  const told = (value, { kind }) => (kind === "number" && Number.isInteger(value) ? `${value}.0` : shown(value));
  const percent = (share) => `${Number((100 * share).toPrecision(12))}%`;

  function known(reading, path, name, kind, names) {
    if (name !== null && !names.includes(name)) reading.report(path, `no ${kind} is called ${shown(name)}`, { unknown: name, known: names });
  }

  // What a unit, a stakeholder or a change may say of itself; gives whether all is well.
  function unit(reading, one, path) {
    const affiliate = one.kind === AFFILIATE;
    const { of_markets: ofMarkets, longest_market: longest } = reading.schema;
    const foreign = affiliate ? ["lives_in"] : ["market", "reports_to", ...ofMarkets];
    const what = affiliate ? "is not for affiliates: their staff live in their market" : `is for affiliates, not for ${one.kind}`;
    const strange = foreign.filter((name) => one[name] !== null && !(name === "households" && !Object.keys(one[name]).length));
    for (const name of strange) reading.report([...path, name], what);
    if (strange.length) return;
    if (one.market !== null && one.market.length > longest) reading.report([...path, "market"], "the market's name is too long", { allowed: `at most ${longest} characters` });
    else if (one.needs_differing !== null && one.resembles === null) reading.report([...path, "needs_differing"], "goes with resembles only");
  }

  function stakeholder(reading, one, path) {
    if (one.kind === "local partner" && one.market === null) reading.report(path, "a local partner needs a market");
    if (one.kind === "global partner" && one.market !== null) reading.report([...path, "market"], "a global partner has no market");
    if (one.kind !== "local partner" && one.supports_patients) reading.report([...path, "supports_patients"], "is for local partners only");
  }

  const says = (value) => value !== null && value !== undefined && (typeof value !== "object" || Object.keys(value).length > 0);

  function change(reading, one, path) {
    const { goes_with: goesWith, actions } = reading.schema;
    for (const [name, others] of Object.entries(goesWith)) {
      if (says(one[name]) && !others.some((other) => says(one[other]))) reading.report([...path, name], `goes with ${others.join(" or ")} only`);
    }
    if (!actions.some((action) => says(one[action]))) reading.report(path, `nothing changes; give at least one of ${actions.join(", ")}`);
    if (one.transition_hours !== null && one.transition_weeks === null) reading.report([...path, "transition_hours"], "needs transition_weeks");
    if (new Set(one.lose).size < one.lose.length) reading.report([...path, "lose"], "names the same thing twice");
  }

  const EACH = { units: unit, stakeholders: stakeholder, timeline: change, rivals: () => {} };

  function units(reading, { units, markets }) {
    const { schema } = reading;
    const offices = units.filter(({ kind }) => HEADQUARTERS.includes(kind)).map(({ name }) => name);
    if (!markets.length) reading.report(["units"], "needs at least one affiliate: without a market nobody is served");
    const [byFolded, said] = [new Map(), new Map()];
    units.forEach((one, place) => {
      for (const [field, kind, names] of [["lives_in", "market", markets], ["reports_to", "headquarters", offices], ["resembles", "market", markets]]) known(reading, ["units", place, field], one[field], kind, names);
      const { market } = one;
      if (market === null) return;
      const first = byFolded.get(folded(market)) ?? byFolded.set(folded(market), market).get(folded(market));
      if (first !== market) reading.report(["units", place, "market"], `differs from market "${first}" only in case`, { got: shown(market) });
      if (folded(market) === schema.everywhere) reading.report(["units", place, "market"], `"${schema.everywhere}" stands for all markets together; choose another name`);
      for (const name of schema.of_markets.filter((field) => says(one[field]))) {
        const [id, value] = [`${market}\0${name}`, JSON.stringify(one[name])];
        if (!said.has(id)) said.set(id, value);
        else if (said.get(id) !== value) reading.report(["units", place, name], `market "${market}" already has ${told(JSON.parse(said.get(id)), reading.schema.sections.Unit[name])}`, { got: shown(one[name]) });
      }
      if (one.resembles !== null && markets.indexOf(one.resembles) >= markets.indexOf(market)) reading.report(["units", place, "resembles"], `must be listed before "${market}", the market that resembles it`, { got: shown(one.resembles) });
    });
  }

  function shares(reading, path, given, bands) {
    for (const [name, share] of Object.entries(given)) {
      known(reading, [...path, name], name, "income band", bands);
      if (!(share >= 0 && share <= 1)) reading.report([...path, name], `is too ${share < 0 ? "small" : "large"}`, { allowed: "0% to 100%", got: shown(share) });
    }
  }

  function households(reading, { units }, bands) {
    units.forEach(({ households }, place) => {
      if (!Object.keys(households).length) return;
      const path = ["units", place, "households"];
      shares(reading, path, households, bands);
      const all = Object.values(households);
      const total = all.reduce((sum, share) => sum + share, 0);
      if (all.every((share) => share >= 0 && share <= 1) && Math.abs(total - 1) > 1e-6) reading.report(path, `households of the bands sum to ${percent(Number(total.toFixed(6)))}, not to 100%`);
    });
  }

  function timeline(reading, { timeline, horizon, units, markets, rivals }) {
    const names = units.map(({ name }) => name);
    const first = new Map();
    timeline.forEach((one, place) => {
      const path = ["timeline", place];
      known(reading, [...path, "unit"], one.unit, "unit", names);
      known(reading, [...path, "market"], one.market, "market", markets);
      known(reading, [...path, "rival"], one.rival, "rival", rivals.map(({ name }) => name));
      if (one.week > horizon) reading.report([...path, "week"], "comes after the end of the run", { allowed: `1 to ${horizon} weeks`, got: shown(one.week) });
      const touched = [
        ...Object.keys(one.policy).map((name) => [["policy", name], `policy ${name}`]), ...one.lose.map((name) => [["lose"], `lose ${name}`]),
        ...[["staff_leave", one.unit], ["needs_jump", one.market]].filter(([name]) => one[name] !== null).map(([name, scope]) => [[name], `${name} ${scope}`]),
      ];
      for (const [field, setting] of touched) {
        const id = `${one.week} ${one.rival} ${setting}`;
        if ((first.get(id) ?? first.set(id, place).get(id)) !== place) reading.report([...path, ...field], `is changed twice in week ${one.week}`);
      }
    });
  }

  function competing(reading, { rivals, timeline, units }, competes, sameForAll) {
    if (competes && !rivals.length) reading.report(["competition"], "says nothing without rivals; list them under rivals");
    if (rivals.length && units.some(({ firm }) => firm)) reading.report(["rivals"], "a scenario has rivals, or firms that join in a merger, not both");
    seci.sameNames(reading, ["rivals"], rivals.map(({ name }) => name));
    rivals.forEach(({ name }, place) => {
      if (name.endsWith("horizon")) reading.report(["rivals", place, "name"], 'must not end in "horizon", which tables use for something else', { got: shown(name) });
    });
    timeline.forEach((one, place) => {
      const shared = one.rival === null ? [] : sameForAll.filter((name) => one[name] !== null);
      for (const name of shared) reading.report(["timeline", place, name], "happens to all firms alike; leave out rival, or write a change of its own");
    });
  }

  // What a trial may say of itself, in this order, wherever it stands in a line.
  seci.trialFits = function (reading, { among, from, to, policy, outcomes }) {
    const report = (field, what, more) => reading.report(["trial", ...field], what, { order: 0, ...more });
    const may = reading.schema.may_differ[among];
    if (!Object.keys(policy).length) report(["policy"], "changes nothing; give the treated arm another policy");
    for (const name of Object.keys(policy)) if (!may.includes(name)) report(["policy", name], `cannot differ between ${among}`, { allowed: may.join(", ") });
    if (new Set(outcomes).size < outcomes.length) report(["outcomes"], "names the same thing twice");
    if (to < from) report(["to"], `comes before the first week, ${from}`, { got: shown(to) });
  };

  function trial(reading, { trial, horizon }) {
    if (trial && trial.to > horizon) reading.report(["trial", "to"], "comes after the end of the run", { allowed: `${trial.from} to ${horizon} weeks`, got: shown(trial.to) });
  }

  function invitations(reading, path, policy, stakeholders) {
    const there = new Set(stakeholders.map(({ kind }) => kind));
    for (const [name, kind] of Object.entries(reading.schema.invitations)) {
      if (policy[name] && !there.has(kind)) reading.report([...path, name], `invites a ${kind}, but no stakeholder of that kind is declared`, { got: policy[name] === true ? "yes" : String(policy[name]) });
    }
  }

  // Of a whole scenario, whose fields are well by themselves; policy: what is written of it; competes: whether competition is.
  seci.misfits = function (reading, scenario, { policy, bands, competes, sameForAll }) {
    seci.sameNames(reading, ["units"], scenario.units.map(({ name }) => name));
    seci.sameNames(reading, ["stakeholders"], scenario.stakeholders.map(({ name }) => name));
    units(reading, scenario);
    scenario.stakeholders.forEach(({ market }, place) => known(reading, ["stakeholders", place, "market"], market, "market", scenario.markets));
    households(reading, scenario, bands);
    timeline(reading, scenario);
    competing(reading, scenario, competes, sameForAll);
    trial(reading, scenario);
    const changed = ["timeline", "rivals"].flatMap((list) => scenario[list].map((one, place) => [[list, place, "policy"], one.policy]));
    const tried = scenario.trial ? [[["trial", "policy"], scenario.trial.policy]] : [];
    const policies = [[["policy"], policy], ...changed, ...tried];
    for (const [path, written] of policies) {
      invitations(reading, path, written, scenario.stakeholders);
      shares(reading, [...path, "shares_paid"], written.shares_paid || {}, bands);
    }
  };
  seci.fitsItself = (reading, list, one, place) => EACH[list](reading, one, [list, place]);
})(window.SeciPlayer);
