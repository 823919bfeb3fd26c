"""The page of a hand-out: it stands alone, loads nothing, and works from a file.

Whatever a lesson says is text here: jinja2 escapes it; runs are packed into letters and digits;
and the page's own policy lets the browser run these very scripts only, and load nothing.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from markupsafe import Markup

from seci_sim.lab.provenance import own_version
from seci_sim.page import player
from seci_sim.page.handout.evidence import evidence
from seci_sim.page.handout.making import Handout
from seci_sim.report.cautions import about_the_model
from seci_sim.report.html_page import content_policy, for_script, source, templates
from seci_sim.words import spoken

GENERATOR = "seci-sim handout"
"""By this a page is known as a hand-out, which another may replace."""

MOST_CURVES = 3
"""Curves that stand side by side under the picture."""


def html(made: Handout, *, command: str) -> str:
    """Write the page.

    Parameters
    ----------
    made : Handout
        What `seci_sim.page.handout.handout` made.
    command : str
        The command line that repeats it.

    Returns
    -------
    str
        A whole page, to be saved as UTF-8.
    """
    environment = templates("seci_sim.page.handout")
    script, lesson = source(environment, "handout.js"), made.lesson
    playing = Markup(player.script())  # noqa: S704 - our own file
    first, *others = evidence(lesson, made.results.summary)
    return environment.get_template("handout.html.j2").render(
        lesson=lesson,
        bet_on=lesson.labels.index(lesson.bet.setting),
        first=first,
        others=others,
        seed=made.seed,
        seeds=f"{made.results.seeds[0]} to {made.results.seeds[-1]}",
        films=packed_films(made),
        asked=for_script(json.dumps(_asked(made))),
        cautions=about_the_model(),
        command=command,
        version=own_version(),
        generator=GENERATOR,
        policy=content_policy(playing, script),
        style=Markup(player.style()) + source(environment, "handout.css"),  # noqa: S704 - our own file
        player=playing,
        script=script,
    )


def _asked(made: Handout) -> dict[str, Any]:
    """What the page's script needs beside the runs."""
    bet = made.lesson.bet
    outcomes = [bet.outcome, *made.films[0]["curves"]]
    return {
        "format": "seci-film-1",
        "outcome": bet.outcome,
        "called": spoken(bet.outcome).capitalize(),
        "curves": list(dict.fromkeys(outcomes))[:MOST_CURVES],
        "setting": made.lesson.labels.index(bet.setting),
    }


def packed_films(made: Handout) -> str:
    """All runs as text that a page may hold: JSON, deflated (zlib), in base64."""
    text = json.dumps(made.films, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode(), level=9)).decode()
