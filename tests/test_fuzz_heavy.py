"""Files that are made to be slow or to fill the memory, each read by a process of its own.

A file that describes what is run takes less than 300 MB, whatever it holds. Seconds decide nothing here but
for a reader that hangs: each of these files took minutes, hours or a gigabyte, or would in another reader.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from fuzz_documents import FIRM, write
from fuzzing import cases

HEAD = "name: Mine\nquestion: What for?\n"
NAME = "u" * 50


def units(count: int, more: str = "") -> str:
    rows = (f"  - {{name: {NAME}{n:04}, kind: affiliate, staff: 5{more.format(n)}}}\n" for n in range(count))  # fmt: skip
    return "units:\n" + "".join(rows)


def rows(text: str, count: int) -> str:
    return "".join(text.format(n) for n in range(count))


SCENARIOS = {
    "digits": HEAD + "horizon: " + "9" * 900_000,
    "digits and an exponent": HEAD + "horizon: " + "9" * 900_000 + "e5",
    "marks": HEAD + "notes: '" + "\u0301\u0323" * 240_000 + "'\n",
    "marks in escapes": HEAD + 'notes: "' + "\\u0301\\u0323" * 80_000 + '"\n',
    "a long text": HEAD + "notes: '" + "y" * 990_000 + "'\n",
    "escapes": HEAD + 'notes: "' + "\\x41" * 240_000 + '"\n',
    "line breaks": HEAD + "\n" * 990_000,
    "folded lines": HEAD + "notes: >\n" + "  a\n" * 240_000,
    "aliases": "a: &a [x, x, x, x]\n" + rows("b{0}: &b{0} [*a, *a, *a, *a, *a]\n", 5000),
    "a merge in a merge": "a: &a {x: 1}\n" + "b: {<<: *a}\n" * 10_000,
    "brackets": HEAD + "a: " + "[" * 900_000,
    "braces": HEAD + "a: " + "{b: " * 200_000,
    "dashes": HEAD + "a:\n " + "- " * 400_000,
    "names without a value": HEAD + "a: " + "b: " * 300_000,
    "an endless list": HEAD + "lose: [" + "1," * 400_000 + "1]",
    "a long name": HEAD + "k" * 900_000 + ": 1\n",
    "a version to come": "%YAML " + "1" * 900_000 + "\n---\n" + HEAD,
    "unknown fields": HEAD + "policy: {" + rows("patient_timpatient_tim{}: 5%, ", 9900) + "}\n",
    "unknown fields and markets": HEAD + "policy: {" + rows("patient_tim{}: 5%, ", 4500) + "}\nstakeholders:\n" + rows("  - {{name: s{0}, kind: local partner, market: x{0}}}\n", 1500),
    "unknown bands": HEAD + "policy:\n  shares_paid: {" + rows("lowestlowestlowest{}: 5%, ", 9000) + "}\n",
    "unknown markets": HEAD + units(500) + "stakeholders:\n" + rows("  - {{name: s{0}, kind: local partner, market: xxx" + NAME + "{0}}}\n", 2000),
    "unknown units": HEAD + units(500, ", lives_in: q" + NAME + "{0}, reports_to: " + NAME + "{0}"),
    "changes to unknown units": HEAD + units(400) + "timeline:\n" + rows("  - {{week: 5, unit_leaves: x" + NAME + "{0}, unit_joins: y" + NAME + "{0}}}\n", 1000),
    "everybody leaves": HEAD + "horizon: 5200\n" + units(500) + "timeline:\n" + rows("  - {{week: {0}1, unit_leaves: " + NAME + "{0:04}}}\n", 499),
}  # fmt: skip
ASKED = "question: What?\nscenario: firm.yaml\n"
SHARES = ["learning.showing", "learning.patient_learning", "learning.colleague_learning", "learning.noticing", "policy.turnover", "policy.patient_time", "policy.uptake", "policy.cross_unit", "policy.search_success", "policy.review_share", "policy.remote_share", "policy.retention", "policy.rotation", "world.local_difference"]  # fmt: skip
LEVELS = ", ".join(f"{n / 100 + 1}%" for n in range(1000))
EXPERIMENTS = {
    "the same scenario": "question: What?\nscenarios: [" + "firm.yaml, " * 19_000 + "firm.yaml]\n",
    "a hundred times the same": "question: What?\nscenarios: [" + "one-percent-full, " * 99 + "merger]\n",
    "unknown scenarios": "question: What?\nscenarios: [" + rows("one-pecent{}, ", 19_000) + "x]\n",
    "unknown parameters": ASKED + "vary:\n" + rows("  policy.patient_tmepatient_tme{}: [1%, 2%]\n", 4000),
    "a grid of many worlds": ASKED + "vary:\n" + "".join(f"  {name}: [{LEVELS}]\n" for name in SHARES),
    "an endless factor": ASKED + "vary:\n  policy.turnover: [" + rows("0.{:05}, ", 19_000) + "5%]\n",
    "policies": ASKED + "policies:\n" + rows("  - {{name: p{}}}\n", 5000),
    "unknown outcomes": ASKED + "outcomes: [" + rows("needs_mtneeds_mt{}, ", 199) + "x]\n",
}  # fmt: skip
LESSONS = {
    "a long explanation": ASKED + "explanation: '" + "x" * 900_000 + "'\n",
    "many things to look at": ASKED + "look_at:\n" + rows("  - a{}\n", 19_000),
}
MEETINGS = "unit,employee,colleague_unit,colleague,hours\n"
NETWORKS = {
    "strangers": MEETINGS + rows("u{},1,A,2,0.5\n", 200_000),
    "the same pair": MEETINGS + "A,1,A,2,0.5\n" * 300_000,
    "a quotation that never ends": MEETINGS + '"' + "\n" * 4_900_000,
}

READ = "from {module} import {function} as read; import sys; read(sys.argv[1])"
READERS = {
    "scenario": READ.format(module="seci_sim.scenario", function="read_scenario"),
    "experiment": "from seci_sim.lab import Experiment; import sys; Experiment.load(sys.argv[1])",
    "lesson": READ.format(module="seci_sim.page.lessons", function="read_lesson"),
}
# A program's peak includes that of the process it was started from, so a small one starts it.
STARTER = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-c", *sys.argv[1:]], stderr=subprocess.PIPE, text=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, "InputProblem" in done.stderr)
"""
HEAVY = [
    (kind, name, text)
    for kind, files in (
        ("scenario", SCENARIOS),
        ("experiment", EXPERIMENTS),
        ("lesson", LESSONS),
        ("network", NETWORKS),
    )
    for name, text in files.items()
]
QUICK = ("digits", "marks", "aliases", "unknown markets", "unknown scenarios")

