// Run a script in Node: `node engine_in_node.mjs ASSETS SCRIPT < given.json`; what it returns is written as JSON.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { answers } from "./engine_answers.js";

const [, , assets, script] = process.argv;
const { openEngine } = await import(pathToFileURL(`${assets}/engine.js`));
const { serve } = await import(pathToFileURL(`${assets}/worker.js`));
const catalogue = JSON.parse(readFileSync(`${assets}/catalogue.json`, "utf-8"));
const module = readFileSync(`${assets}/seci.wasm`);
const engine = await openEngine(module, catalogue);
const given = JSON.parse(readFileSync(0, "utf-8"));
const told = { answers, catalogue, engine, given, module, serve };
const work = new Function(...Object.keys(told), `return (async () => { ${script} })();`);
process.stdout.write(JSON.stringify(await work(...Object.values(told))));
