// One run is one course of luck in one world: the same settings with other luck, and in other worlds, as thin lines.
(function (seci) {
  "use strict";

  const SEEDS = 30;
  const AT_A_TIME = 5;

  // What is asked for, with the luck of another seed.
  const withLuck = (asked, seed, number) => asked.map((one) => ({ ...one, seed: String((BigInt(seed) + BigInt(number)) % 2n ** 63n) }));

  // What is asked for in a world: what nobody has measured has other values there, but for what is stated or was set.
  function inWorld(asked, { names, rows }, number) {
    const { scenarios } = seci.source.catalogue;
    const kept = new Set(asked.flatMap(({ scenario, values = {} }) => [...scenarios[scenario].stated, ...Object.keys(values)]));
    const world = Object.fromEntries(names.map((name, place) => [name, rows[number - 1][place]]).filter(([name]) => !kept.has(name)));
    return asked.map((one) => ({ ...one, values: { ...world, ...one.values } }));
  }

  // How often the second line ends above the first, of those pairs of which both have an end.
  function compared(thin, many) {
    const ends = (run) => thin.filter((line) => line.run === run).map(({ values }) => values[values.length - 1]);
    const [first, second] = [ends(0), ends(1)];
    if (!second.length) return "";
    const pairs = second.map((end, place) => [first[place], end]).filter((pair) => !pair.includes(null));
    const above = pairs.filter(([one, other]) => other > one).length;
    const whole = pairs.length === many ? "" : " in which both have an end";
    return ` ${seci.LOOKS[1].mark} ends above ${seci.LOOKS[0].mark} in ${above} of ${pairs.length}${whole}.`;
  }

  async function draw(player, { outcome, many, ask, words }) {
    const { runs } = player;
    player.charts[0].element.scrollIntoView({ block: "nearest" });
    const drawing = {};
    player.drawing = drawing;
    const thin = [];
    for (let number = 1; number <= many; number++) {
      const lines = await Promise.all(ask(number).map((one) => seci.source.lines({ ...one, outcome })));
      // It may have moved on meanwhile.
      if (player.runs !== runs || player.drawing !== drawing) return;
      thin.push(...lines.map(({ weeks, curves }, run) => ({ run, weeks, values: curves[outcome] })));
      if (number % AT_A_TIME && number < many) continue;
      player.charts[0].behind([...thin], player.frame);
      seci.say(player.charts[0].note, `${words(number)} The thick line is the run that is played.${compared(thin, number)}`);
    }
  }

  // asked: what the player shows; outcome: the measure of its first chart. Lines appear a few at a time.
  seci.drawLuck = (player, { asked, outcome, seed }) =>
    draw(player, {
      outcome, many: SEEDS, ask: (number) => withLuck(asked, seed, number),
      words: (number) => `${number} other courses of luck.`,
    });

  seci.drawWorlds = async function (player, { asked, outcome, seed }) {
    await seci.source.ready();
    const { worlds } = seci.source.catalogue;
    return draw(player, {
      outcome, many: worlds.rows.length, ask: (number) => inWorld(withLuck(asked, seed, number), worlds, number),
      words: (number) => `${number} other worlds: what nobody has measured has other values there, and luck is another.`,
    });
  };
})(window.SeciPlayer);