needs_resource = pytest.mark.skipif(
    importlib.util.find_spec("resource") is None,
    reason="this system does not tell what a program used",
)


def peak(program: str, *arguments: str) -> float:
    """Megabytes that a program took at most which had to refuse a file, or could read it."""
    command = [sys.executable, "-c", STARTER, program, *arguments]
    printed = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=240
    ).stdout
    code, kilobytes, refused = printed.split()
    assert code == "0" or refused == "True", "something else than the file was wrong"
    unit = 1 if sys.platform == "darwin" else 1024
    return int(kilobytes) * unit / 1e6


def peak_of(kind: str, text: str, folder: Path) -> float:
    (folder / "firm.yaml").write_text(write(FIRM, Random(1)).text, "utf-8")
    if kind == "network":
        (folder / "met.csv").write_text(text, "utf-8")
        text, kind = HEAD + units(3) + "meetings: met.csv\n", "scenario"
    (folder / "s.yaml").write_text(text, "utf-8")
    return peak(READERS[kind], str(folder / "s.yaml"))


@needs_resource
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "text"), HEAVY, ids=[f"{k}: {n}" for k, n, _ in HEAVY])
def test_no_file_fills_the_memory_or_takes_for_ever(
    kind: str, name: str, text: str, tmp_path: Path
) -> None:
    assert len(text) < 5_000_000
    assert peak_of(kind, text, tmp_path) < 300


@needs_resource
@pytest.mark.slow
def test_a_thousand_damaged_files_leave_nothing_behind(tmp_path: Path) -> None:
    """All of them are read by one process, whose peak says that nothing is kept."""
    tests = str(Path(__file__).parent)
    program = (
        f"import sys; sys.path.insert(0, {tests!r}); from pathlib import Path; from random import Random;"
        "from fuzzing import answered, damage; from seci_sim.scenario import shipped_scenarios;"
        "chance = Random(3); paths = list(shipped_scenarios().values());"
        "[answered('scenario', damage(chance.choice(paths).read_bytes(), chance), Path()) for _ in range(1000)]"
    )
    assert peak(program) < 300


# Workbooks ----------------------------------------------------------------------------------------

