"""Edit, run, and run again: which folder runs go to, and what becomes of those that are there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from answers import listing, refused
from scenario_files import TINY

from seci_sim.cli import answer_to
from seci_sim.lab.comparing import comparison
from seci_sim.lab.folder_chosen import Wish, choose
from seci_sim.lab.manifest import AnotherExperiment
from seci_sim.scenario import read_scenario

pytestmark = pytest.mark.usefixtures("empty_folder", "undrawn")

ONCE = ["--replications", "2", "--workers", "1"]
FEW = [*ONCE, "--worlds", "0"]


def at(hours: str) -> str:
    return f"{TINY}policy: {{patient_time: {hours}}}\n"


def ran(capsys: pytest.CaptureFixture[str], *arguments: str, worlds: str = "0") -> tuple[str, str]:
    """Run the program, which has to succeed; give the folder that it names, and what it notes."""
    assert answer_to([*arguments, *ONCE, "--worlds", worlds]) == 0
    printed = capsys.readouterr()
    (folder,) = re.findall(r"^Wrote (results/\S+)/report\.html", printed.out, re.M)
    notes = [line for line in printed.err.splitlines() if line.startswith(("results/", "In "))]
    return folder, "\n".join(notes)


def test_an_edited_file_is_run_into_a_fresh_folder_by_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    firm = Path("firm.yaml")
    firm.write_text(at("1%"))
    assert ran(capsys, "run", "firm.yaml") == ("results/firm", "")
    firm.write_text(at("2%"))
    folder, note = ran(capsys, "run", "firm.yaml")
    assert folder == "results/firm-2"
    assert note == (
        "results/firm holds another run (scenarios.Tiny.policy.patient_time: 0.01 there, 0.02 here); "
        "these results go to results/firm-2."
    )
    firm.write_text(at("5%"))
    assert ran(capsys, "run", "firm.yaml")[0] == "results/firm-3"
    firm.write_text(at("2%"))
    before = Path("results/firm-2/design.json").stat().st_mtime_ns
    assert ran(capsys, "run", "firm.yaml") == ("results/firm-2", ""), "what was run is there"
    assert Path("results/firm-2/design.json").stat().st_mtime_ns == before
    said = json.loads(Path("results/firm/manifest.json").read_text())
    assert said["experiment"]["scenarios"][0]["policy"]["patient_time"] == 0.01


def test_compare_goes_round_as_run_does(capsys: pytest.CaptureFixture[str]) -> None:
    Path("firm.yaml").write_text(TINY)
    Path("more.yaml").write_text("name: More\nextends: firm.yaml\npolicy: {patient_time: 5%}\n")
    assert ran(capsys, "compare", "firm.yaml", "more.yaml")[0] == "results/firm-vs-more"
    Path("more.yaml").write_text("name: More\nextends: firm.yaml\npolicy: {patient_time: 9%}\n")
    assert ran(capsys, "compare", "firm.yaml", "more.yaml")[0] == "results/firm-vs-more-2"
    assert ran(capsys, "compare", "firm.yaml", "more.yaml", "--seed", "7")[0].endswith("-3")


def test_other_worlds_are_another_run_and_none_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    Path("firm.yaml").write_text(TINY)
    assert ran(capsys, "run", "firm.yaml")[0] == "results/firm"
    assert ran(capsys, "run", "firm.yaml", worlds="4") == ("results/firm", ""), "they are added"
    folder, note = ran(capsys, "run", "firm.yaml", worlds="8")
    assert folder == "results/firm-2"
    assert note.startswith(
        "results/firm holds another run (its worlds: sample.points: 4 there, 8 here)"
    )
    assert ran(capsys, "run", "firm.yaml", worlds="4") == ("results/firm", "")


def test_an_older_run_is_replaced_when_asked_and_what_is_lost_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    firm = Path("firm.yaml")
    firm.write_text(at("1%"))
    ran(capsys, "run", "firm.yaml", "--xlsx")
    firm.write_text(at("2%"))
    folder, note = ran(capsys, "run", "firm.yaml", "--replace")
    assert folder == "results/firm"
    assert re.fullmatch(r"In results/firm, 2 runs begun on \d{4}-\d\d-\d\d are replaced\.", note)
    assert [path.name for path in Path("results").iterdir()] == ["firm"]
    assert "summary.xlsx" not in listing(Path("results/firm")), "nothing of the older run is left"
    assert ran(capsys, "run", "firm.yaml", "--replace") == ("results/firm", ""), "is this very run"


def test_a_folder_that_was_named_is_refused_with_the_command_that_replaces(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("Our firm.yaml").write_text(at("1%"))
    arguments = ["run", "Our firm.yaml", "--out", "here", *FEW]
    assert answer_to(arguments) == 0
    capsys.readouterr()
    Path("Our firm.yaml").write_text(at("2%"))
    said = refused([*arguments, "--xlsx"], capsys, code=6)
    command = (
        "seci-sim run 'Our firm.yaml' --replications 2 --seed 1 --worlds 0 --xlsx --out here "
        "--replace"
    )
    assert said == (
        "here: holds another run; scenarios.Tiny.policy.patient_time: 0.01 there, 0.02 here; "
        f"to put this one in its place: {command}"
    )
    assert answer_to([*arguments, "--replace"]) == 0
    assert "In here, 2 runs begun on " in capsys.readouterr().err


def test_a_command_that_replaces_nothing_asks_for_another_folder() -> None:
    Path("firm.yaml").write_text(at("1%"))
    assert answer_to(["run", "firm.yaml", "--out", "here", *FEW]) == 0
    other = comparison([read_scenario("one-percent")])
    with pytest.raises(
        AnotherExperiment, match=r"holds another run; .*; choose another folder with --out$"
    ):
        choose(other, Wish(Path("here"), explicit=True, replace=False))


def test_nothing_that_no_run_wrote_is_removed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("firm.yaml").write_text(at("1%"))
    ran(capsys, "run", "firm.yaml")
    Path("results/firm/for the board.docx").write_text("mine")
    Path("firm.yaml").write_text(at("2%"))
    said = refused(["run", "firm.yaml", "--replace", *FEW], capsys, code=5)
    assert "results/firm: holds files that no run wrote (for the board.docx)" in said
    assert ran(capsys, "run", "firm.yaml")[0] == "results/firm-2"


def test_a_folder_of_something_else_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("firm.yaml").write_text(TINY)
    Path("results/firm").mkdir(parents=True)
    Path("results/firm/notes.txt").write_text("mine")
    Path("results/firm-2").write_text("a file")
    for replace in ([], ["--replace"]):
        folder, note = ran(capsys, "run", "firm.yaml", *replace)
        assert folder == "results/firm-3"
    assert note == ""
    assert Path("results/firm/notes.txt").read_text() == "mine"


@pytest.mark.parametrize("replace", [[], ["--replace"]])
def test_a_folder_whose_design_is_none_is_refused_by_name(
    replace: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("firm.yaml").write_text(TINY)
    Path("out").mkdir()
    Path("out/design.json").write_text("{}")
    said = refused(["run", "firm.yaml", "--out", "out", *replace], capsys, code=5)
    assert said == "out: not empty, and not an experiment; choose another with --out"


def test_what_was_set_aside_is_ours_to_replace(capsys: pytest.CaptureFixture[str]) -> None:
    Path("firm.yaml").write_text(TINY)
    ran(capsys, "run", "firm.yaml")
    Path("results/firm/chunks.json").write_text("cut")
    ran(capsys, "run", "firm.yaml")
    assert Path("results/firm/chunks.json.bad").read_text() == "cut"
    Path("firm.yaml").write_text(at("2%"))
    assert ran(capsys, "run", "firm.yaml", "--replace")[0] == "results/firm"


def test_two_files_whose_folders_are_called_alike_stay_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ["Our firm.yaml", "Our-firm.yaml", "our/Our firm.yaml"]
    Path("our").mkdir()
    folders = []
    for share, name in enumerate(names, start=1):
        Path(name).write_text(at(f"{share}%"))
        folders.append(ran(capsys, "run", name)[0])
    assert folders == ["results/Our-firm", "results/Our-firm-2", "results/Our-firm-3"]
    Path(names[1]).write_text(at("9%"))
    assert ran(capsys, "run", names[1], "--replace")[0] == "results/Our-firm-2", (
        "its own, no other's"
    )
    for name, folder in zip(names[::2], folders[::2], strict=True):
        assert ran(capsys, "run", name) == (folder, "")


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("Our firm 2025.yaml", "Our-firm-2025"),
        ("Größe & Söhne.yaml", "Grosse-Sohne"),
        ("firm.v2.1.yaml", "firm-v2-1"),
        (".firm.yaml", "firm"),
        ("./-firm.yaml", "firm"),
        ("con.yaml", "con-scenario"),
        (r".\C;firm.yaml", "C-firm"),
        ("日本.yaml", "scenario"),
        (f"{'long ' * 40}.yaml", f"{'long-' * 15}long"),
    ],
)
def test_a_file_is_run_whatever_it_is_called(
    capsys: pytest.CaptureFixture[str], file: str, folder: str
) -> None:
    Path(file).write_text(TINY)
    assert ran(capsys, "run", file)[0] == f"results/{folder}"
