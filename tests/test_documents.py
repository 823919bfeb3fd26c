"""The documents: their tables, names, commands and links agree with the program."""

from __future__ import annotations

import pkgutil
import re
import runpy
import shlex
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.core import TyperGroup

import seci_sim
from seci_sim.classics import PUBLISHED
from seci_sim.cli import app
from seci_sim.lab import Experiment, shipped_experiments
from seci_sim.lab.analysis_kinds import ANALYSES, Analysis
from seci_sim.lab.design import Design
from seci_sim.lab.sections import Until
from seci_sim.lab.trial_measures import MEASURED, trial_measures
from seci_sim.page.lessons import Bet, Lesson, read_lesson, shipped_lessons
from seci_sim.parameters import MODELS, SECTIONS, Role, declarations
from seci_sim.scenario import Change, Scenario, Stakeholder, Unit, read_scenario, shipped_scenarios
from seci_sim.scenario.schema import json_schema
from seci_sim.scenario.trial import MAY_DIFFER, Trial
from seci_sim.seci.measures import BAND_MEASURES, MEASURES, outcomes

CHECKOUT = Path(__file__).parents[1]
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
TEXTS = {
    path.relative_to(CHECKOUT).as_posix().removeprefix("docs/"): path.read_text("utf-8")
    for path in DOCUMENTS
}
GENERATOR: dict[str, Any] = runpy.run_path(str(CHECKOUT / "docs" / "make_tables.py"))

ABOUT_OTHER_PROGRAMS = {
    "CONTRIBUTING.md",
    "how_to/cluster.md",
    "how_tested.md",
    "patterns.md",
    "promises.md",
    "speed.md",
}
"""Documents that show options of other programs, too."""