SHEET = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
END = b"</sheetData></worksheet>"
STYLES = b"<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><fonts>"
PARTS: Mapping[str, tuple[str, bytes]] = {
    "an endless row": ("xl/worksheets/sheet1.xml", SHEET + b"<row r='1'>" + b"<c><v>1</v></c>" * 300_000 + b"</row>" + END),
    "a row far away": ("xl/worksheets/sheet1.xml", SHEET + b"<row r='1048576'><c r='A1048576'><v>1</v></c></row>" + END),
    "many fonts": ("xl/styles.xml", STYLES + b"<font><sz val='1'/></font>" * 180_000 + b"</fonts></styleSheet>"),
    "a number of a million digits": ("xl/worksheets/sheet1.xml", SHEET + b"<row r='1'><c t='n'><v>" + b"9" * 1_000_000 + b"</v></c></row>" + END),
    "entities in entities": ("xl/worksheets/sheet1.xml", b"<!DOCTYPE a [<!ENTITY a '" + b"x" * 50_000 + b"'><!ENTITY b '" + b"&a;" * 9000 + b"'>]>" + SHEET + b"<row r='1'><c t='inlineStr'><is><t>&b;</t></is></c></row>" + END),
}  # fmt: skip


@needs_resource
@pytest.mark.slow
@pytest.mark.parametrize("name", PARTS)
def test_no_workbook_fills_the_memory(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openpyxl", reason="needs the extra `excel`")
    from sheet_files import written

    monkeypatch.chdir(tmp_path)
    written()
    part, content = PARTS[name]
    with zipfile.ZipFile("firm.xlsx") as whole:
        texts = {one.filename: whole.read(one) for one in whole.infolist()}
    assert part in texts
    with zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        for other, text in texts.items():
            bomb.writestr(other, content if other == part else text)
    program = (
        "from seci_sim.scenario.sheet.workbook_read import scenario_of_sheet as read; from pathlib import Path;"
        "read(Path('made.yaml'), Path('bomb.xlsx'))"
    )
    assert peak(program) < 300


NEW = """
import sys
from datetime import date
from pathlib import Path
from seci_sim.scenario.own_firm import Exports, Understanding, own_firm
met = Path("met.csv") if "met" in sys.argv else None
own_firm(Path("o.yaml"), "baseline", Exports(Path("people.csv"), met), date.today(), Understanding()).write()
"""


@needs_resource
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("with_meetings", [False, True])
def test_a_million_people_and_a_million_meetings_take_no_more_than_is_said(
    with_meetings: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    millions = 1_000_000
    codes = [f"p{n:06}" for n in range(millions)]
    rows = "".join(f"{code},U{n % 200:03},M\n" for n, code in enumerate(codes))
    Path("people.csv").write_text("person,unit,market\n" + rows)
    chance = Random(1)
    if with_meetings:
        pairs = (chance.sample(codes, 2) for _ in range(millions))
        meetings = "".join(f"{one},{other},.1\n" for one, other in pairs)
        Path("met.csv").write_text("attendee,colleague,hours\n" + meetings)
    assert peak(NEW, *["met"] * with_meetings) < 600


WORLDS = {  # a beginning, and what follows how often
    "millions of parameters": ("world", ",world", 14_000_000),
    "a world of millions of values": ("world.drift\n0", ",0", 49_000_000),
    "empty lines": ("world.drift\n", "\n", 99_000_000),
}
READ_WORLDS = """
import sys
from pathlib import Path
from seci_sim.lab.world_tables import read_worlds
from seci_sim.scenario import read_scenario
read_worlds(Path(sys.argv[1]), [read_scenario("baseline")])
"""


@needs_resource
@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_no_table_of_worlds_fills_the_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / "worlds.csv"
    begins, goes_on, count = WORLDS[name]
    path.write_text(begins + goes_on * count)
    assert peak(READ_WORLDS, str(path)) < 300


@needs_resource
@pytest.mark.slow
def test_a_text_that_all_worlds_share_is_not_read_once_for_each(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="needs the extra `parquet`")
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra `parquet`")
    path = tmp_path / "worlds.parquet"
    shared = arrow.DictionaryArray.from_arrays(arrow.array([0] * 1000), arrow.array(["x" * 10**6]))
    parquet.write_table(arrow.table({"world.drift": shared}), path)
    assert path.stat().st_size < 100_000
    assert peak(READ_WORLDS, str(path)) < 300


def test_the_documents_say_how_many_files_are_tried() -> None:
    tried = cases(len(HEAVY) + len(PARTS) + len(WORLDS) + 1)
    assert tried > 10_000
    page = (Path(__file__).parents[1] / "docs" / "how_tested.md").read_text("utf-8")
    assert f"{tried:,} files" in page
