"""The page's own reader of scenario files says what Python says, line by line, and reads the same scenario."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from seci_sim.browser.catalogue import in_full
from seci_sim.page.document import catalogue_of, script
from seci_sim.page.worlds import stated
from seci_sim.parameters import declarations
from seci_sim.scenario import scenario_of
from seci_sim.scenario.problems import InputProblem

LABEL = "mine.yaml"

HEAD = "name: Mine\nquestion: Why?\n"

READER = (
    "kept/yaml",
    *(
        f"files/{name}"
        for name in ("wording", "tree", "quantities", "reading", "fitting", "scenario")
    ),
)

READING = """
globalThis.window = { SeciPlayer: {} };
const given = JSON.parse(require("fs").readFileSync(0, "utf-8"));
require("vm").runInThisContext(given.script);
const seci = window.SeciPlayer;
const read = (text) => {
    try { return { scenario: seci.scenarioOf(text, given.label, given.catalogue) }; } catch (refused) {
        if (!(refused instanceof seci.Refused)) throw refused;
        return { lines: refused.message.split("\\n") };
    }
};
console.log(JSON.stringify(given.texts.map(read)));
"""

UNITS = """units:
- {name: Office, kind: headquarters, staff: 4}
- {name: West, kind: affiliate, staff: 6, price: 20}
- {name: East, kind: affiliate, staff: 5, market: Far East, reports_to: Office, turnover: 20%}
"""

GOOD = [
    HEAD,
    HEAD + "extends: one-percent\npolicy:\n  patient_time: 0.07%\n",
    HEAD + "extends: tiered-pricing-india\nnotes: |\n  Two\n  lines\n",
    HEAD + "horizon: 2 years\npolicy: {visit_hours: 90 min, training_hours: 1 h a week}\n",
    HEAD + "learning: {tacit_half_life: 1 year}\nworld: {needs: 30}\n",
    HEAD + UNITS,
    HEAD
    + UNITS
    + "- {name: ırmak, kind: headquarters, staff: 4}\n- {name: irmak, kind: headquarters, staff: 4}\n",
    HEAD + UNITS + "stakeholders:\n- {name: A, kind: local partner, market: West}\n",
    HEAD
    + "extends: baseline\nstakeholders: []\n"
    + UNITS
    + "policy: {shares_paid: {lowest: 10%}}\n",
    HEAD
    + "timeline:\n- week: 52\n  policy: {patient_time: 2%}\n- week: 1 year\n  lose: [library]\n"
    "- {week: 3, staff_leave: 30%, unit: Market A, who_leaves: surest}\n",
    HEAD + "extends: merger\npolicy: {patient_time: 0.5%}\n",
    HEAD + "extends: two-rivals\ncompetition: {leak: 50%, leak_weeks: 1 year}\n",
    HEAD
    + "extends: one-percent\nrivals:\n- {name: Copier, policy: {patient_time: 0%}}\n- {name: Sleeper}\n"
    "competition: {choice: 5}\ntimeline:\n- {week: 9, rival: Sleeper, lose: [library]}\n- {week: 9, lose: [library]}\n"
    "- {week: 11, needs_jump: 40%}\n",
    HEAD + "trial: {name: Ask, among: pairs, from: 9, to: 12, policy: {mentoring_hours: 2 h}}\n",
    HEAD
    + "trial:\n  name: Ask\n  among: markets\n  share: 30%\n  from: 1 year\n  to: 60\n  outcomes: [skill, hours]\n"
    "  policy: {patient_time: 2%, dialogue_patients: 3}\n",
    HEAD + "extends: meet-a-colleague\ntrial: {to: 170, policy: {reading_hours: 1 h}}\n",
    "# nothing but this\nname: 'Übung eins'\nquestion: \"Was: ist das?\"\nhorizon: 10\n",
]
"""Files that both read."""

MISTAKEN = [
    "",
    "- one\n",
    "name: Mine\n",
    HEAD + "policy:\n  patient_tim: 1%\n  patient_time: 1\n  workshops: 3\n",
    HEAD + "patient_time: 1%\nhorizn: 3\n",
    HEAD + "horizon: 0\npolicy: {patient_time: 200%, mentoring_hours: 1%, socialization: maybe}\n",
    HEAD + "horizon: 1.5 years and more\nlearning: {unsure_below: 0.95, showing: yes}\n",
    HEAD + "horizon: 1e2\npolicy: {patient_time: '1', training_hours: 0x10, mentoring_hours: 01}\n",
    HEAD + "policy: {training_hours: 1'000, mentoring_hours: '1,5', visit_hours: .inf}\n",
    HEAD + "world: {needs: 30.5, drift: ~, local_difference: 60%}\n",
    "name: 2024-01-17\nquestion: yes\n",
    "name: NA\nquestion: ' Why?'\n",
    f"name: {'x' * 81}\nquestion: Why?\n",
    HEAD + "extends: one-percnt\n",
    HEAD + "extends: one-percent\n" + UNITS,
    HEAD + "extends: ''\n",
    HEAD + "policy: 3\nunits: 4\nnotes: [a]\n",
    HEAD + "units: []\n",
    HEAD + "units:\n- {name: Office, kind: headquarter, staff: 4}\n- {kind: affiliate, staff: 1}\n",
    HEAD + "units:\n- {name: Office, kind: headquarters, staff: 4}\n",
    HEAD + UNITS + "- {name: office, kind: headquarters, staff: 4, lives_in: Wst}\n",
    HEAD + UNITS + "- {name: STRASSE, kind: headquarters, staff: 4}\n- {name: Straße, kind: headquarters, staff: 4}\n- {name: STRAẞE, kind: headquarters, staff: 4}\n",
    HEAD + UNITS + "- {name: ΟΔΟΣ, kind: headquarters, staff: 4}\n- {name: οδος, kind: headquarters, staff: 4}\n- {name: οδοσ, kind: headquarters, staff: 4}\n",
    HEAD + "polıcy: {}\nPOLICY: {}\nſtakeholders: []\n",
    HEAD + UNITS + "- {name: North, kind: affiliate, staff: 4, market: West, price: 30}\n",
    HEAD + UNITS + "- {name: South, kind: affiliate, staff: 4, lives_in: West}\n",
    HEAD + UNITS + "- {name: Hub, kind: headquarters, staff: 4, price: 3}\n",
    HEAD + UNITS + "- {name: South, kind: affiliate, staff: 4, needs_differing: 10%}\n",
    HEAD + UNITS + "- {name: all, kind: affiliate, staff: 4, resembles: all}\n",
    HEAD + UNITS + "- {name: S, kind: affiliate, staff: 4, households: {lowest: 50%, rich: 1%}}\n",
    HEAD + "policy: {shares_paid: {lowst: 10%, low: 200%}}\n",
    HEAD + "stakeholders:\n- {name: A, kind: local partner}\n- {name: B, kind: global partner, market: X}\n",
    HEAD + "stakeholders:\n- {name: A, kind: local partner, market: Market E}\n",
    HEAD + "stakeholders: []\npolicy: {dialogue_local_partners: 2, financial_agency: yes}\n",
    HEAD + "timeline:\n- week: 500\n  lose: [library]\n- week: 3\n- {week: 4, lose: [libary]}\n",
    HEAD + "timeline:\n- week: 500\n  lose: [library, library]\n",
    HEAD + "timeline:\n- {week: 4, unit: Market A, lose: [library]}\n- {transition_hours: 2, week: 3}\n",
    HEAD + "timeline:\n- {week: 4, policy: {patient_time: 1%}}\n- {week: 4, policy: {patient_time: 2%}}\n",
    HEAD + "timeline:\n- {week: 4, staff_leave: 10%, unit: Market Z}\n- {policy: {patient_time: 1}}\n",
    HEAD + "competition: {leak: 50%}\n",
    HEAD + "competition: {leak: 2, choice: 200, swiching: 1%}\nrivals: [{nme: A}, {name: B, policy: {patient_tim: 1%}}]\n",
    HEAD + "extends: merger\nrivals: [{name: Copier}]\n",
    HEAD + "rivals: [{name: Copier}, {name: copier, policy: {dialogue_local_partners: 2}}, {name: horizon}]\nstakeholders: []\n",
    HEAD + "rivals: [{name: Copier}]\ntimeline:\n- {week: 4, rival: Coper, lose: [library]}\n- {week: 5, rival: Copier, needs_jump: 10%}\n"
    "- {week: 6, rival: Copier, lose: [library]}\n- {week: 6, rival: Copier, lose: [library]}\n",
    HEAD + "trial: {}\n",
    HEAD + "trial: {name: Ask, among: peple, from: 1, to: 900, policy: {}, shar: 1}\n",
    HEAD + "trial: {name: Ask, among: people, from: 9, to: 4, policy: {turnover: 1%, mentors: yes}, outcomes: [skill, skill]}\n",
    HEAD + "horizon: 20\ntrial: {name: Ask, among: units, from: 9, to: 40, policy: {}}\n",
    HEAD + "horizon: 20\ntrial: {name: Ask, among: units, from: 9, to: 40, policy: {turnover: 3%}, outcomes: []}\n",
    HEAD + "stakeholders: []\ntrial: {name: Ask, among: markets, from: 9, to: 12, policy: {dialogue_local_partners: 2}, follow_up: -1}\n",
    HEAD + "extends: meet-a-colleague\ntrial: {to: 150, before: 0}\n",
    HEAD + "trial: {name: Ask, among: people, to: 4, policy: {patient_time: 3%}, outcomes: [skill, Ask]}\n",
    HEAD + "name: Again\n",
    HEAD + "policy: &p {patient_time: 1%}\nworld: *p\n",
    HEAD + "policy: !!map {}\n",
    HEAD + "<<: {}\n",
    HEAD + "---\nname: Two\n",
    HEAD + "1: 2\n",
    HEAD + "notes: 'a\u200bb'\n",
    HEAD + "a: " + "{b: " * 21 + "}" * 21 + "\n",
]  # fmt: skip
"""Files with mistakes that both tell in the same lines."""


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Any]:
    return catalogue_of({})


def read_in_node(texts: list[str], catalogue: dict[str, Any]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node is installed")
    given = {"script": script(READER), "label": LABEL, "catalogue": catalogue, "texts": texts}
    said = subprocess.run(
        [node, "-e", READING], input=json.dumps(given), capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def test_the_page_reads_a_file_as_python_does(catalogue: dict[str, Any]) -> None:
    usual = {one.name: one.default for one in declarations()}
    for text, found in zip(GOOD, read_in_node(GOOD, catalogue), strict=True):
        assert "scenario" in found, (text, found)
        theirs, scenario = found["scenario"], scenario_of(text.encode(), LABEL)
        theirs["values"] = {n: v for n, v in theirs["values"].items() if v != usual[n]}
        theirs.pop("by_band")
        assert set(theirs.pop("stated")) >= set(stated(scenario)), text
        assert theirs == json.loads(json.dumps(in_full(scenario))), text


def test_the_page_tells_mistakes_in_pythons_lines(catalogue: dict[str, Any]) -> None:
    for text, found in zip(MISTAKEN, read_in_node(MISTAKEN, catalogue), strict=True):
        with pytest.raises(InputProblem) as refused:
            scenario_of(text.encode(), LABEL)
        assert found.get("lines") == refused.value.lines, text
