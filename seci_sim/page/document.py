"""The page: one file that stands alone, loads nothing, and works from a disk as from a server.

Whatever a lesson or a scenario says is text here: jinja2 escapes it; the engine is packed into letters and
digits; and the page's own policy lets the browser run these very scripts and their engine only, and load
nothing.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from seci_sim import __version__
from seci_sim.browser.catalogue import in_full
from seci_sim.browser.files import CATALOGUE, MODULE, bundle
from seci_sim.page import own_firm
from seci_sim.page.file_schema import file_schema
from seci_sim.page.handout.evidence import Evidence
from seci_sim.page.handout.making import Handout
from seci_sim.page.lessons import Lesson
from seci_sim.page.worlds import stated, worlds
from seci_sim.report.cautions import about_the_model
from seci_sim.report.html_page import content_policy, for_script, templates
from seci_sim.scenario import Scenario, read_scenario
from seci_sim.scenario.file_names import plain_name
from seci_sim.seci.measures import band_measures
from seci_sim.words import spoken

GENERATOR = "seci-sim page"
"""By this a page is known as one of ours, which another may replace."""

PLAN_BEGINS, PLAN_ENDS = "## A plan for 45 minutes", "## What the runs show"

TITLE = "How an organisation creates knowledge"

HERE = Path(__file__).parent
SCRIPTS = (
    *(f"player/{name}" for name in ("elements", "film", "modes", "drawing", "field", "curves", "words",
                                    "stories", "controls", "player")),
    "kept/yaml",
    *(f"files/{name}" for name in ("wording", "tree", "quantities", "reading", "fitting", "scenario")),
    *own_firm.SCRIPTS,
    *(f"screens/{name}" for name in ("source", "levers", "begin", "bets", "others", "lesson", "sandbox", "own_firm", "page")),
)  # fmt: skip
"""The page's scripts in the order in which they need each other."""

WORKER = ("player/layout", "player/filming", "player/work")
"""What the engine's worker adds to the engine."""

STYLES = ("templates/page.css", "player/player.css")

REVIEW = (
    (
        "How do tacit and explicit knowledge interact in a cycle?",
        "One person feels a need on a visit; a workshop says it; a plan combines it with what others wrote; a "
        "pilot practises it until it is routine. Cut the cycle at each of its four places and see what stops; "
        "then let it turn without patients, and see that it circulates what it has.",
        ("what-each-letter-does", "does-the-spiral-rise-by-itself"),
    ),
    (
        "What does each phase do for learning and innovation?",
        "Socialization brings in what nobody knew; externalization makes one person's insight available to those "
        "who were not there; combination finds what follows from several answers, and carries mistakes along; "
        "internalization turns a plan into skill.",
        ("what-each-letter-does", "copy-or-create"),
    ),
    (
        "How can it become an advantage?",
        "Not by more of everything, and not by copying alone: by a little contact that the other modes multiply, by "
        "knowing the place, by routines that outlast people, and by reaching those who need it. Against a rival that "
        "reads whatever the firm writes it lasts as long as new knowledge keeps coming from patients.",
        ("why-one-percent", "why-a-local-partner", "who-leaves-with-what", "tiered-prices", "why-advantage-lasts"),
    ),
)  # fmt: skip
"""Review questions of a course, what the model answers, and the lessons that show it."""


@dataclass(frozen=True)
class Shown:
    """A lesson as the page's template needs it."""

    name: str
    """A plain name, for addresses."""
    lesson: Lesson
    bet: int
    """Place of the setting that the class bets on."""
    seed: int
    first: Evidence
    """Of the outcome of the bet."""
    others: list[Evidence]


def script(names: Sequence[str] = SCRIPTS) -> str:
    """Scripts of the page as one.

    Examples
    --------
    >>> "SeciPlayer" in script()
    True
    """
    return "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)


