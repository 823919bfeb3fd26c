"""The text of somebody's own model is part of the design: other text, other experiment."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from experiment_files import GRID, experiment

from seci_sim.cli import answer_to
from seci_sim.lab import Experiment
from seci_sim.lab.manifest import AnotherExperiment
from seci_sim.lab.own_model import NotHere, brought_back, with_own
from seci_sim.lab.own_text import text_of
from seci_sim.lab.pool import Here
from seci_sim.lab.sections import OwnModel

SHY = """
import functools
import numpy as np
import shy_habits
from numba import njit
from shy_base import Careful

DOUBT = 0.05
WEIGHTS = np.array([1.0, 0.5])
UNRELATED = 1


def kept(part):
    return 0.9 * part


def half(function):
    @functools.wraps(function)
    def halved(self):
        return 0.5 * function(self)
    return halved


@njit
def compiled(x):
    return x + 1.0


class Habit:
    strength = 0.3

    def apply(self, x):
        return self.strength * x


class Shy(Careful):
    threshold = 0.01
    rules = [kept, lambda x: x + 0.25]
    scale = functools.partial(pow, 2.0)

    def __init__(self, scenario="baseline", *, rng=None, start=0.125, **levers):
        super().__init__(scenario, rng=rng, **levers)
        self.start, self.habit = start, Habit()

    @half
    def bold(self):
        return 4.0

    @property
    def limit(self):
        from shy_late import late

        return late(self.threshold) + compiled(WEIGHTS.sum()) + self.bold() + self.scale(1.5)

    def socialize(self):
        # A remark.
        before = self.knowledge.tacit.copy()
        super().socialize()
        self.knowledge.tacit[:] = shy_habits.smaller(before) * DOUBT + self.rules[0](self.limit) * 0.001


def unrelated():
    return 2.0


def loudest(model):
    return weight(abs(model.knowledge.tacit).max())


def weight(x):
    return float(x) * 2.0
"""
MODULES = {
    "shy": SHY,
    "shy_base": "from seci_sim import SECIModel\n\n\nclass Careful(SECIModel):\n"
    "    def combine(self):\n        super().combine()\n        self.care = 0.75\n",
    "shy_habits": "FACTOR = 0.6\n\n\ndef smaller(x):\n    return FACTOR * x\n",
    "shy_late": "def late(x):\n    return x + 0.0625\n",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with modules of somebody's own, from which they are imported."""
    for name, text in MODULES.items():
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    _forget()


def _forget() -> None:
    for name in MODULES:
        sys.modules.pop(name, None)


def imported(place: Path, **changed: tuple[str, str]) -> Any:
    """The module, after changes of one text or more."""
    for name, (before, after) in changed.items():
        text = (place / f"{name}.py").read_text("utf-8")
        assert text.count(before) == 1
        (place / f"{name}.py").write_text(text.replace(before, after), "utf-8")
    _forget()
    importlib.invalidate_caches()
    return importlib.import_module("shy")


CHANGES = [
    ("shy", "threshold = 0.01", "threshold = 0.02", "shy.Shy.threshold: '0.01' there, '0.02' here"),
    ("shy", "DOUBT = 0.05", "DOUBT = 0.5", "shy.DOUBT"),
    ("shy", "[1.0, 0.5]", "[1.0, 0.6]", "shy.WEIGHTS"),
    ("shy", "0.9 * part", "0.8 * part", "shy.kept"),
    ("shy", "x + 0.25", "x + 0.3", "shy.Shy.<lambda>"),
    ("shy", "pow, 2.0", "pow, 3.0", "shy.Shy.scale"),
    ("shy", "start=0.125", "start=0.25", "shy.Shy.__init__"),
    ("shy", "0.5 * function", "0.4 * function", "shy.half.<locals>.halved"),
    ("shy", "return 4.0", "return 5.0", "shy.Shy.bold"),
    ("shy", "x + 1.0", "x + 2.0", "shy.compiled"),
    ("shy", "strength = 0.3", "strength = 0.4", "shy.Habit.strength"),
    ("shy", "self.strength * x", "x", "shy.Habit.apply"),
    ("shy", "* 0.001", "* 0.002", "shy.Shy.socialize"),
    ("shy", "(Careful)", "(Careful, Habit)", "shy.Shy"),
    ("shy_base", "0.75", "0.5", "shy_base.Careful.combine"),
    ("shy_habits", "FACTOR = 0.6", "FACTOR = 0.7", "shy_habits.FACTOR"),
    ("shy_habits", "FACTOR * x", "FACTOR + x", "shy_habits.smaller"),
    ("shy_late", "0.0625", "0.125", "shy_late.late"),
]


