"""How fast the engine for browsers is beside the native one, in Node, whose compiler is Chromium's.

A new process compiles the module anew, as a page does that is opened; later runs are those of moved sliders.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import partial
from statistics import median

from benchmarks.timing import Figure, in_turn, ratios, seconds
from seci_sim.browser.files import ASSETS
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.seci.organisation import Organisation

SCENARIO, WEEKS, LATER = "one-percent", 208, 12

TIMED = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [assets, scenario, weeks, runs] = process.argv.slice(1);
const { openEngine } = await import(pathToFileURL(`${assets}/engine.js`));
const catalogue = JSON.parse(readFileSync(`${assets}/catalogue.json`, "utf-8"));
const taken = [];
let began = performance.now();
const engine = await openEngine(readFileSync(`${assets}/seci.wasm`), catalogue);
for (let seed = 0; seed < runs; seed++) {
  engine.start({ scenario, seed }).step(Number(weeks));
  taken.push((performance.now() - began) / 1000);
  began = performance.now();
}
process.stdout.write(JSON.stringify(taken));
"""
"""Seconds of each run from its beginning to its end; the first opens the engine, too."""


def measure(quick: bool) -> list[Figure]:
    """One run of 220 people in a browser's engine and in the native one."""
    node = shutil.which("node")
    if node is None:
        raise ModuleNotFoundError("No Node", name="node")
    first: list[float] = []

    def in_node() -> float:
        times = _in_node(node)
        first.append(times[0])
        return median(times[LATER // 2 :])

    found = in_turn({"node": in_node, "native": _native}, 3 if quick else 9)
    return [
        Figure("ratio_browser_to_native", ratios(found["node"], found["native"]), "times",
               f"A run of 220 people and {WEEKS} weeks by the engine for browsers, by the native one",
               "at most 3"),
        Figure("seconds_run_in_browser", found["node"], "s", "That run, once the page has run some", "less than 0.15"),
        Figure("seconds_first_run_in_browser", first, "s", "Opening the engine, and its first run"),
    ]  # fmt: skip


def _in_node(node: str) -> list[float]:
    command = [node, "--input-type=module", "-e", TIMED, str(ASSETS), SCENARIO, str(WEEKS), str(LATER)]  # fmt: skip
    said = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    found: list[float] = json.loads(said.stdout)
    return found


def _native() -> float:
    """Median seconds of a run, from its beginning to its end."""
    settings = read_scenario(SCENARIO)
    times = [seconds(partial(_run, settings, seed)) for seed in range(LATER)]
    return median(times[LATER // 2 :])


def _run(settings: Scenario, seed: int) -> None:
    Organisation(settings, seed).run(WEEKS)
