"""What a result depends on: what was chosen and which rules ran, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from package_copy import copied, copy, edit, ran, said

from seci_sim.cli import answer_to
from seci_sim.engine import first_use
from seci_sim.engine.imports import NAME, texts
from seci_sim.lab import Experiment, provenance
from seci_sim.lab.experiment_files import shipped_experiments
from seci_sim.lab.provenance import model_fingerprint
from seci_sim.parameters import HOURS_A_WEEK, RESULTS, Learning
from seci_sim.scenario import Scenario, read_scenario, with_levers

__all__ = ["copy"]
"""A fixture."""

TRIAL = """
name: Trial
question: Does the code know more?
scenario: firm.yaml
vary: {march.p1: [10%, 90%]}
replications: 4
outcomes: [code_knowledge]
"""
FIRM = """
name: Firm
question: Does the code know more?
model: march-1991
horizon: 20
march: {items: 10}
"""
PLAIN = {"NUMBA_DISABLE_JIT": "1"}
"""So small an organisation is quicker than compiling its rules."""

NEW = '\n    added: float = parameter(0.0, "share", (0, 1), (0, 1), "rule", "assumed: for a test.")'


def home_of(copy: Path, text: str) -> str:
    """The one file of the copy in which some text stands."""
    (found,) = [p for p in (copy / NAME).rglob("*.py") if text in p.read_text("utf-8")]
    return found.relative_to(copy / NAME).as_posix()


def add_a_parameter(copy: Path, section: str) -> None:
    """Declare one more parameter, which no rule asks for, in front of a section's others."""
    path = copy / NAME / home_of(copy, f"class {section}(Section)")
    before, head, after = path.read_text("utf-8").partition(f"class {section}(Section)")
    path.write_text(before + head + re.sub(r"\n(?=    \w+: )", NEW + "\n", after, count=1), "utf-8")


@pytest.fixture(scope="module")
def half_done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which half of the trial was run."""
    place = copied(tmp_path_factory.mktemp("half_done"))
    write_trial(place)
    done = ran(place, "-c", typed(f"{GO_ON} --shard 1/2"), **PLAIN)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def begun(half_done: Path, tmp_path: Path) -> Path:
    """A copy of the package in which half of the trial was run, to be edited."""
    return Path(shutil.copytree(half_done, tmp_path / "copy"))


def write_trial(folder: Path) -> None:
    (folder / "trial.yaml").write_text(TRIAL)
    (folder / "firm.yaml").write_text(FIRM)


GO_ON = "experiment trial.yaml --out out --workers 1"


def typed(*commands: str) -> str:
    """A program that carries out commands, until one fails, whose exit code is its own."""
    return f"""
import sys
from {NAME}.cli import answer_to
for command in {commands!r}:
    if code := answer_to(command.split()):
        sys.exit(code)
"""


# A new parameter ----------------------------------------------------------------------------------

FINGERPRINTS = f"""
from {NAME}.lab import Experiment
from {NAME}.lab.experiment_files import shipped_experiments
from {NAME}.lab.provenance import model_fingerprint
from {NAME}.engine.imports import texts
print(model_fingerprint(texts()))
for name in shipped_experiments():
    print(name, Experiment.load(name).fingerprint)
