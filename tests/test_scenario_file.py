"""Scenario files: how they are read, line by line, and how single values are understood."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from scenario_files import HEAD, lines_of

from seci_sim.scenario import (
    FileProblem,
    InputProblem,
    read_scenario,
)
from seci_sim.scenario.problems import shown, spelling
from seci_sim.scenario.quantities import (
    Unclear,
    in_words,
    number_of,
    switch_of,
    text_of,
)
from seci_sim.scenario.tree import LARGEST_FILE, Mapping, Scalar, is_not_text, parse


def typed(text: str, *, quoted: bool = False) -> Scalar:
    return Scalar(text, quoted, "s.yaml", 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("# hi", "s.yaml: is empty"),
        ("hello", "s.yaml:1: must be fields"),
        ("- a", "s.yaml:1: must be fields"),
        ("a:\n\tb: 1", "s.yaml:2: use spaces, not tabs"),
        ('a: "x', "s.yaml:1: a quotation mark is opened here and never closed"),
        ("name: a\nname: b", "s.yaml:2: name: given twice (first on line 1)"),
        (HEAD + "Policy: {}\npolicy: {}", 's.yaml:3: Policy: unknown field "Policy"; did you mean "policy"?'),
        ("a: &x 1\nb: *x", "s.yaml:1: no aliases"),
        ("a: *x", "s.yaml:1: no aliases"),
        ("a: {b: 1}\nc:\n  <<: {d: 1}", "s.yaml:3: no merge keys"),
        ("x: !foo 3", "s.yaml:1: no tags; got '!foo'"),
        ("x: !!python/object:os.system []", "s.yaml:1: no tags"),
        ("%YAML 1.1\n---\na: no", "s.yaml:2: remove the line that starts with %"),
        ("a: 1\n---\nb: 2", "s.yaml:2: holds more than one document"),
        ("[" * 3000, "s.yaml:1: nested deeper than 20 levels"),
        ("a: " + '{"a":' * 5000, "s.yaml:1: nested deeper than 20 levels"),
        ("a: [" + "1," * 400_000 + "1]", "s.yaml:1: more than 20000 items"),
        ("a: \x00", "s.yaml:1: holds control, invisible"),
        ('x: 1\nname: "\\e[2J"', "s.yaml:2: holds control, invisible or direction-changing characters; got '\\x1b[2J'"),
        ('name: "\\u202egnp.exe"', "s.yaml:1: holds control, invisible"),
        ("x: 1\n# \u202e a remark that lies", "s.yaml:2: holds control, invisible"),
        ('name: "a\\u200bb"', "s.yaml:1: holds control, invisible"),
        ('name: "\\ud800"', "s.yaml:1: holds control, invisible"),
        ('name: "\\U00110000"', "s.yaml:1: is not YAML 1.2"),
        ("1: 2", "s.yaml:1: field names must be text; got '1'"),
        ("true: 3", "s.yaml:1: field names must be text; got 'true'"),
        ("? [a]\n: 1", "s.yaml:1: field names must be text"),
        ("a: b: c", "s.yaml:1: check the indentation"),
        ("a: [1,\nb: 2", "s.yaml:1: a bracket is not closed"),
        ("a: @x", "s.yaml:1: text that starts with a special character needs quotes"),
        ("a: 1\nb\nc: 2", "s.yaml:2: a field needs a name, a colon, a space and a value"),
        (b"\xff\xfea\x00:\x00", "s.yaml:1: is in UTF-16 or UTF-32; save as UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00", "s.yaml:1: is not text in UTF-8"),
        (b"a: 1\nb: caf\xe9", "s.yaml:2: is not text in UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_plain_yaml_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    lines = lines_of(tmp_path, content)
    assert lines[0].startswith(message)
    assert len(lines) == 1
    assert lines[0].isprintable()


@pytest.mark.timed
@pytest.mark.parametrize(
    "content", ["[" * 3000, "a: " + '{"a":' * 5000, "a: [" + "1," * 400_000 + "1]"]
)
def test_a_file_that_is_nested_or_long_beyond_measure_is_refused_at_once(
    tmp_path: Path, content: str
) -> None:
    seconds: list[float] = []
    while len(seconds) < 3 and min(seconds, default=2) >= 2:  # what else is done can only add to it
        began = time.process_time()
        lines_of(tmp_path, content)
        seconds.append(time.process_time() - began)
    assert min(seconds) < 2


def test_the_mark_and_line_ends_of_windows_are_accepted_and_lines_still_count(
    tmp_path: Path,
) -> None:
    good = b"\xef\xbb\xbfname: Mine\r\nquestion: What for?\r\n"
    (tmp_path / "good.yaml").write_bytes(good)
    assert read_scenario(tmp_path / "good.yaml").name == "Mine"
    lines = lines_of(tmp_path, good + b"policy:\r\n  patient_time: 200%\r\n")
    assert lines[0].startswith("s.yaml:4: policy.patient_time: is too large")


def test_a_huge_file_is_refused_by_its_size_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    with file.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with pytest.raises(InputProblem, match="is larger than 1 MB"):
        read_scenario(file)


@pytest.mark.timed
def test_the_slowest_file_that_is_small_enough_is_not_read_for_long(tmp_path: Path) -> None:
    words = "x " * ((LARGEST_FILE - 100) // 2)
    began = time.process_time()
    assert lines_of(tmp_path, f"{HEAD}notes: {words}")[0].startswith("s.yaml:3: notes: is too long")
    # 1.3 s on an idle machine; a parser that takes time by the square would need hours.
    assert time.process_time() - began < 6


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nope.yaml", "nope.yaml: no such file"),
        (".", "is a folder"),
        ("one-percnt", 'one-percnt: no such file or shipped scenario; did you mean "one-percent"?'),
        ("x" * 300 + ".yaml", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_another_kind_of_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileProblem) as caught:
        read_scenario(name)
    assert message in str(caught.value)
    assert caught.value.exit_code == 5


def test_a_shipped_name_may_be_a_path_too() -> None:
    assert read_scenario(Path("one-percent")) == read_scenario("one-percent")


def test_what_is_not_an_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(FileProblem, match="is not an ordinary file"):
        read_scenario(tmp_path / "pipe.yaml")


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(HEAD)
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("this user may read every file")
    with pytest.raises(FileProblem, match="no permission"):
        read_scenario(file)


def test_at_most_twenty_mistakes_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    fields = "\n".join(f"field_{n}: 1" for n in range(30))
    lines = lines_of(tmp_path, HEAD + fields)
    assert len(lines) == 21
    assert lines[0].startswith("s.yaml:3: field_0:")
    assert lines[-1] == "... and 10 more"


def test_a_tree_knows_the_line_of_every_piece_and_keeps_what_was_typed() -> None:
    tree = parse('a: 010\nb:\n  - "1"\n  - c: no\n    d:\ne: |\n  x\n  y\n', "f")
    assert tree.entries["a"] == Scalar("010", False, "f", 1)
    items = tree.entries["b"].items  # type: ignore[union-attr]
    assert items[0] == Scalar("1", True, "f", 3)
    assert isinstance(items[1], Mapping)
    assert items[1].entries["c"] == Scalar("no", False, "f", 4)
    assert items[1].entries["d"] == Scalar("", False, "f", 5)
    assert tree.entries["e"] == Scalar("x\ny\n", True, "f", 6)
    assert tree.lines["e"] == ("f", 6)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1%", "share", 0.01),
        ("0.25 %", "share", 0.0025),
        ("0", "share", 0.0),
        ("-0", "share", 0.0),
        ("0.05", "share", 0.05),
        ("100%", "share", 1.0),
        ("5% a year", "share a year", 0.05),
        ("5% per year", "share a year", 0.05),
        ("2 h", "hours", 2.0),
        ("30 min", "hours", 0.5),
        ("2h", "hours a week", 2.0),
        ("2 h a week", "hours a week", 2.0),
        ("2 hours/week", "hours a week", 2.0),
        ("39 weeks", "weeks", 39.0),
        ("1 week", "weeks", 1.0),
        ("4 years", "weeks", 208.0),
        ("14 days", "weeks", 2.0),
        ("8 people", "people", 8.0),
        ("1 vote", "votes", 1.0),
        (".5", "votes", 0.5),
        ("+5", "votes", 5.0),
        ("7", "", 7.0),
    ],
)
def test_numbers_are_understood_as_people_write_them(text: str, unit: str, value: float) -> None:
    found = number_of(typed(text), unit)
    assert found == value
    assert str(found) == str(value), "no -0"


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("1", "share", "did you mean 1%?"),
        ("1.0", "share", "did you mean 1%?"),
        ("5", "share a year", "did you mean 5%?"),
        ("1/100", "share", "write a percentage such as 5%"),
        ("5% a week", "share a year", "write a percentage"),
        ("5%", "hours", "is not a share"),
        ("2 weeks", "hours", "is not a number; unit: hours"),
        ("3 months", "weeks", "is not a number; unit: weeks"),
        ("1e3", "people", "write 1000"),
        ("0e5", "people", "write 0"),
        ("1.5e-3", "votes", "write 0.0015"),
        ("1e-400", "share", "too close to 0"),
        ("1.0e+999", "votes", "too large"),
        ("1e99999999999999999999", "votes", "too large"),
        ("010", "people", "write 10"),
        ("0x10", "people", "write 16"),
        ("0b11", "people", "write 3"),
        ("0o17", "people", "write 15"),
        ("1_000", "people", "write 1000"),
        ("11,000", "people", "write 11000"),
        ("0,5", "hours", "write 0.5"),
        (".inf", "share", "is not a finite number"),
        ("-.inf", "share", "is not a finite number"),
        (".nan", "share", "is not a finite number"),
        ("inf", "share", "is not a finite number"),
        ("", "people", "has no value"),
        ("~", "people", "has no value"),
        ("null", "people", "has no value"),
        ("٣", "people", "is not a number"),
        ("9" * 41, "people", "is not a number"),
        ("2024-01-17", "people", "is not a number"),
        ("9**9**9", "people", "is not a number"),
    ],
)
def test_a_number_that_could_be_meant_in_two_ways_is_refused(
    text: str, unit: str, message: str
) -> None:
    with pytest.raises(Unclear, match=message.replace("?", r"\?").replace("*", r"\*")):
        number_of(typed(text), unit)


def test_a_quoted_number_is_text_but_a_quoted_percentage_is_clear() -> None:
    with pytest.raises(Unclear, match="remove the quotes"):
        number_of(typed("50", quoted=True), "people")
    assert number_of(typed("1%", quoted=True), "share") == 0.01


def test_whole_numbers_are_whole_after_units_are_taken_into_account() -> None:
    assert number_of(typed("4 years"), "weeks", whole=True) == 208
    assert number_of(typed("0.5 years"), "weeks", whole=True) == 26
    assert isinstance(number_of(typed("5.0"), "people", whole=True), int)
    for text in ("2.5", "10 days"):
        with pytest.raises(Unclear, match="must be a whole number"):
            number_of(typed(text), "weeks", whole=True)


def test_yes_and_no_are_words_not_numbers_nor_text() -> None:
    assert [switch_of(typed(word)) for word in ("yes", "No", "TRUE", "off")] == [True, False] * 2
    for scalar in (typed("1"), typed("yes", quoted=True), typed("ja"), typed("")):
        with pytest.raises(Unclear):
            switch_of(scalar)


def test_text_that_yaml_could_take_for_something_else_needs_quotes() -> None:
    assert text_of(typed("NO")) == "NO", "Norway"
    assert text_of(typed("2024-01-17", quoted=True)) == "2024-01-17"
    for text in ("2024-01-17", "12", "1e3", "true", "0x1F", ".5", "010"):
        assert is_not_text(text)
        with pytest.raises(Unclear, match="write it in quotes"):
            text_of(typed(text))
    for text in ("", "~", "Null"):
        with pytest.raises(Unclear, match="has no value"):
            text_of(typed(text))


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0125, "chance a week", "1.25%"),
        (1.0, "share", "100%"),
        (1e-07, "share", "0.00001%"),
        (1, "weeks", "1 week"),
        (0.5, "hours a week", "0.5 hours a week"),
        (60, "people", "60"),
        (False, "yes or no", "no"),
        (("library", "routines"), "", "library, routines"),
    ],
)
def test_values_are_said_as_a_file_would_give_them(value: object, unit: str, words: str) -> None:
    assert in_words(value, unit) == words


def test_a_long_or_hostile_value_is_shown_short_and_harmless() -> None:
    assert len(shown("x" * 10**6)) <= 60
    assert shown("\x1b[31m\n") == r"'\x1b[31m\n'"


def test_the_nearest_spelling_is_offered_only_where_it_is_near() -> None:
    assert (
        spelling("PATIENT_TIM", ["patient_time", "visit_hours"]) == '; did you mean "patient_time"?'
    )
    assert spelling("colour", ["patient_time"]) == ""