@pytest.mark.parametrize(("module", "before", "after", "part"), CHANGES)
def test_whatever_a_model_calls_is_part_of_its_text(
    place: Path, module: str, before: str, after: str, part: str
) -> None:
    was = text_of(imported(place).Shy)
    now = text_of(imported(place, **{module: (before, after)}).Shy)
    differing = [name for name in now if was.get(name) != now[name]]
    assert any(name.startswith(part.split(":")[0]) for name in differing)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# A remark.", "# Another remark, and a longer one."),
        ("return 2.0", "return 3.0"),
        ("UNRELATED = 1", "UNRELATED = 2\n\n"),
    ],
)
def test_what_it_does_not_call_is_none_of_it(place: Path, before: str, after: str) -> None:
    was = text_of(imported(place).Shy)
    assert text_of(imported(place, shy=(before, after)).Shy) == was


@pytest.mark.slow
def test_its_text_is_the_same_in_another_process(place: Path) -> None:
    program = "from shy import Shy; from seci_sim.lab.own_text import text_of; print(text_of(Shy))"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=place, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(place), "PYTHONHASHSEED": "1"},
    )  # fmt: skip
    assert sys.flags.hash_randomization or os.environ.get("PYTHONHASHSEED") != "1"
    assert ran.stdout == f"{text_of(imported(place).Shy)}\n"


def test_a_model_changed_while_a_program_runs_is_another(place: Path) -> None:
    shy = imported(place)
    was = text_of(shy.Shy)
    shy.Shy.threshold = 0.5
    assert text_of(shy.Shy)["shy.Shy.threshold"] == "0.5"
    shy.Shy.threshold = 0.01
    shy.DOUBT = 0.25
    assert text_of(shy.Shy) != was


@pytest.mark.parametrize(
    ("module", "before", "after", "part"), [CHANGES[0], CHANGES[3], CHANGES[14]]
)
def test_results_of_another_text_are_not_gone_on_with(
    place: Path, module: str, before: str, after: str, part: str
) -> None:
    asked, folder = experiment(GRID, place), place / "out"
    model = imported(place).Shy
    found = asked.run(Here(), store=folder, model=model)
    assert asked.run(Here(), store=folder, model=model, resume=True).digest == found.digest
    model = imported(place, **{module: (before, after)}).Shy
    with pytest.raises(AnotherExperiment, match=r"model shy\.Shy: another text; ") as caught:
        asked.run(Here(), store=folder, model=model, resume=True)
    assert part in str(caught.value)
    with pytest.raises(AnotherExperiment, match=r"model: shy\.Shy there, ours here"):
        asked.run(Here(), store=folder, resume=True)


def test_what_a_function_of_ones_own_calls_counts_too(place: Path) -> None:
    asked, folder = experiment(GRID, place), place / "out"
    asked.run(Here(), store=folder, also={"loudest": imported(place).loudest})
    again = imported(place, shy=("float(x) * 2.0", "float(x) * 3.0")).loudest
    with pytest.raises(AnotherExperiment, match=r"own_outcomes\.loudest\.parts\.shy\.weight"):
        asked.run(Here(), store=folder, resume=True, also={"loudest": again})


@pytest.mark.usefixtures("in_this_process")
def test_rerun_runs_the_model_of_the_folder_where_it_can_be_imported(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, shy = place / "out", imported(place)
    asked = experiment(
        GRID.replace("1%, ", "").replace("replications: 4", "replications: 3"), place
    )
    table = asked.run(Here(), store=folder, model=shy.Shy, also={"loudest": shy.loudest}).table
    assert not table["tacit_alignment"].equals(asked.run(Here()).table["tacit_alignment"])
    whole, one = (
        ["rerun", str(folder), "--trust"],
        ["rerun", str(folder), "--trust", "--cell", "3", "--replication", "2"],
    )
    assert answer_to(whole) == 0
    assert "The same to the bit: 12 runs" in capsys.readouterr().out
    assert answer_to(one) == 0
    run = table[(table["cell"] == 3) & (table["replication"] == 2)].iloc[0]
    said = capsys.readouterr().out
    for outcome in ("tacit_alignment", "loudest"):
        assert f"{outcome}: {float(run[outcome])!r}" in said

    imported(place, shy=("DOUBT = 0.05", "DOUBT = 0.5"))
    assert answer_to(whole) == 6
    out, err = capsys.readouterr()
    differs = "differs today: model shy.Shy: another text; shy.DOUBT: '0.05' there, '0.5' here"
    assert differs in out
    assert "results: digest" in err
    assert answer_to(one) == 0
    assert differs in capsys.readouterr().out

    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(place)])
    _forget()
    importlib.invalidate_caches()
    for command in (whole, one):
        assert answer_to(command) == 5
        said = capsys.readouterr().err
        assert "cannot be imported here (No module named 'shy'); PYTHONPATH may name" in said
        assert len(said.splitlines()) == 1
    assert Experiment.found(folder).table.equals(table)


