"""The page for users of Mesa, run as its own library runs it, without a browser."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from seci_sim import SECIModel

pytest.importorskip("solara", reason="needs the extra mesa-page")
pytest.importorskip("matplotlib", reason="needs the extra mesa-page")

PAGE = Path(__file__).parents[1] / "docs" / "mesa_page.py"


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    return runpy.run_path(str(PAGE))


@pytest.fixture
def shown(written: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The page, drawn; the words in its pictures are words."""
    import matplotlib as mpl

    solara: Any = import_module("solara")
    monkeypatch.setitem(mpl.rcParams, "svg.fonttype", "none")
    whole = solara.AppLayout(children=[written["page"]])
    _, context = solara.render(whole, handle_error=False)
    yield context
    context.close()


def titles(figure: Any) -> list[str]:
    return [axes.get_title() for axes in figure.axes]


def pressed(shown: Any, label: str) -> None:
    button = import_module("ipyvuetify").Btn
    shown.find(button, children=[label]).widget.click()


def pictures(shown: Any) -> str:
    drawn = shown.find(import_module("ipywidgets").Image).widgets
    return "\n".join(bytes(picture.value).decode() for picture in drawn)


@pytest.mark.slow
def test_stepping_and_going_back_are_seen_in_the_pictures(shown: Any) -> None:
    assert "Week 0: what 200 people know rightly" in pictures(shown)
    pressed(shown, "Step")
    pressed(shown, "Step")
    assert "Week 2: what 200 people know rightly" in pictures(shown)
    assert "of patients" in pictures(shown)
    pressed(shown, "Reset")
    assert "Week 0: what 200 people know rightly" in pictures(shown)


def test_the_sliders_are_arguments_of_the_model(written: dict[str, Any]) -> None:
    values = {
        name: given["value"] if isinstance(given, dict) else given.value
        for name, given in written["SETTINGS"].items()
    }
    model = SECIModel(**values)
    assert model.seed == 1
    assert model.policy.patient_time == values["patient_time"]
    for name in written["SETTINGS"]["scenario"]["values"]:
        SECIModel(name, rng=1)


def test_the_pictures_show_every_employee_and_what_was_measured(written: dict[str, Any]) -> None:
    model = SECIModel("baseline", rng=1)
    for _ in range(3):
        model.step()
    people = written["picture_of_people"](model)
    assert titles(people) == ["Week 3: what 200 people know rightly"]
    assert sum(len(dots.get_offsets()) for dots in people.axes[0].collections) == 200
    lines = written["picture_of_lines"](model).axes[0].get_lines()
    assert [len(line.get_xdata()) for line in lines] == [3, 3, 3]


def test_nothing_is_used_that_the_next_mesa_removes() -> None:
    text = PAGE.read_text("utf-8")
    for gone in (".steps", "seed=", "batch_run", "mesa.space", "PropertyLayer", "DataCollector"):
        assert gone not in text
