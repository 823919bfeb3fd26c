"""One's own firm in the page: what it understands of a list of people is what the command understands."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from firm_records import PEOPLE
from mutated_files import text_of as csv_of
from mutated_tables import SOMEBODY, changed, people

from seci_sim.cli.scenarios import DEFAULT_BASE
from seci_sim.page import own_firm as page
from seci_sim.page.document import HERE, document
from seci_sim.scenario import InputProblem
from seci_sim.scenario.own_firm import Exports, Hints, Understanding, own_firm

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page, Request

HARNESS = Path(__file__).with_name("page_firm_in_node.mjs")
TODAY = date(2025, 12, 31)
MUTATED = 60
"""Lists of which both are asked."""


class Asked(NamedTuple):
    """A list of people, and what somebody answers."""

    content: bytes
    answers: Mapping[str, Any] = {}


def in_page(lists: Sequence[Asked]) -> list[dict[str, Any]]:
    """What the page understands; without Node, the test is skipped."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node is installed")
    scripts = [HERE / f"{name}.js" for name in ("files/wording", *page.SCRIPTS)]
    given = {
        "declared": page.declared(),
        "today": TODAY.isoformat(),
        "lists": [
            {"bytes": base64.b64encode(one.content).decode(), "answers": one.answers}
            for one in lists
        ],
    }
    said = subprocess.run([node, HARNESS, *scripts], input=json.dumps(given), capture_output=True, text=True)  # fmt: skip
    assert said.returncode == 0, said.stderr
    answers: list[dict[str, Any]] = json.loads(said.stdout)
    return answers


def by_command(one: Asked, folder: Path, today: date = TODAY) -> str:
    """The scenario that the command writes for the same answers; nothing, if it refuses the list."""
    (folder / "people.csv").write_bytes(one.content)
    services = one.answers.get("services", {})
    hints = Hints(
        columns={name: str(place + 1) for name, place in one.answers.get("columns", {}).items()},
        dates=one.answers.get("dates", ""),
        left_within=one.answers.get("months"),
        markets={n: said["market"] for n, said in services.items() if said["kind"] == "affiliate"},
        kinds={n: said["kind"] for n, said in services.items() if said["kind"] != "affiliate"},
    )
    path = folder / "my-firm.yaml"
    path.unlink(missing_ok=True)
    exports = Exports(folder / "people.csv", hints=hints)
    try:
        own_firm(path, DEFAULT_BASE, exports, today, Understanding(agrees=True)).write()
    except InputProblem:
        return ""
    return path.read_text("utf-8")


ROSTER = """Headcount report
ID,Department,Country,Hire date,Termination date,Reports To
p1,Head office,DE,01/03/2019,,
p2,Head office,DE,15/09/2023,,p1
p3,Sales Germany,DE,01/10/2021,30/06/2025,p1
p4,Sales Germany,DE,15/01/2020,NULL,p3
p5,Sales germany,DE,01/07/2024,NULL,p3
p6,Customer care,BR,01/05/2022,NULL,p2
p7,Customer care,BR,01/02/2018,31.12.9999,p6
p8,Audit,BR,01/02/2018,NULL,p6
p9,Audi,BR,01/02/2018,NULL
Total,,,,,
"""
FLAGS = "EmployeeNumber;Department;Attrition\n" + "".join(
    f"{1000 + n};{('Sales', 'Research')[n % 3 == 0]};{('No', 'Yes')[n % 5 == 0]}\n"
    for n in range(30)
)
WEEKS = "PersonId,Organization,MetricDate\n" + "".join(
    f"u{n},{('Brazil', 'Finance')[n % 4 == 0]},2024-0{month}-01\n"
    for month in (1, 2, 3)
    for n in range(12 if month == 1 else 11)
)
TWO_WAYS = "code;area;entry\n" + "".join(f"k{n};India;0{n}/02/2024\n" for n in range(1, 9))
SLIPS = "id,unit,kind\n" + "".join(
    f"k{name}{n},{name},affiliate\n"
    for name, size in {
        "Germanyy": 70,
        "Germny": 2,
        "Germany": 12,
        "Sales West": 60,
        "Sales Wast": 2,
        "Sales East": 20,
    }.items()
    for n in range(size)
)
SERVES = {
    "Head office": {"kind": "regional headquarters"},
    "Sales Germany": {"kind": "affiliate", "market": 'D-A-CH "region"'},
    "Customer care": {"kind": "headquarters"},
}
COLUMNS = {"person": 0, "unit": 1}
LISTS = {
    "marked by the command's own columns": Asked(PEOPLE.encode()),
    "days, titles, totals, spellings, reports": Asked(ROSTER.encode()),
    "other services than are proposed": Asked(ROSTER.encode(), {"services": SERVES}),
    "a flag for leavers": Asked(FLAGS.encode()),
    "a flag for leavers of two years": Asked(FLAGS.encode(), {"months": 24}),
    "a row a person and month": Asked(WEEKS.encode("utf-16")),
    "months without a mark between": Asked(
        WEEKS.replace("-01\n", "\n").replace("2024-", "2024").encode()
    ),
    "slips of slips": Asked(SLIPS.encode()),
    "columns of other names": Asked(TWO_WAYS.encode(), {"columns": COLUMNS}),
    "months before days": Asked(TWO_WAYS.encode(), {"columns": COLUMNS, "dates": "month-first"}),
}