FENCED = re.compile(r"^```[^`\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
IN_A_REMARK = re.compile(r"^#   (seci-sim .*)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
TABLE = re.compile(r"^<!-- ([a-z ]+) -->$", re.MULTILINE)
NAME = re.compile(rf"(?:(?:{'|'.join(SECTIONS)})\.)?[a-z]+(?:[_-][a-z]+)*")
"""What a setting, measure, command or shipped file may be called, a setting with its section, too."""

OF_OTHERS = {
    "unique_id",
    "batch_run",  # of Mesa
    "choreo_get_chrome",
    "seci-sim",
    "shared-temp-directory",  # of Dask
}


def command() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def in_backticks(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", FENCED.sub("", text))


def shown_commands(text: str) -> list[str]:
    """Commands in code, without the words behind two spaces or a # that explain them."""
    code = "\n".join(FENCED.findall(text))
    lines = re.sub(r"\\\n\s*", "", code).splitlines()  # a line that goes on in the next
    shown = [line for line in [*lines, *in_backticks(text)] if re.search(r"seci-sim(?: |$)", line)]
    return [words for line in [*shown, *IN_A_REMARK.findall(text)] for words in _commands_in(line)]


def _commands_in(line: str) -> list[str]:
    found = re.findall(r"(?:^|[/\\\s])seci-sim ([^#;&]*)", line)
    return [re.split(r"\s{2,}", words.strip())[0] for words in found]


def slug(heading: str) -> str:
    """The anchor that a heading gets on a page of Markdown."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


ALL_COMMANDS = sorted(
    {
        shown
        for text in [
            *TEXTS.values(),
            *(path.read_text("utf-8") for path in shipped_scenarios().values()),
            *(path.read_text("utf-8") for path in shipped_experiments().values()),
        ]
        for shown in shown_commands(text)
    }
)


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if TABLE.search(text)])
def test_the_tables_in_the_documents_are_those_that_the_declarations_give(name: str) -> None:
    assert GENERATOR["refreshed"](TEXTS[name]) == TEXTS[name], "run python docs/make_tables.py"


def test_every_table_that_can_be_made_stands_in_a_document() -> None:
    standing = {name for text in TEXTS.values() for name in TABLE.findall(text)}
    assert standing == set(GENERATOR["TABLES"])


def test_a_table_that_was_edited_by_hand_is_noticed_and_mended() -> None:
    page = TEXTS["model.md"]
    edited = page.replace("| `policy.patient_time` | 1% |", "| `policy.patient_time` | 3% |")
    assert edited != page
    assert GENERATOR["refreshed"](edited) == page


def test_every_parameter_is_documented_with_default_meaning_and_source() -> None:
    rows = TEXTS["model.md"].splitlines()
    for parameter in declarations():
        (row,) = [row for row in rows if row.startswith(f"| `{parameter.name}` |")]
        assert row.endswith(f"| {parameter.role} | {parameter.meaning} | {parameter.source} |")


def test_every_number_says_where_it_comes_from_in_one_of_three_words() -> None:
    for parameter in declarations():
        if parameter.unit != "yes or no":
            assert re.match(r"(measured|borrowed): .|assumed(: .|$)", parameter.source)


def test_every_parameter_says_what_it_is_to_a_firm() -> None:
    described = json_schema()["$defs"]
    for model in MODELS.values():
        for declared in declarations(model.name):
            assert declared.role in get_args(Role)
            section, _, name = declared.name.partition(".")
            field = described[model.sections[section].__name__]["properties"][name]
            assert f" Role: {declared.role}." in field["description"]
    decided = {declared.name for declared in declarations() if declared.role == "lever"}
    assert {name.partition(".")[0] for name in decided} == {"policy"}


def test_every_measure_is_documented() -> None:
    for measure in MEASURES:
        assert f"| `{measure.name}` | {measure.unit} | {measure.kind} |" in TEXTS["model.md"]
    for measure in BAND_MEASURES:
        assert f"| `{measure.name}_BAND` | {measure.unit} |" in TEXTS["model.md"]


def test_every_shipped_scenario_is_documented_with_its_question() -> None:
    for name in shipped_scenarios():
        assert f"- `{name}`: {read_scenario(name).question}" in TEXTS["reference/shipped.md"]


def test_every_shipped_experiment_is_documented_with_its_question() -> None:
    for name in shipped_experiments():
        assert f"- `{name}`: {Experiment.load(name).question}" in TEXTS["reference/shipped.md"]


def test_every_shipped_lesson_is_documented_with_its_question() -> None:
    for name in shipped_lessons():
        assert f"- `{name}`: {read_lesson(name).question}" in TEXTS["reference/shipped.md"]


def test_every_command_and_option_is_documented() -> None:
    page = TEXTS["reference/commands.md"]
    for name, one in command().commands.items():
        assert re.search(rf"^\| `{name}[ `]", page, re.MULTILINE)
        for parameter in one.params:
            for option in [*parameter.opts, *parameter.secondary_opts]:
                assert not option.startswith("-") or option in page


def test_every_outcome_is_documented() -> None:
    for name in outcomes(()):
        assert f"| `{name.removesuffix('_horizon')}` |" in TEXTS["reference/outcomes.md"]


def test_everything_that_may_change_in_a_week_is_explained() -> None:
    table = TEXTS["how_to/what_happens_when.md"]
    assert {name for name in Change.model_fields if f"`{name}`" not in table} == {"week"}


def test_every_extra_is_documented_and_none_that_is_gone() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    (offered,) = re.findall(r"\[(.*)\]", project["optional-dependencies"]["all"][0])
    named = re.findall(r"^\| `([\w-]+)` \|", TEXTS["how_to/install.md"], re.MULTILINE)
    assert named == [*offered.split(","), "all"]


def test_the_reference_of_python_names_what_is_public_and_nothing_that_is_gone() -> None:
    named = re.findall(r"^\.\. auto\w+:: ([\w.]+)$", TEXTS["reference/python.md"], re.MULTILINE)
    assert {f"seci_sim.{name}" for name in seci_sim.__all__} <= set(named)
    for name in named:
        assert pkgutil.resolve_name(re.sub(r"\.(\w+)$", r":\1", name)).__doc__, name


def test_no_document_names_an_option_that_the_program_does_not_have() -> None:
    known = {"--version", "--help"}
    for one in command().commands.values():
        known |= {o for p in one.params for o in [*p.opts, *p.secondary_opts]}
    newest = TEXTS["CHANGELOG.md"].split("\n## ")[1]  # older releases had others
    for name, text in {**TEXTS, "CHANGELOG.md": newest}.items():
        if name not in ABOUT_OTHER_PROGRAMS:
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known, name


def test_model_md_names_no_setting_or_measure_that_is_gone() -> None:
    settings = {parameter.name for parameter in declarations()}
    bare = {name.split(".")[1] for name in settings} | set(SECTIONS)
    fields = {name for m in (Unit, Stakeholder, Change, Trial, Scenario) for name in m.model_fields}
    fields |= {*MAY_DIFFER, *MEASURED}
    columns = {measure.name for measure in MEASURES}
    columns |= {f"{measure.name}_BAND" for measure in BAND_MEASURES} | {"subsidy", "_horizon"}
    known = settings | bare | fields | columns | {"tacit", "explicit", "extends"}
    known |= {"weeks_until_half_know", *shipped_scenarios(), *outcomes((), ("RIVAL",))}
    named = [name for name in in_backticks(TEXTS["model.md"]) if re.fullmatch(r"[\w.-]+", name)]
    assert len(named) > 200
    assert set(named) - known == set()


@cache
def names_of_ours() -> set[str]:
    """All that a document may name: settings, fields, measures, commands, and what is shipped."""
    models = (Unit, Stakeholder, Change, Trial, Scenario, Design, Until, *ANALYSES, Lesson, Bet)
    known = {name for model in models for name in model.model_fields}
    known |= set(outcomes((), ("RIVAL",))) | set(Analysis.kinds)
    known |= {*trial_measures(read_scenario("meet-a-colleague"))}
    for published in PUBLISHED:
        known |= {*published.outcomes, *published.sections}
        known |= {parameter.name.split(".")[1] for parameter in declarations(published.name)}
    for parameter in declarations():
        known |= {parameter.name, *parameter.name.split(".")}
    return known | {
        *shipped_scenarios(),
        *shipped_experiments(),
        *shipped_lessons(),
        *command().commands,
        *tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"],
        *(name for name in vars(seci_sim.SECIModel) if not name.startswith("_")),
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(TEXTS) - {"speed.md", "support.md"}))
def test_no_document_names_what_the_program_does_not_have(name: str) -> None:
    named = {
        word
        for word in in_backticks(TEXTS[name])
        if NAME.fullmatch(word) and re.search("[_.-]", word)
    }
    on_the_walk = {name for names in walk().values() for name in names}
    assert named - names_of_ours() - on_the_walk - OF_OTHERS == set()


def walk() -> dict[str, list[str]]:
    """The files through which CONTRIBUTING leads a newcomer, and what is to be seen in each."""
    clicks = re.findall(r"^\d\. .*(?:\n   .*)*", TEXTS["CONTRIBUTING.md"], re.MULTILINE)
    return {LINK.findall(click)[0]: in_backticks(click)[1:] for click in clicks}


def test_the_walk_through_the_code_leads_somewhere() -> None:
    assert len(walk()) == 4
    for file, names in walk().items():
        seen = (CHECKOUT / file).read_text("utf-8")
        assert names
        assert [name for name in names if name.split(".")[-1] not in seen] == []


@pytest.mark.parametrize("gone", ["patient_tme", "policy.patient_tme", "one-percnt", "needs_mett"])
def test_a_name_that_is_gone_would_be_noticed(gone: str) -> None:
    assert NAME.fullmatch(gone)
    assert gone not in names_of_ours()


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(TEXTS["README.md"].splitlines()) <= 150


@pytest.mark.parametrize(
    "file", sorted(set(re.findall(r"`([\w.][\w./*-]*/[\w.*-]*)`", TEXTS["README.md"])))
)
def test_every_file_that_the_readme_names_is_there(file: str) -> None:
    assert list(CHECKOUT.glob(file.rstrip("/"))) or file == ".venv/bin/seci-sim"


def test_commands_are_found_where_they_are_shown() -> None:
    assert len(ALL_COMMANDS) > 10
    assert "compare no-patient-time one-percent two-percent" in ALL_COMMANDS
    assert "new my-firm.yaml --from one-percent" in ALL_COMMANDS
    assert "compare baseline exodus" in ALL_COMMANDS


@pytest.mark.parametrize("shown", ALL_COMMANDS)
def test_every_command_shown_in_documents_and_scenarios_is_one(shown: str) -> None:
    plain = re.sub(r"\$[A-Z_]+", "1", shown)  # what a job array puts in
    name, *arguments = shlex.split(plain)
    context = command().commands[name].make_context(name, arguments)
    if name == "experiment":
        asked = context.params["file"]
        assert asked.endswith(".yaml") or asked in shipped_experiments()
    given = context.params.get("scenarios", [context.params.get("scenario")])
    for scenario in given:
        assert scenario is None or scenario.endswith(".yaml") or scenario in shipped_scenarios()
    base = context.params.get("base", "one-percent")
    assert base in shipped_scenarios() or base.endswith(".yaml"), "a file of the reader's own"


@pytest.mark.parametrize("shown", ["compre baseline exodus", "run baseline --replicatons 3"])
def test_a_command_that_does_not_exist_would_be_noticed(shown: str) -> None:
    name, *arguments = shlex.split(shown)
    with pytest.raises((KeyError, typer.TyperException)):
        command().commands[name].make_context(name, arguments)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(document: Path) -> None:
    for link in LINK.findall(FENCED.sub("", document.read_text("utf-8"))):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in {slug(heading) for heading in headings}, link
