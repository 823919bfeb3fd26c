"""What the page's server answers: films and files to those who may ask, one line to all else."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pandas as pd
import pytest

pytest.importorskip("dash", reason="needs the extra app")
pytest.importorskip("waitress", reason="needs the extra app")

from flask import Flask
from page_visitor import PATIENT, SMALL, asked_until_done, get, post, problems, visitor, warm_line

from seci_sim.page import work
from seci_sim.page.server import new_server
from seci_sim.page.workers import MOST_WAITING, Line, Turn
from seci_sim.scenario import read_scenario, scenario_of, with_levers

pytestmark = pytest.mark.packages

MINE = "name: Mine\nquestion: What then?\nextends: baseline\nhorizon: 8 weeks\n"

LARGE = (
    "world: {needs: 400}\nstakeholders: []\nunits:\n  - {name: A, kind: affiliate, staff: 900000}\n"
)


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with warm_line() as line:
        yield line


@pytest.fixture(scope="module")
def server(line: Line) -> Flask:
    return new_server(line)


# What it gives -----------------------------------------------------------------------------------


def test_a_film_shows_what_was_asked_for(server: Flask) -> None:
    answer = asked_until_done(server, "/film", SMALL | {"seed": "3", "patient_time": "2%"})
    film = json.loads(answer.data)
    first, second = film["runs"]
    assert answer.status_code == 200
    assert (first["name"], second["name"]) == ("No patient time", "One percent, patient time 2%")
    assert second["settings"]["policy.patient_time"] == "2%"
    assert second["seed"] == "3"


def test_a_film_is_sent_packed_to_who_can_unpack_it(server: Flask) -> None:
    body = {"fields": {"scenario": "one-percent"}, "visitor": visitor(1)}
    plain = post(server, "/film", body)
    packed = post(server, "/film", body, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2


def test_settings_are_those_of_the_scenario_with_the_changes(server: Flask) -> None:
    body = {"fields": SMALL | {"turnover": "20%", "combination": "no"}}
    told = json.loads(post(server, "/settings", body).data)
    assert told["values"]["turnover"] == 0.2
    assert told["values"]["combination"] is False
    assert told["values"]["patient_time"] == read_scenario("one-percent").policy.patient_time
    assert told["fields"] == SMALL | {"seed": "1", "turnover": "20%", "combination": "no"}


def test_the_weeks_come_as_a_table(server: Flask) -> None:
    answer = asked_until_done(server, "/table", SMALL)
    table = pd.read_csv(io.BytesIO(answer.data))
    assert set(table["scenario"]) == {"One percent", "No patient time"}
    assert table["week"].max() == 208
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.slow
def test_a_workbook_comes_with_ten_runs(server: Flask) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    sent = {"name": "mine.yaml", "text": MINE}
    answer = asked_until_done(server, "/workbook", {"compare": "unchanged"}, file=sent)
    book = openpyxl.load_workbook(io.BytesIO(answer.data), read_only=True)
    said = [cell for row in book["About"].iter_rows(values_only=True) for cell in row]
    assert "1 to 10" in said


def test_the_scenario_comes_as_a_file_that_says_the_same(server: Flask) -> None:
    fields = SMALL | {"patient_time": "2%", "needs": "30", "socialization": "no"}
    text = post(server, "/scenario", {"fields": fields}).data
    scenario = scenario_of(text, "seci-sim.yaml")
    assert scenario.policy.patient_time == 0.02
    assert scenario.policy.socialization is False
    assert scenario.world.needs == 30
    assert scenario.units == read_scenario("one-percent").units


def test_a_scenario_file_of_ones_own_is_run(server: Flask) -> None:
    sent = {"name": "mine.yaml", "text": MINE}
    answer = asked_until_done(server, "/film", {"compare": "unchanged"}, file=sent)
    before, now = json.loads(answer.data)["runs"]
    assert before["weeks"][-1] == now["weeks"][-1] == 8
    assert (before["name"], now["name"]) == ("Mine", "Mine (2)")


def test_nothing_is_loaded_from_elsewhere(server: Flask) -> None:
    answer = get(server, "/")
    named = re.findall(rb'(?:src|href)="([^"]*)"', answer.data)
    assert len(named) > 5
    assert all(re.match(rb"/[^/]|data:,", address) for address in named)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_what_workers_make_is_made_anywhere() -> None:
    scenarios = [read_scenario("no-patient-time"), read_scenario("one-percent")]
    short = [with_levers(scenario, horizon=3) for scenario in scenarios]
    film = json.loads(gzip.decompress(work.film_of(short, 7)))
    assert [run["weeks"] for run in film["runs"]] == [[1, 2, 3]] * 2
    assert work.table_of(short, 7).count(b"\n") == 1 + 2 * 3 * 6
    assert work.workbook_of(short, 7, "a command").startswith(b"PK")


def test_films_of_shipped_scenarios_are_kept_and_the_oldest_forgotten(
    server: Flask, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_server(line)
    first = asked_until_done(other, "/film", {"scenario": "silos"}, number=40)
    monkeypatch.setattr(line, "ask", lambda *_: 7)
    again = post(other, "/film", {"fields": {"scenario": "silos"}, "visitor": visitor(41)})
    assert again.data == first.data
    monkeypatch.undo()
    monkeypatch.setattr("seci_sim.page.server.MOST_KEPT", 1)
    asked_until_done(other, "/film", {"scenario": "remote"}, number=40)
    monkeypatch.setattr(line, "ask", lambda *_: 7)
    gone = post(other, "/film", {"fields": {"scenario": "silos"}, "visitor": visitor(41)})
    assert (gone.status_code, json.loads(gone.data)) == (202, {"place": 7})


def test_a_run_of_a_file_of_ones_own_is_kept_for_nobody(
    server: Flask, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"name": "mine.yaml", "text": MINE}
    film = asked_until_done(server, "/film", {}, number=42, file=sent)
    assert film.status_code == 200
    monkeypatch.setattr(line, "ask", lambda *_: 7)
    body = {"fields": {}, "file": sent, "visitor": visitor(43)}
    again = post(server, "/film", body)
    assert (again.status_code, json.loads(again.data)) == (202, {"place": 7})


# A class -----------------------------------------------------------------------------------------


def test_pressing_run_twenty_times_is_one_run(
    server: Flask, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_of, pressed = line._turn_of, Barrier(20, timeout=PATIENT)
    begun: list[Turn] = []

    def counted(visitor: str, key: str, task: Callable[[], bytes]) -> Turn:
        turn = turn_of(visitor, key, task)
        begun.append(turn)
        pressed.wait()  # nobody has fetched it before everybody has pressed
        return turn

    monkeypatch.setattr(line, "_turn_of", counted)
    monkeypatch.setattr("seci_sim.page.server.WAIT", PATIENT)
    body = {"fields": {"scenario": "one-percent", "seed": "20"}, "visitor": visitor()}
    with ThreadPoolExecutor(20) as pressing:
        answers = list(pressing.map(lambda _: post(server, "/film", body), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert len(begun) == 20
    assert all(turn is begun[0] for turn in begun)


@pytest.mark.slow
def test_thirty_visitors_are_all_answered(server: Flask) -> None:
    def visit(number: int) -> str:
        fields = {"scenario": "one-percent", "seed": str(number)}
        film = json.loads(asked_until_done(server, "/film", fields, number).data)
        return str(film["runs"][0]["seed"])

    with ThreadPoolExecutor(30) as room:
        assert list(room.map(visit, range(30))) == [str(number) for number in range(30)]


def test_of_two_hundred_requests_at_once_each_is_answered_or_told_to_wait(
    server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seci_sim.page.server.WAIT", PATIENT)  # the first sees the end of their run
    monkeypatch.setattr("seci_sim.page.workers.PATIENCE", PATIENT)  # and nobody loses their place

    def visit(number: int) -> int:
        fields = {"scenario": "one-percent", "seed": f"{1000 + number}"}
        body = {"fields": fields, "visitor": visitor(number)}
        return post(server, "/film", body).status_code

    with ThreadPoolExecutor(200) as crowd:
        answers = Counter(crowd.map(visit, range(200)))
    assert set(answers) <= {200, 202, 429}
    assert answers[200] >= 1
    assert answers[202] <= MOST_WAITING


# What it refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"patient_tme": "2%"}, "'patient_tme': no such setting; did you mean \"patient_time\"?"),
        ({"patient_time": "2"}, "patient_time: is not a share; did you mean 2%?; allowed: 0% to 100%; got '2'"),
        ({"patient_time": "200%"}, "patient_time: is too large; allowed: 0% to 100%; got '200%'"),
        ({"workshop_staff": "2.5"}, "workshop_staff: must be a whole number; allowed: 2 to 50 people; got '2.5'"),
        ({"needs": "1e9"}, "needs: write 1000000000; allowed: "),
        ({"socialization": "maybe"}, "socialization: is neither yes nor no; allowed: yes or no; got 'maybe'"),
        ({"seed": "-1"}, "seed: must be a whole number; allowed: 0..2^63-1; got '-1'"),
        ({"seed": str(2**63)}, "seed: must be a whole number; allowed: 0..2^63-1"),
        ({"scenario": "one-percnt"}, 'scenario: the page has no such scenario; did you mean "one-percent"?'),
        ({"scenario": "../../etc/passwd"}, "scenario: the page has no such scenario"),
        ({"scenario": "march-1991"}, "scenario: the page has no such scenario"),
        ({"compare": "<script>"}, "compare: the page has no such scenario; got '<script>'"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_answered_in_one_line(
    server: Flask, fields: dict[str, str], told: str
) -> None:
    for path in ("/film", "/settings", "/scenario", "/table", "/workbook"):
        answer = post(server, path, {"fields": fields, "visitor": visitor()})
        assert answer.status_code == 400
        (said,) = problems(answer)
        assert said.startswith(told)


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", '"x"', "[" * 100_000, '{"fields": 3}', '{"fields": {"seed": 1}}', '{"more": 1}',
     '{"fields": {}, "visitor": "<script>"}', b"\xff\xfe", '{"file": {"name": "x.yaml"}}',
     '{"file": 5}', '{"fields": {"patient_time": null}}'],
)  # fmt: skip
def test_what_is_no_request_is_answered_in_one_line(server: Flask, body: str | bytes) -> None:
    answer = post(server, "/film", body)
    assert answer.status_code == 400
    assert len(problems(answer)) == 1


def test_a_request_without_a_visitor_gets_no_place_in_the_line(server: Flask) -> None:
    answer = post(server, "/film", {"fields": SMALL})
    assert (answer.status_code, problems(answer)) == (
        400,
        ["visitor: must have 16 letters or digits at least"],
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("drawing.svg", "<svg onload=alert(1)>"),
        ("page.html", "<script>alert(1)</script>"),
        ("../../x.yaml", MINE),
        ("..\\x.yaml", MINE),
        ("/etc/passwd", MINE),
        ("", MINE),
        ("-rf.yaml", MINE),
    ],
)
def test_a_file_that_is_called_like_no_scenario_is_refused(
    server: Flask, name: str, text: str
) -> None:
    answer = post(server, "/settings", {"file": {"name": name, "text": text}})
    assert answer.status_code == 400
    assert problems(answer) == [
        "file: must be a scenario file NAME.yaml; letters, digits, - and _ only; got " + repr(name)
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MINE + "polic: {}\n", 'mine.yaml:5: polic: unknown field "polic"; did you mean "policy"?'),
        (MINE.replace("8 weeks", "0"), "mine.yaml:4: horizon: is too small"),
        ("<svg/>", "mine.yaml:1: must be fields such as name: My firm"),
        (MINE.replace("baseline", "../secret.yaml"), "mine.yaml:3: extends: names another file"),
        (MINE.replace("baseline", "/etc/passwd"), "mine.yaml:3: extends: names another file"),
        (MINE + "meetings: who.csv\n", "mine.yaml:5: meetings: names another file"),
        (MINE.replace("baseline", "march-1991"), "mine.yaml: model: the page runs seci only"),
        (MINE.replace("8 weeks", "5200 weeks"), "this run has 200 people x 5,200 weeks"),
        (MINE.replace("8 weeks", "1 weeks") + LARGE, "this run needs more than 2 GB"),
    ],
)
def test_a_wrong_file_is_answered_as_on_the_command_line(
    server: Flask, text: str, told: str
) -> None:
    answer = post(server, "/settings", {"file": {"name": "mine.yaml", "text": text}})
    assert answer.status_code == 400
    assert problems(answer)[0].startswith(told)


def test_a_setting_that_does_not_fit_the_scenario_is_refused(server: Flask) -> None:
    answer = post(server, "/film", {"fields": {"financial_agency": "yes"}, "visitor": visitor()})
    assert problems(answer) == [
        "policy.financial_agency: invites a financial agency, but no stakeholder of that kind is "
        "declared; got yes"
    ]


def test_a_mistake_of_ours_says_nothing_of_the_program(
    server: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("seci_sim.page.server.asked", mistaken)
    answer = post(server, "/settings", {})
    assert (answer.status_code, problems(answer)) == (500, ["internal server error"])


def test_a_run_with_too_many_needs_is_refused_with_the_limit(server: Flask) -> None:
    answer = post(server, "/film", {"fields": {"needs": "500"}, "visitor": visitor()})
    assert problems(answer) == [
        "this run has 500 needs; the page does at most 400 (use seci-sim run)"
    ]


def test_a_request_that_is_too_large_is_refused(server: Flask) -> None:
    answer = post(server, "/settings", b" " * 2_000_000)
    assert answer.status_code == 413


def test_an_address_that_asks_for_nonsense_is_refused_and_shown_as_text(server: Flask) -> None:
    answer = get(server, "/?agents=1e9&x=<script>alert(1)</script>&seed=<b>")
    assert answer.status_code == 400
    assert b"<script" not in answer.data
    assert b"&lt;b&gt;" in answer.data
    assert get(server, "/?seed=1&seed=2").status_code == 400
    assert get(server, "/?seed=2&patient_time=2%25").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", "", "[::1"]
)
def test_a_name_that_is_not_this_machines_is_refused(server: Flask, host: str) -> None:
    for path in ("/", "/film", "/player.js"):
        assert get(server, path, Host=host).status_code == 403
    assert post(server, "/film", {"fields": SMALL}, Host=host).status_code == 403


def test_a_page_of_another_site_is_refused(server: Flask) -> None:
    body = {"fields": SMALL}
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999", "file://"):
        assert post(server, "/settings", body, Origin=origin).status_code == 403
    assert post(server, "/settings", body, Origin="http://127.0.0.1:8050").status_code == 200
    form = post(server, "/settings", body, **{"Content-Type": "text/plain"})
    assert form.status_code == 400  # what another site's form can send without being asked


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../server.py", "/assets/%2e%2e/page.py",
     "/_dash-component-suites/os/path.py", "/_dash-component-suites/dash/../../x.js",
     "/_dash-update-component", "/favicon.ico", "/film/1"],
)  # fmt: skip
def test_what_is_not_there_is_not_given(server: Flask, path: str) -> None:
    assert get(server, path).status_code in (404, 405)
    assert post(server, path, {}).status_code in (404, 405)
