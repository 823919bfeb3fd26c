"""Files made from the declarations, with one field broken at a time, and files that are in order.

Whatever is broken is refused on its line and under its name, and nothing else is found wrong with the
file; what is accepted means what was written. The default run tries the same few files every time; the
slow tests search, with examples that a change of the source changes.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fuzz_documents import (
    LESSON,
    Document,
    Place,
    Spot,
    Twice,
    at,
    classic,
    experiment,
    group_in,
    put,
    renamed,
    scenario,
    spots,
    write,
)
from fuzz_meaning import factors_said, of_factor, said
from fuzz_values import broken, good
from fuzzing import BROKEN, IN_ORDER, KINDS, answered, folder_with_a_firm, line_of, value_at
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from seci_sim.lab.analysis_kinds import ANALYSES
from seci_sim.lab.design import Design
from seci_sim.lab.sections import PolicyChoice, Sample, Until
from seci_sim.page.lessons.lesson import Bet, Lesson
from seci_sim.parameters import GROUPS, Band, Section
from seci_sim.scenario import Change, Scenario, Stakeholder, Unit
from seci_sim.scenario.money import Money, Weigh
from seci_sim.scenario.rivals import Rival
from seci_sim.scenario.trial import Trial

QUICK = 24
"""Cases of each kind of file in the default run."""

STRANGE_NAMES = ("1", "true", "~", "<<", "[a]", "{a: b}", "''", "? x", "2024-01-17", '"\\x1b"', "1e3", "&a b", "!b c")  # fmt: skip
"""What may stand where the name of a field should."""

SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_with_a_firm(tmp_path)


def tried(kind: str, folder: Path, case: Any, cases: int) -> Counter[bool]:
    """Try so many different files of a kind; gives how many were read and how many refused."""
    found: dict[str, bool] = {}
    if cases < BROKEN and cases < IN_ORDER:  # always the same few, whatever is changed elsewhere
        found = dict(case(kind, Random(seed), folder) for seed in range(cases))
        return Counter(found.values())

    @examples(max_examples=cases, suppress_health_check=list(HealthCheck), database=None)
    @given(SEEDS)
    def try_one(seed: int) -> None:
        text, was_read = case(kind, Random(seed), folder)
        found[text] = was_read

    try_one()
    assert len(found) >= 0.9 * cases, "cases repeat each other"
    return Counter(found.values())


# One field broken ---------------------------------------------------------------------------------


def breakage(document: Document, spot: Spot, chance: Random) -> tuple[Document, Place, str]:
    """A document with one field broken, where it stands then, and the name that is to be told, if any."""
    place, form = spot
    name = place[-1]
    told = next(part for part in reversed(place) if isinstance(part, str) and part not in ("from", "to"))  # fmt: skip
    if not isinstance(name, str) or chance.random() < 0.75:
        text = chance.choice(broken(form))
        # Whatever is no YAML is told before any field is known.
        return (
            put(document, place, text),
            place,
            told if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", text) else "",
        )
    if chance.random() < 0.5:
        return put(document, place, Twice(at(document, place))), place, name
    misspelt = (name[:-1] or "q", name.upper(), name + "x", name[0] + "\u0430" + name[1:])
    other = chance.choice((*misspelt, *STRANGE_NAMES))
    return renamed(document, place, other), (*place[:-1], other), ""


def one_is_broken(kind: str, chance: Random, folder: Path) -> tuple[str, bool]:
    """Break one field of a file, and hold the answer against what is promised."""
    make, model = KINDS[kind]
    document = make(chance)
    spot = chance.choice(list(spots(document, model)))
    changed, place, told = breakage(document, spot, chance)
    written = write(changed, chance)
    messages = answered(kind, written.text, folder)
    assert isinstance(messages, list), f"{spot.place} was broken, and nobody noticed:\n{written.text}"  # fmt: skip
    line = written.lines[place]
    there = [message for message in messages if line_of(message) == line]
    assert there, f"line {line} is broken, and these are told: {messages}\n{written.text}"
    assert all(told in message for message in there), f"{told} is not named: {there}"
    # What a misspelt name would have given may be missed, also by others.
    misspelt = place != spot.place
    assert misspelt or there == messages, f"more than line {line} is told: {messages}"
    return written.text, False


@pytest.mark.parametrize("kind", KINDS)
def test_one_broken_field_is_refused_on_its_line_and_nothing_else_is(
    kind: str, folder: Path
) -> None:
    assert tried(kind, folder, one_is_broken, QUICK)[True] == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_one_broken_field_in_thousands_of_files(kind: str, folder: Path) -> None:
    assert tried(kind, folder, one_is_broken, BROKEN)[True] == 0


# Nothing broken -----------------------------------------------------------------------------------

FREE = ("name", "question", "notes", "finding", "explanation", "discussion")
"""Texts to which nothing else refers."""


def may_be_any(spot: Spot, document: Document) -> bool:
    """Whether a field may have any value of its form, whatever the others have."""
    name = spot.place[-1]
    if spot.form.kind == "text":
        return spot.place in [(free,) for free in FREE] or spot.place == ("bet", "question")
    if len(spot.place) == 2:
        return spot.place[0] in ("world", "learning", "projects", "service", "policy")
    return spot.place[0] == "units" and name in ("staff", "price", "income_level", "turnover", "eligible_patients", "needs_differing")  # fmt: skip


def nothing_is_broken(kind: str, chance: Random, folder: Path) -> tuple[str, bool]:
    """Write any allowed values into a file, and read them back."""
    make, model = KINDS[kind]
    document = make(chance)
    expected: dict[Place, Any] = {}
    for place, form in list(spots(document, model)):
        if may_be_any(Spot(place, form), document) and form.kind not in ("table", "list"):
            text, expected[place] = good(form, chance)
            document = put(document, place, text)
    text = write(document, chance).text
    content = text.replace("\n", "\r\n") if chance.random() < 0.2 else text
    section = answered(kind, ("\ufeff" if chance.random() < 0.2 else "") + content, folder)
    assert not isinstance(section, list), f"{section}\n{text}"
    for place, value in expected.items():
        found = value_at(section, place)
        assert found == value, f"{place} is {found}, and {value} was written:\n{text}"
        assert type(found) is type(value)
    assert expected
    # The second reading is held against files that are known to be in order.
    for place, value in said(text.encode(), model):
        assert value_at(section, place) == value, place
    for group, parts, values in factors_said(text.encode()):
        factor = next(one for one in getattr(section, group) if one.name == values[0])
        assert of_factor(factor, parts) == values
    return text, True


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_what_is_read(kind: str, folder: Path) -> None:
    assert tried(kind, folder, nothing_is_broken, QUICK // 2)[False] == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_what_is_read_in_thousands_of_files(kind: str, folder: Path) -> None:
    assert tried(kind, folder, nothing_is_broken, IN_ORDER)[False] == 0


# Whether all of it is tried -----------------------------------------------------------------------


def test_every_field_of_every_kind_of_file_is_tried() -> None:
    chance = Random(0)
    documents: list[tuple[Document, type[Section]]] = [(LESSON, Lesson)]
    documents += [(scenario(chance, few=99), Scenario) for _ in range(20)]
    documents += [(classic(Random(seed)), Scenario) for seed in range(300)]
    documents += [(experiment(Random(seed)), Design) for seed in range(20)]
    met = {
        (group_of(place, model), place[-1])
        for document, model in documents
        for place, _ in spots(document, model)
    }
    groups: tuple[type[Section], ...] = (Scenario, Unit, Stakeholder, Change, Band, Money, Weigh, Rival, Trial, *GROUPS.values(),
              Design, Sample, Until, *ANALYSES, PolicyChoice, Lesson, Bet)  # fmt: skip
    of_files = {"sources", "meetings", "points", "given", "own_outcomes", "own_model"}
    of_experiments = {
        "policies",
        "uncertain",
        "sample",
        "until",
        "luck",
        "weekly",
        "yearly",
        "yearly_by_market",
        "keep",
        "analyses",
        "scenarios",
    }
    for group in groups:
        fields = set(group.model_fields) - of_files - (of_experiments if group is Lesson else set())
        name_of = "Analysis" if group in ANALYSES else group.__name__
        assert {(name_of, name) for name in fields} <= met


def group_of(place: Place, model: Any) -> str:
    """The group of fields that a place is in."""
    for part in place[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = group_in(model.model_fields[part]) or model
    return str(model.__name__)
