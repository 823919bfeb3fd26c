"""The page: one file that stands alone, loads nothing, and works from a disk as from a server.

Whatever a lesson or a scenario says is text here: jinja2 escapes it; runs are packed into letters and
digits; and the page's own policy lets the browser run these very scripts only, and load nothing.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from seci_sim.lab.provenance import own_version
from seci_sim.page.film import Film
from seci_sim.page.handout.evidence import Evidence, evidence
from seci_sim.page.handout.making import Handout
from seci_sim.page.lessons import Lesson
from seci_sim.report.cautions import about_the_model
from seci_sim.report.html_page import content_policy, for_script, templates
from seci_sim.scenario.file_names import plain_name
from seci_sim.words import spoken

GENERATOR = "seci-sim page"
"""By this a page is known as one of ours, which another may replace."""

HERE = Path(__file__).parent
SCRIPTS = (
    *(f"player/{name}" for name in ("elements", "film", "modes", "field", "curves", "words",
                                    "stories", "controls", "player")),
    *(f"screens/{name}" for name in ("source", "begin", "bets", "lesson", "pairs", "page")),
)  # fmt: skip
"""The page's scripts in the order in which they need each other."""

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
        "knowing the place, by routines that outlast people, and by reaching those who need it. The model has no "
        "competitors; it shows what a firm itself takes long to get back.",
        ("why-one-percent", "why-a-local-partner", "who-leaves-with-what", "tiered-prices"),
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


def script(folder: str = "") -> str:
    """All scripts of the page as one, or those of a folder.

    Examples
    --------
    >>> "SeciPlayer" in script()
    True
    """
    names = (name for name in SCRIPTS if name.startswith(folder))
    return "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)


def style() -> str:
    """The page's style sheet."""
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)


def document(lessons: Sequence[Handout], films: Sequence[Film] = (), *, command: str) -> str:
    """Write the page.

    Parameters
    ----------
    lessons : sequence of Handout
        What `seci_sim.page.handout.handout` made of each lesson.
    films : sequence of dict
        Runs of policies with one seed, which the page shows beside each other; see `seci_sim.page.film`.
    command : str
        The command line that repeats it.

    Returns
    -------
    str
        A whole page, to be saved as UTF-8.
    """
    shown = [_shown(made) for made in lessons]
    runs = _Runs()
    catalogue = {
        "lessons": [
            _about(made, one, runs) for made, one in zip(lessons, shown, strict=True)
        ],
        "scenarios": [
            {"name": film["name"], "question": film["question"], "run": runs.key_of(film)}
            for film in films
        ],
    }  # fmt: skip
    playing = Markup(script())  # noqa: S704 - our own files
    titles = {one.name: one.lesson.name for one in shown}
    return (
        templates("seci_sim.page")
        .get_template("page.html.j2")
        .render(
            title=shown[0].lesson.question if len(shown) == 1 else "How an organisation creates knowledge",
            lessons=shown,
            scenarios=catalogue["scenarios"],
            review=[one for one in REVIEW if set(one[2]) <= set(titles)],
            titles=titles,
            runs=runs.packed,
            catalogue=for_script(json.dumps(catalogue, separators=(",", ":"))),
            cautions=about_the_model(),
            command=command,
            version=own_version(),
            generator=GENERATOR,
            policy=content_policy(playing),
            style=Markup(style()),  # noqa: S704 - our own files
            script=playing,
        )
    )  # fmt: skip


def _shown(made: Handout) -> Shown:
    lesson = made.lesson
    first, *others = evidence(lesson, made.results.summary)
    bet = lesson.labels.index(lesson.bet.setting)
    return Shown(plain_name(lesson.name).lower(), lesson, bet, made.seed, first, others)


class _Runs:
    """The runs of a page, each packed once, by key."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def key_of(self, film: Film) -> str:
        """The run's key; its name is the setting's, and may differ from place to place."""
        nameless = {name: part for name, part in film.items() if name not in ("name", "question")}
        return self._keys.setdefault(packed(nameless), f"run-{len(self._keys)}")

    @property
    def packed(self) -> list[tuple[str, str]]:
        return [(key, text) for text, key in self._keys.items()]


def packed(document: Any) -> str:
    """JSON as text that a page may hold: deflated (zlib), in base64."""
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode(), level=9)).decode()


def _about(made: Handout, shown: Shown, runs: _Runs) -> dict[str, Any]:
    """What the page's script needs of a lesson beside its words."""
    outcome = made.lesson.bet.outcome
    return {
        "name": shown.name,
        "outcome": outcome,
        "called": spoken(outcome).capitalize(),
        "settings": list(made.lesson.labels),
        "bet": shown.bet,
        "runs": [runs.key_of(film) for film in made.films],
        "luck": made.luck(),
    }