"""
DEFAULTS = """
from golden_runs import changed_defaults, defaults_today, kept_defaults
print(len(changed_defaults(kept_defaults()[1], defaults_today())), "Learning.added" in defaults_today())
"""


@pytest.mark.slow
def test_a_new_parameter_that_changes_nothing_asks_for_no_page_and_no_result(copy: Path) -> None:
    add_a_parameter(copy, "Learning")
    today = [
        f"{name} {Experiment.load(name).fingerprint}"
        for name in shipped_experiments()
        if name != "sensitivity"  # varies every parameter there is
    ]
    model, *found, moved, added = said(copy, FINGERPRINTS + DEFAULTS)
    pairs = [" ".join(pair) for pair in zip(found[::2], found[1::2], strict=True)]
    assert [pair for pair in pairs if not pair.startswith("sensitivity ")] == today
    assert model == model_fingerprint(texts())
    assert (moved, added) == ("0", "True")


@pytest.mark.slow
def test_a_folder_of_before_it_is_gone_on_with_and_done_again(begun: Path) -> None:
    add_a_parameter(begun, "March")
    again = ran(begun, "-c", typed(f"{GO_ON} --resume", "rerun out"), **PLAIN)
    assert (again.returncode, "The same to the bit: 8 runs." in again.stdout) == (0, True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nor_does_any_golden_run_move(copy: Path) -> None:
    add_a_parameter(copy, "Learning")
    golden = Path(__file__).with_name("refresh_golden.py")
    assert ran(copy, str(golden), "--check").stdout.endswith("\nNothing moved.\n")


# What ends it -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "said_of_it"),
    [
        ("    differing = 0.0\n", "    differing = 0.0 + 0.0\n", "model: "),
        *(
            pytest.param(*other, marks=pytest.mark.slow)
            for other in (
                (
                    'parameter(50, "people"',
                    'parameter(40, "people"',
                    "march.people: 50 there, 40 here",
                ),
                (
                    f"\nRESULTS = {RESULTS}\n",
                    "\nRESULTS = 99\n",
                    f"results: {RESULTS} there, 99 here",
                ),
            )
        ),
    ],
)
def test_another_rule_another_default_or_other_results_end_it(
    old: str, new: str, said_of_it: str, begun: Path
) -> None:
    edit(begun, home_of(begun, old), old, new)
    ended = ran(begun, "-c", typed(f"{GO_ON} --resume"), **PLAIN)
    assert ended.returncode == 6
    assert said_of_it in ended.stderr.splitlines()[-1]


def changed(module: str, old: str, new: str) -> bool:
    """Whether the model is another one once some text of a module is."""
    before = texts()
    name = f"{NAME}.{module}"
    assert old in before[name]
    after = {**before, name: before[name].replace(old, new, 1)}
    return model_fingerprint(after) != model_fingerprint(before)


def test_a_text_has_one_fingerprint_on_all_pythons() -> None:
    """Each writes the empty parts of a tree its own way; the tests run on all of them."""
    rule = 'def rule(width: int = 3) -> str:\n    return f"{1:<{width}}"\n'
    assert model_fingerprint({f"{NAME}.model": rule}) == "0995024590adf129"


@pytest.mark.parametrize("module", ["seci.pairing", "model", "declaring", "scenario.scenario"])
def test_a_comment_or_a_docstring_makes_no_other_model(module: str) -> None:
    future = "from __future__ import annotations\n"
    assert not changed(module, future, f"{future}# A remark.\n")
    assert not changed(module, '"""', '"""In other words: ')
    assert changed(module, future, f"{future}SOMETHING = 1\n")


@pytest.mark.parametrize(
    "module",
    [
        "scenario.reading",
        "scenario.sheet.workbook_read",
        "lab.folder",
        "report.policy_table",
        "cli.runs",
    ],
)
def test_nor_does_a_reader_or_a_report(module: str) -> None:
    future = "from __future__ import annotations\n"
    assert not changed(module, future, f"{future}SOMETHING = 1\n")


def test_the_meaning_of_a_number_for_all_is_part_of_the_model() -> None:
    hours = f"HOURS_A_WEEK = {HOURS_A_WEEK}"
    assert changed("declaring", hours, "HOURS_A_WEEK = 30.0")


# What was chosen ----------------------------------------------------------------------------------


def test_a_default_that_is_written_down_is_the_same_scenario() -> None:
    scenario = read_scenario("baseline")
    default = Learning.model_fields["showing"].default
    written = with_levers(scenario, showing=default)
    assert "showing" in written.learning.model_fields_set
    assert written.fingerprint == scenario.fingerprint
    assert with_levers(scenario, showing=default / 2).fingerprint != scenario.fingerprint


def test_only_what_was_chosen_stands_in_a_fingerprint() -> None:
    fields = {"name": "Firm", "question": "Why?", "learning": {"showing": 0.1}, "model": "seci"}
    chosen = Scenario.model_validate(fields).chosen
    assert chosen["learning"] == {"showing": 0.1}
    assert chosen.keys() == {"name", "question", "learning", "units", "stakeholders"}


def test_a_published_model_with_nothing_chosen_is_another_than_the_next() -> None:
    fields = {"name": "Firm", "question": "Why?"}
    models = ("march-1991", "miller-2006", "fang-2010")
    found = {Scenario.model_validate(fields | {"model": m}).fingerprint for m in models}
    assert len(found) == len(models)


# Folders of version 0.1 ---------------------------------------------------------------------------


@pytest.mark.usefixtures("empty_folder")
def test_a_folder_of_before_results_had_a_number_is_still_done_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_trial(Path())
    assert answer_to(GO_ON.split()) == 0
    for name in ("manifest.json", "design.json"):
        path = Path("out", name)
        document = json.loads(path.read_text("utf-8"))
        del document["made_with"]["results"]
        for scenario in document["scenarios"]:
            del scenario["settings"]
            scenario["fingerprint"] = "0" * 64
        path.write_text(json.dumps(document | {"fingerprint": "0" * 64}), "utf-8")
    assert answer_to(["rerun", "out"]) == 0
    assert "The same to the bit: 8 runs." in capsys.readouterr().out
    assert answer_to(["rerun", "out", "--cell", "0"]) == 0


def test_the_fingerprint_that_is_kept_is_that_of_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_use, "CACHE_FOLDER", tmp_path)
    find, kept = provenance._fingerprint_of_this.__wrapped__, tmp_path / "fingerprint"
    right = provenance.model_fingerprint(texts())
    assert find() == right
    before = kept.read_bytes()
    for damaged in (
        b"",
        b"\xff\x00",
        b"one two three",
        b"0123456789abcdef " + right[::-1].encode(),
        bytes([before[0] ^ 1]) + before[1:],
    ):
        kept.write_bytes(damaged)
        assert find() == right
        assert kept.read_bytes() == before
    monkeypatch.setattr(provenance, "model_fingerprint", lambda _: pytest.fail("is asked again"))
    assert find() == right
    monkeypatch.setattr(first_use, "CACHE_FOLDER", tmp_path / "nowhere")
    monkeypatch.setattr(provenance, "model_fingerprint", lambda _: right)
    assert find() == right