@pytest.mark.parametrize("name", ["os.path.join", "subprocess", "json.Nothing", "a.<locals>.b", ""])
def test_rerun_calls_nothing_that_is_nobodys_own(place: Path, name: str) -> None:
    added = with_own(experiment(GRID, place), None, {"loudest": imported(place).loudest})
    (own,) = added.own_outcomes
    assert own.function == "shy.loudest"
    assert brought_back(added)[1]["also"]["loudest"].__name__ == "loudest"
    foreign = added.model_copy(
        update={"own_outcomes": (own.model_copy(update={"function": name}),)}
    )
    with pytest.raises(NotHere, match="cannot be imported here"):
        brought_back(foreign)


def test_a_folder_that_names_another_function_is_refused(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = place / "out"
    experiment(GRID, place).run(Here(), store=folder, also={"loudest": imported(place).loudest})
    manifest = folder / "manifest.json"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace("shy.loudest", "os.path.join"), "utf-8")
    assert answer_to(["rerun", str(folder), "--trust"]) in (5, 6)
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("antigravity.geohash", "it is nobody's own"),
        ("seci_sim.lab.rerun.repeat", "it is nobody's own"),
        ("nowhere.Shy", "No module named 'nowhere'"),
        ("shy:Shy", "No module named 'shy:Shy'"),
    ],
)
def test_what_nobody_wrote_is_not_even_imported(
    name: str, why: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(place)
    sys.modules.pop("antigravity", None)
    monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("it was imported"))
    own = OwnModel(name=name, parts={})
    with pytest.raises(NotHere, match=why):
        brought_back(experiment(GRID, place).model_copy(update={"own_model": own}))


def test_what_is_no_model_is_not_run(place: Path) -> None:
    imported(place)
    own = OwnModel(name="shy.half", parts={})
    with pytest.raises(NotHere, match=r"shy\.half is no SECIModel"):
        brought_back(experiment(GRID, place).model_copy(update={"own_model": own}))


def test_code_that_came_with_results_is_not_run(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place / "out"
    experiment(GRID, place).run(Here(), store=folder, model=imported(place).Shy)
    for path in place.glob("*.py"):
        path.rename(folder / path.name)
    monkeypatch.chdir(place)
    monkeypatch.syspath_prepend(folder)
    _forget()
    for arguments in (["rerun", "out", "--trust"], ["rerun", "out", "--trust", "--cell", "0"]):
        assert answer_to(arguments) == 5
        assert "its code came with the results: read it, then move it" in capsys.readouterr().err


def test_code_of_ones_own_is_run_where_somebody_says_so(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    experiment(GRID, place).run(Here(), store=place / "out", model=imported(place).Shy)
    _forget()
    code = f"shy.Shy from {place / 'shy.py'}"
    refused = f"error: out: runs code of its own, {code}; read it, then --trust runs it\n"
    for arguments in (["rerun", "out"], ["rerun", "out", "--cell", "0"]):
        assert answer_to(arguments) == 5
        assert capsys.readouterr().err == refused
    assert "shy" not in sys.modules

    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    asked: list[str] = []

    def say(answer: bool) -> None:
        def confirm(question: str) -> bool:
            asked.append(question)
            return answer

        monkeypatch.setattr("typer.confirm", confirm)

    say(False)
    assert answer_to(["rerun", "out"]) == 5
    assert capsys.readouterr().err == refused
    assert asked == [f"out runs code of its own: {code}. Run it?"]
    assert "shy" not in sys.modules
    say(True)
    assert answer_to(["rerun", "out", "--cell", "0"]) == 0
