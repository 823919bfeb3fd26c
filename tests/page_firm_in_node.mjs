// What the page understands of lists of people: `node page_firm_in_node.mjs SCRIPTS... < given.json`, each in its turn.

import { readFileSync } from "node:fs";

globalThis.window = { SeciPlayer: {} };
for (const script of process.argv.slice(2)) new Function("window", readFileSync(script, "utf-8"))(globalThis.window);
const { Refused, understood } = globalThis.window.SeciPlayer.firm;
const { declared, today, lists } = JSON.parse(readFileSync(0, "utf-8"));
const answers = lists.map(({ bytes, answers }) => {
  try {
    const { yaml, notes, services } = understood(Uint8Array.from(Buffer.from(bytes, "base64")), declared, answers, today);
    return { yaml, notes, services: Object.fromEntries(services) };
  } catch (problem) {
    if (problem instanceof Refused) return { refused: problem.message };
    throw problem;
  }
});
process.stdout.write(JSON.stringify(answers));