def lesson_plan() -> str:
    """The plan, the misconceptions and the review questions of ``docs/teaching.md``, as HTML.

    Examples
    --------
    >>> "<h2>A plan for 45 minutes</h2>" in lesson_plan()
    True
    """
    inside = HERE / "teaching.md"
    text = (inside if inside.exists() else HERE.parents[1] / "docs" / "teaching.md").read_text(
        "utf-8"
    )
    told = text[text.index(PLAN_BEGINS) : text.index(PLAN_ENDS)]
    return str(MarkdownIt().enable("table").render(re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", told)))


def style() -> str:
    """The page's style sheet."""
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)


def document(
    lessons: Sequence[Handout], scenarios: Sequence[Scenario] = (), *, command: str
) -> str:
    """Write the page.

    Parameters
    ----------
    lessons : sequence of Handout
        What `seci_sim.page.handout.handout` made of each lesson.
    scenarios : sequence of Scenario
        Organisations of one's own, which stand in the sandbox before the shipped ones.
    command : str
        The command line that repeats it.

    Returns
    -------
    str
        A whole page, to be saved as UTF-8.
    """
    called = names_of([made.lesson.name for made in lessons])
    shown = [_shown(made, name) for made, name in zip(lessons, called, strict=True)]
    own = {f"own-{place}": _for_engine(one) for place, one in enumerate(scenarios)}
    settings = {
        _key(lesson, place): _for_engine(scenario)
        for lesson in shown
        for place, scenario in enumerate(lesson.lesson.settings)
    }
    offered = catalogue_of(own | settings)
    names = [*own, *(name for name in offered["scenarios"] if name not in own | settings)]
    catalogue = {"lessons": [_about(lesson) for lesson in shown], "offered": names}
    playing, titles = Markup(script()), {one.name: one.lesson.name for one in shown}  # noqa: S704 - our own files
    return (
        templates("seci_sim.page")
        .get_template("page.html.j2")
        .render(
            title=shown[0].lesson.question if len(shown) == 1 else TITLE,
            lessons=shown,
            review=[one for one in REVIEW if set(one[2]) <= set(titles)],
            titles=titles,
            engine=packed(MODULE.read_bytes()),
            scenarios=packed(json.dumps(offered, separators=(",", ":"), allow_nan=False).encode()),
            worker=Markup(bundle() + script(WORKER)),  # noqa: S704 - our own files
            catalogue=for_script(json.dumps(catalogue, separators=(",", ":"))),
            own_firm_words=for_script(json.dumps(own_firm.declared(), separators=(",", ":"))),
            plan=Markup(lesson_plan()),  # noqa: S704 - our own file
            cautions=about_the_model(),
            command=command,
            version=__version__,
            generator=GENERATOR,
            policy=content_policy(playing).replace("'; style", "' 'wasm-unsafe-eval'; worker-src blob:; style"),
            style=Markup(style()),  # noqa: S704 - our own files
            script=playing,
        )
    )  # fmt: skip


def catalogue_of(scenarios: dict[str, Any]) -> dict[str, Any]:
    """The engine's catalogue with all that a page adds: worlds, what files may hold, scenarios as `in_full` gives them."""
    found: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    shipped = {
        name: one | _about_scenario(read_scenario(name)) for name, one in found["scenarios"].items()
    }
    return found | {
        "scenarios": shipped | scenarios,
        "worlds": worlds(),
        "file_schema": file_schema(),
    }


def names_of(titles: Sequence[str]) -> list[str]:
    """A name for each lesson, for addresses and codes; of those that are alike, each after the first has a number.

    Examples
    --------
    >>> names_of(["Reading or practice", "reading, or practice?", "看護", "患者"])
    ['reading-or-practice', 'reading-or-practice-2', 'scenario', 'scenario-2']
    """
    found: list[str] = []
    for title in titles:
        bare = plain_name(title).lower()
        numbered = chain([bare], (f"{bare}-{number}" for number in count(2)))
        found.append(next(name for name in numbered if name not in found))
    return found


def _shown(made: Handout, name: str) -> Shown:
    lesson = made.lesson
    first, *others = made.evidence
    bet = lesson.labels.index(lesson.bet.setting)
    return Shown(name, lesson, bet, made.seed, first, others)


def _key(shown: Shown, place: int) -> str:
    """A lesson's setting among the scenarios of the engine; no file can be called so."""
    return f"{shown.name}/{place}"


def _for_engine(scenario: Scenario) -> dict[str, Any]:
    """A scenario as the engine takes it, and what the page needs besides."""
    return in_full(scenario) | _about_scenario(scenario)


def _about_scenario(scenario: Scenario) -> dict[str, Any]:
    """Its measures by income as the engine keeps them, and what holds in every world."""
    by_band = [measure.name for measure in band_measures(scenario.service.bands)[:-1]]
    return {"by_band": by_band, "stated": stated(scenario)}


def packed(content: bytes) -> str:
    """Bytes as text that a page may hold: deflated (zlib), in base64."""
    return base64.b64encode(zlib.compress(content, level=9)).decode()


def _about(shown: Shown) -> dict[str, Any]:
    """What the page's script needs of a lesson beside its words."""
    outcome = shown.lesson.bet.outcome
    return {
        "name": shown.name,
        "outcome": outcome,
        "called": spoken(outcome).capitalize(),
        "settings": list(shown.lesson.labels),
        "bet": shown.bet,
        "seed": shown.seed,
        "scenarios": [_key(shown, place) for place in range(len(shown.lesson.labels))],
    }
