// Luck that lasts: seci_sim/seci/lasting.py, and the draws before the first week.

const WORD = 2 ** -32;

/** The chances of the members of a group; `place`: room for their words, where these are drawn again and again. */
export function chances({ memory, seed }, size, process, group, week = 0, place = memory.take(4 * size), slot = 0) {
  memory.call("fill_words", memory.view("uint32", place, size), seed, process, week, group, slot);
  return Array.from(memory.view("uint32", place, size), (word) => word * WORD);
}

/** Standing communities of practice: seats of all units, put together by luck for good. */
export function communities(terms, people) {
  const { firm, constants } = terms;
  const interest = firm.units.flatMap((_, unit) =>
    chances(terms, firm.last[unit] - firm.first[unit], constants.luck.COMMUNITY, unit));
  const order = interest.map((_, row) => row).sort((a, b) => interest[a] - interest[b] || a - b);
  const found = [];
  for (let begin = 0; begin < order.length; begin += people) {
    found.push(Array.from({ length: people }, (_, seat) => order[begin + seat] ?? -1));
  }
  return found;
}

/** What simulated patients show the wrong way round, by market and need. */
export function misleading(terms, right) {
  const { firm, world, constants } = terms;
  return firm.markets.map((_, market) =>
    chances(terms, world.needs, constants.luck.SCRIPT, market).map((drawn) => Number(drawn >= right)));
}
