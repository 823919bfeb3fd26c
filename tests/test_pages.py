"""What the tutorials and how-to pages tell a reader to do works: their files, commands and Python."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from seci_sim.calibrating import read_facts, read_indicators, read_survey
from seci_sim.calibrating.series import Calendar
from seci_sim.cli import answer_to
from seci_sim.lab import Experiment
from seci_sim.page.lessons import read_lesson
from seci_sim.scenario import read_scenario
from seci_sim.scenario.own_firm import Hints, Understanding

CHECKOUT = Path(__file__).parents[1]
IN_A_COPY = CHECKOUT / "docs/how_to/add.md"
"""Changes the package, so `test_add.py` follows it in a copy."""
PAGES = sorted(
    {*CHECKOUT.glob("docs/tutorials/*.md"), *CHECKOUT.glob("docs/how_to/*.md")} - {IN_A_COPY}
)
ALL = sorted({CHECKOUT / "README.md", *CHECKOUT.glob("docs/**/*.md")} - {IN_A_COPY})
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUICK = ("check", "list", "new", "schema")
NOT_HERE = ("--scheduler",)
"""Options for which a cluster must be there; `test_cluster.py` has stand-ins."""
OF_THEIR_OWN = {"calibrate.md"}
"""Pages whose commands are of a reader's own data, and would run for an hour; `test_calibrate.py` has such commands."""
ASKS_FOR_A_CLUSTER = {"cluster.md"}
"""Pages whose Python is compiled and not run."""


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Language, text, and the file that the sentence before it names, of every block of code."""
    text = page.read_text("utf-8")
    for found in BLOCK.finditer(text):
        before = text[: found.start()].rstrip().split("\n\n")[-1]
        named = re.findall(r"`([\w.-]+\.(?:yaml|csv))`", before) if before.endswith(":") else []
        yield found[1], found[2], "".join(named[:1])


def commands(text: str) -> Iterator[list[str]]:
    """The words of the commands that are shown, without remarks."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words and Path(words[0]).name == "seci-sim" and not set(words) & set(NOT_HERE):
            yield words[1:]


def follow(page: Path, *, quickly: bool) -> int:
    """Do what a page says, in the present folder; return how many commands that were."""
    done = 0
    for language, text, file in blocks(page):
        if file:
            Path(file).write_text(text, "utf-8")
        elif language == "python" and ">>>" not in text and not quickly:
            program = compile(text, page.name, "exec")
            if page.name not in ASKS_FOR_A_CLUSTER:
                exec(program, {})
        elif not language:
            for words in commands(text):
                if words[0] in QUICK or not quickly:
                    assert answer_to(words) == 0, words
                    done += 1
    return done


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_and_quick_commands_of_a_page_work(page: Path, empty_folder: None) -> None:
    follow(page, quickly=True)
    needed = {
        word
        for language, text, _ in blocks(page)
        if not language
        for words in commands(text)
        for word in words
        if re.fullmatch(r"[\w-]+\.(?:yaml|csv)", word)
    }
    assert not {file for file in needed if not Path(file).exists()}, "a reader has no such file"


def test_the_records_that_the_page_on_a_firms_data_shows_are_read(empty_folder: None) -> None:
    follow(CHECKOUT / "docs/how_to/calibrate.md", quickly=True)
    firm = read_scenario("my-firm.yaml")
    facts = read_facts(Path("facts.yaml"), firm)
    assert len(facts.told) == 3
    calendar = Calendar(firm.horizon // 13, facts.begins)
    assert calendar.ends == ("2021-Q1", "2024-Q4")
    how = Hints(), date(2026, 1, 1), Understanding()
    indicators = read_indicators(Path("kpi.csv"), calendar, *how)
    assert [item.time for item in indicators.data.items] == [13, 14, 15, 16] * 2
    assert len(read_survey(Path("survey.csv"), calendar, *how).data.items) == 8


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in OF_THEIR_OWN], ids=lambda page: page.stem
)
def test_a_reader_can_follow_a_page_from_top_to_bottom(
    page: Path, empty_folder: None, request: pytest.FixtureRequest
) -> None:
    if "--png" in page.read_text("utf-8"):
        request.getfixturevalue("chromium")
    done = follow(page, quickly=False)
    assert done > 0 or ">>>" in page.read_text("utf-8")


def test_a_page_that_shows_a_mistake_would_be_noticed(
    tmp_path: Path, empty_folder: None, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    shown = "Save this as `f.yaml`:\n\n```yaml\nextends: baselin\n```\n\n```\nseci-sim check f.yaml\n```\n"
    page.write_text(shown)
    with pytest.raises(AssertionError, match="check"):
        follow(page, quickly=True)
    assert "baselin" in capsys.readouterr().err


def readable(page: Path) -> list[str]:
    """Blocks of YAML that are whole scenario or experiment files."""
    return [
        text
        for language, text, _ in blocks(page)
        if language == "yaml" and re.search(r"^(question|extends): ", text, re.MULTILINE)
    ]


@pytest.mark.parametrize("page", [p for p in ALL if readable(p)], ids=lambda page: page.stem)
def test_every_file_that_is_shown_is_read_without_a_mistake(page: Path, empty_folder: None) -> None:
    for number, text in enumerate(readable(page)):
        file = Path(f"shown-{number}.yaml")
        file.write_text(text, "utf-8")
        keys = set(YAML(typ="safe").load(text))
        if "bet" in keys:
            assert read_lesson(file).question
        elif keys & {"scenario", "scenarios", "vary"}:
            assert Experiment.load(file).question
        else:
            assert read_scenario(file).question


def test_every_block_of_python_is_run_somewhere() -> None:
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    collected = settings["tool"]["pytest"]["ini_options"]["testpaths"]
    found = 0
    for page in ALL:
        for language, text, _ in blocks(page):
            if language == "python":
                found += 1
                where = page.relative_to(CHECKOUT).as_posix()
                if ">>>" in text:
                    assert any(where.startswith(path) for path in collected), where
                elif page.name in ASKS_FOR_A_CLUSTER:
                    compile(text, where, "exec")
                else:
                    assert page in PAGES, where
    assert found > 5
