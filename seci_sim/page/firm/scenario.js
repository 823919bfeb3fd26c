// What units serve, and the scenario of a firm: `own_firm/serving.py` and `as_scenario.py`.
(function (seci) {
  "use strict";

  const { Days, Refused, counted, decoded, grouped, most, people, plain, settle, table, units } = seci.firm;
  const { INVISIBLE, folded } = seci.wording;
  const [HEADQUARTERS, REGIONAL, AFFILIATE] = ["headquarters", "regional headquarters", "affiliate"];
  const LONGEST_NAME = 80;

  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
  const beginning = (text, length) => [...text].slice(0, length).join("");

  // What most rows of a unit say; nothing where no value is that usual.
  function usual(values, atLeast) {
    const said = new Map([...(values || [])].filter(([value]) => value));
    if (!said.size) return "";
    const [value, count] = most(said);
    return count < atLeast * sum([...said.values()]) || (atLeast && count < 2) ? "" : value;
  }

  // What the file itself says of a unit; nothing, if it says nothing.
  function told(name, { facts }, declared) {
    const written = usual(facts.kind, 0);
    const kind = written && declared.kind_words[plain(written)];
    if (written && !kind) throw new Refused(`its column of kinds has another one than ${declared.kinds.join(", ")}`);
    const market = usual(facts.market, declared.most);
    if (kind === AFFILIATE || (market && !kind)) return { kind: AFFILIATE, market: market || beginning(name, declared.longest_market) };
    return kind ? { kind, market } : null;
  }

  // What the name of a unit suggests, or its rows where they differ.
  function byName(name, { facts }, declared) {
    const markets = new Map([...(facts.market || [])].filter(([market]) => market));
    if (markets.size) {
      const [market, count] = most(markets);
      return { kind: AFFILIATE, market: count >= declared.named ? beginning(market, declared.longest_market) : declared.home };
    }
    const text = plain(name);
    const words = text.split(" ");
    const central = words.filter((word) => declared.central.includes(word));
    const isPlace = declared.countries.some((place) => new RegExp(`(?<![\\p{L}\\p{N}_])${place}(?![\\p{L}\\p{N}_])`, "u").test(text));
    if (isPlace && !central.length) return { kind: AFFILIATE, market: beginning(name, declared.longest_market) };
    if (words.some((word) => declared.serving.includes(word)) && central.every((word) => declared.both.includes(word))) {
      const all = sum([...(facts.place || new Map()).values()]);
      const [place, count] = most(facts.place || new Map()) || ["", 0];
      const isOne = place && count >= Math.max(declared.named, declared.most * all) && [...place].length <= declared.longest_market && !/^\d+$/.test(place);
      return { kind: AFFILIATE, market: isOne ? place : declared.home };
    }
    return central.length ? { kind: HEADQUARTERS } : null;
  }

  function served(kept, found, declared, answers, notes) {
    const services = new Map([...kept].map(([name, unit]) => [name, told(name, unit, declared)]));
    const silent = [...kept.keys()].filter((name) => !services.get(name));
    const hasMarkets = (name) => [...(kept.get(name).facts.market || new Map()).keys()].some(Boolean);
    const asked = "market" in found || "kind" in found ? silent.filter(hasMarkets) : silent;
    const proposed = new Map(asked.map((name) => [name, byName(name, kept.get(name), declared)]));
    if (asked.length && ![...proposed.values()].some((one) => one && one.kind === AFFILIATE)) {
      const unclear = asked.filter((name) => !proposed.get(name));
      const largest = asked.reduce((best, name) => (kept.get(name).there > kept.get(best).there ? name : best));
      for (const name of unclear.length ? unclear : [largest]) proposed.set(name, { kind: AFFILIATE, market: declared.home });
    }
    for (const name of silent) services.set(name, proposed.get(name) || { kind: HEADQUARTERS });
    if (silent.length) notes.push(`what ${counted(silent.length, "unit")} serve${silent.length === 1 ? "s" : ""} is proposed from names: look through it`);
    for (const [name, { kind, market }] of Object.entries(answers.services || {})) {
      if (kept.has(name)) services.set(name, kind === AFFILIATE ? { kind, market } : { kind, market: usual(kept.get(name).facts.market, declared.most) });
    }
    return services;
  }

  // What a scenario of these units would be refused for.
  function check(kept, services, declared) {
    const markets = [...new Set([...services.values()].filter(({ kind }) => kind === AFFILIATE).map(({ market }) => market))];
    if (!markets.length) throw new Refused("needs at least one unit that serves a market: without one nobody is served");
    if (new Set(markets.map(folded)).size < markets.length) throw new Refused("two markets differ in capitals only");
    if (markets.some((market) => folded(market) === declared.everywhere)) throw new Refused(`“${declared.everywhere}” stands for all markets together; choose another name`);
    if (markets.some((market) => [...market].length > declared.longest_market)) throw new Refused(`a market’s name has more than ${declared.longest_market} characters`);
    for (const { kind, market } of services.values()) if (kind !== AFFILIATE && market && !markets.includes(market)) throw new Refused("no unit serves the market in which people of headquarters live");
    for (const name of [...kept.keys(), ...markets]) {
      if (!name || name !== name.trim() || [...name].length > LONGEST_NAME || INVISIBLE.test(name) || declared.read_as_missing.includes(name)) throw new Refused(`a unit or a market needs a name of one line, of at most ${LONGEST_NAME} characters, that no program takes for a missing value`);
    }
  }

  // The scenario file of a firm.
  function written({ kept, day, services }, declared) {
    const quoted = (text) => JSON.stringify(text.normalize("NFC"));
    const items = [...kept].map(([name, { there, turnover }]) => {
      const { kind, market } = services.get(name);
      const serves = kind === AFFILIATE ? (market === name ? "" : `, market: ${quoted(market)}`) : market ? `, lives_in: ${quoted(market)}` : "";
      return `  - {name: ${quoted(name)}, kind: ${kind}, staff: ${there}${serves}${turnover ? `, turnover: ${turnover.written}` : ""}}`;
    });
    const markets = [...new Set([...services.values()].filter(({ kind }) => kind === AFFILIATE).map(({ market }) => market.normalize("NFC")))];
    const inMarket = (market) => declared.local_partner.split(declared.market).join(quoted(market).slice(1, -1));
    const parts = [
      "",
      `# Who there is, from the firm's own records: ${grouped(sum([...kept.values()].map(({ there }) => there)))} people in ${kept.size} units${day ? ` on ${day}` : ""}.`,
      "units:",
      ...items,
      "",
      "# Invented, for the records do not say who they are: replace them by your own.",
      "stakeholders:",
      ...[...markets.map(inMarket), ...declared.partners].map((one) => `  - ${one}`),
      "",
    ];
    return declared.scenario.split(declared.parts).join(parts.join("\n"));
  }

  // What is understood of a list of people; answers: {dates, months, columns by name, services by unit}.
  function understood(bytes, declared, answers, today) {
    const notes = [];
    const named = answers.columns || {};
    const list = table(decoded(bytes), declared, named);
    try {
      return firmOf(list, declared, answers, today, notes);
    } catch (refused) {
      throw Object.assign(refused, { header: list.header, found: list.found }); // so that other columns can be chosen
    }
  }

  function firmOf(list, declared, answers, today, notes) {
    notes.push(...list.notes);
    for (const column of ["person", "unit"]) {
      if (!(column in list.found)) throw new Refused(`no column is known as “${column}”: say which one it is`);
    }
    settle(list.mistakes, list.count, declared, notes);
    const days = new Days(declared);
    const made = people(list, days, declared, answers, today, notes);
    const { kept, day } = units(list, made, declared, answers, today, notes);
    const services = served(kept, list.found, declared, answers, notes);
    check(kept, services, declared);
    const firm = { kept, day, services, notes, header: list.header, found: list.found, asksMonths: Boolean(list.asksMonths), order: made.order };
    return { ...firm, yaml: written(firm, declared) };
  }

  Object.assign(seci.firm, { AFFILIATE, HEADQUARTERS, REGIONAL, understood });
})(window.SeciPlayer);