def test_page_and_command_make_the_same_scenario_of_a_list(tmp_path: Path) -> None:
    found = in_page(list(LISTS.values()))
    for (name, one), said in zip(LISTS.items(), found, strict=True):
        assert said.get("yaml") == by_command(one, tmp_path), name
    spread = found[1]
    assert "1 unit spelled in several ways: each is one" in spread["notes"]
    assert spread["services"]["Head office"] == {"kind": "headquarters"}
    assert spread["services"]["Customer care"]["market"] == "BR"


REFUSED = {
    "column “department”: names people or holds their codes": b"id,name,department\n1,ab12,A (ab12)\n2,cd34,A (ab12)\n3,x,B\n4,y,B\n",
    "is a workbook or Parquet": b"PK\x03\x04",
    "is not in UTF-8": "person,unit\n1,München\n".encode("cp1252"),
    "has no header": b"1001,Sales\n1002,Sales\n",
    "no column is known as “unit”": b"person,reports to\na,\nb,a\nc,a\n",
    "names people or holds their codes": b"person,name,unit\nab12,x,cd34\ncd34,y,cd34\nef56,z,cd34\ngh78,z,cd34\n",
    "day/month and month/day in one file": b"person,unit,entry\n1,A,13/02/2024\n2,A,02/13/2024\n",
    "a quotation mark is never closed": b'person,unit\n1,"A\n',
    "column “unit”: has no value": b"person,unit\n1,\n2,\n3,A\n",
}  # fmt: skip


def test_what_the_page_does_not_read_is_refused_in_a_line_that_names_nobody() -> None:
    found = in_page([Asked(content) for content in REFUSED.values()])
    for words, said in zip(REFUSED, found, strict=True):
        assert words in said["refused"]
        assert not {"ab12", "cd34"} & set(said["refused"].split())


@pytest.mark.slow
def test_page_and_command_make_the_same_of_mutated_lists(tmp_path: Path) -> None:
    chance = Random(1997)
    lists = [
        Asked(csv_of(changed(people(chance), chance), chance).encode()) for _ in range(MUTATED)
    ]
    taken = 0
    for number, (one, found) in enumerate(zip(lists, in_page(lists), strict=True)):
        said = " ".join(found.get("notes", [found.get("refused", "")]))
        assert not SOMEBODY.search(said), number
        if "yaml" in found:
            taken += 1
            assert found["yaml"] == by_command(one, tmp_path), number
    assert taken > MUTATED / 4


def test_the_page_starts_from_what_the_command_starts_from() -> None:
    assert page.BASE == DEFAULT_BASE


# In a browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def screen(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The screen, in a page without lessons."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(document([], command="seci-sim page page.html"), "utf-8")
    shown = browser.new_page(viewport={"width": 1366, "height": 768})
    shown.on("pageerror", lambda error: pytest.fail(str(error)))

    def stays(request: Request) -> None:
        assert request.url.startswith(("file:", "blob:", "data:")), request.url

    shown.on("request", stays)
    shown.goto(f"{path.as_uri()}#own-firm")
    yield shown
    shown.close()


