// Run cases in Node: `node engine_in_node.mjs ASSETS < cases.json`; the answers are JSON, too.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { answers } from "./engine_answers.js";

const assets = process.argv[2];
const { openEngine } = await import(pathToFileURL(`${assets}/engine.js`));
const catalogue = JSON.parse(readFileSync(`${assets}/catalogue.json`, "utf-8"));
const engine = await openEngine(readFileSync(`${assets}/seci.wasm`), catalogue);
process.stdout.write(JSON.stringify(answers(engine, JSON.parse(readFileSync(0, "utf-8")))));