def test_a_list_opened_in_the_page_is_shown_changed_saved_and_played(
    screen: Page, tmp_path: Path
) -> None:
    file: FilePayload = {"name": "people.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    screen.locator("#own-firm input[type=file]").set_input_files(file)
    rows = screen.locator("#own-firm tbody tr")
    rows.first.wait_for()
    assert [row.locator("th").inner_text() for row in rows.all()] == ["Customer care", "Head office", "Sales Germany"]  # fmt: skip
    assert not [code for code in ("p1", "p7", "p9") if code in screen.locator("#own-firm").inner_text()]  # fmt: skip
    screen.get_by_label("Market of Customer care").fill("all")
    assert "stands for all markets together" in screen.locator("#own-firm .problem").inner_text()
    assert screen.get_by_role("button", name="Play it").is_disabled()
    screen.get_by_label("Market of Customer care").fill("Brazil")
    screen.get_by_label("What Head office is").select_option("regional headquarters")
    with screen.expect_download() as saved:
        screen.get_by_role("button", name="Download my-firm.yaml").click()
    services = {
        "Head office": {"kind": "regional headquarters"},
        "Sales Germany": {"kind": "affiliate", "market": "Sales Germany"},
        "Customer care": {"kind": "affiliate", "market": "Brazil"},
    }
    today = date.fromisoformat(screen.evaluate("new Date().toISOString().slice(0, 10)"))
    asked = Asked(ROSTER.encode(), {"services": services})
    assert Path(saved.value.path()).read_text("utf-8") == by_command(asked, tmp_path, today)
    assert "--kind" in screen.locator("#own-firm code").inner_text()
    screen.get_by_role("button", name="Play it").click()
    screen.wait_for_selector("#sandbox:not([hidden])")
    screen.locator("#sandbox [name=scenario] option:checked", has_text="My firm").wait_for(state="attached")  # fmt: skip
    assert screen.locator("#sandbox .problem").is_hidden()


def test_what_the_page_cannot_read_of_a_list_is_asked_for(screen: Page) -> None:
    screen.goto(f"{screen.url.partition('#')[0]}#own-firm")
    file: FilePayload = {"name": "list.csv", "mimeType": "text/csv", "buffer": TWO_WAYS.encode()}
    screen.locator("#own-firm input[type=file]").set_input_files(file)
    screen.get_by_text("list.csv: no column is known as “person”").wait_for()
    screen.get_by_label("Column of people’s codes").select_option("0")
    screen.get_by_label("Column of units").select_option("1")
    assert screen.locator("#own-firm .problem").is_hidden()
    screen.get_by_label("Days are").select_option("month-first")
    assert "on 2024-08-02" in screen.locator("#own-firm .understood").inner_text()


def opened(screen: Page, name: str, content: bytes) -> None:
    """A list of people, opened in the screen."""
    screen.goto(f"{screen.url.partition('#')[0]}#own-firm")
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content}
    screen.locator("#own-firm input[type=file]").set_input_files(file)
    screen.locator("#own-firm .problem", has_text=f"{name}: ").wait_for()


NAMED = b"person,unit,team,country,seat\n" + b"".join(
    b"k%d,Unit %d,%s,k%d,%s\n" % (n, n, (b"Sales", b"Audit")[n % 2], n, (b"Japan", b"Peru")[n % 2])
    for n in range(1, 9)
)
"""Units and places of a list that name people; others of its columns do not."""


def test_where_another_column_is_to_be_chosen_there_is_one_to_choose(screen: Page) -> None:
    opened(screen, "named.csv", NAMED)
    problem = screen.locator("#own-firm .problem")
    assert "column “unit”: is another for nearly everybody" in problem.inner_text()
    assert screen.get_by_label("Column of people’s codes").input_value() == "0"
    screen.get_by_label("Column of units").select_option("2")
    assert "column “country”: names people" in problem.inner_text()
    screen.get_by_label("Column of places").select_option("4")
    assert problem.is_hidden()
    assert "8 people in 2 units" in screen.locator("#own-firm .understood").inner_text()


def test_columns_of_a_file_are_not_asked_for_in_the_next(screen: Page) -> None:
    opened(screen, "named.csv", NAMED)
    assert screen.locator("#own-firm select").count() > 0
    opened(screen, "people.xlsx", b"PK\x03\x04")
    assert screen.locator("#own-firm select").count() == 0
