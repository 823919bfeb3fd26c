"""The results as slides: what the box says, the policies, charts, and what to keep in mind.

The first slide has the plain words and one picture, the second all that the box says of each policy.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from seci_sim.figures import Chart, style
from seci_sim.figures.style import Native
from seci_sim.lab.comparison_table import Comparison
from seci_sim.lab.statistics import MET, MIS_SERVED, ON_TREATMENT
from seci_sim.parameters import MODELS
from seci_sim.report.html import Told
from seci_sim.report.slide_charts import Place, colour_of, put_chart
from seci_sim.words import measured, quoted

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.6)
"""16:9."""

TITLE_TOP, TITLE_HEIGHT, TOP = Inches(0.35), Inches(1.15), Inches(1.65)
INNER = WIDTH - 2 * MARGIN
ROOM = HEIGHT - TOP - MARGIN // 2
"""Below a title."""

TITLE_ONLY = 5
"""Place of the layout that has a title and nothing else, in the library's own template."""

MOST_SLIDES = 8
"""Slides of a meeting: the answer, its figures, the policies, what to keep in mind, and charts."""

TITLE_SIZES, SIZES = range(26, 8, -2), range(20, 9, -1)
"""Points of letters, from those that are best read to those that just can be."""

EM, BOLD, LEADING = 0.53, 0.62, 1.2
"""Width of a letter, of a bold one, and height of a line, in its size: of the widest letters that
programs choose."""

SMALLER = 3
"""Points by which small print is smaller."""

Cell = tuple[str, ...]
"""Lines of a cell of a table, small print below the first."""

SPACE, INSET = Inches(0.11), Inches(0.1)
"""Below a paragraph, and around what stands in a box or a cell."""

GAP, CAPTION = Inches(0.3), Inches(0.8)
"""Between two things beside each other, and for the sentence above the second chart."""

TOGETHER = (
    ("decides1", "decides2"), ("time", "difference"), ("kinds", "markets"), ("harm", "prices"), ("bands",),
    ("needs",),
)  # fmt: skip
"""Charts that make the slides of a meeting, the most telling first, and which of them share one."""

MOST_NAMES = 4
"""Curves or kinds of bars of a chart that leaves room for another beside it."""

OF_NEEDS = {"time", "difference", "kinds", "markets", "harm", "prices", "needs"}
"""Charts that say nothing where policies meet the same needs."""


def slides(told: Told, *, command: str) -> bytes:
    """Write the slides: a file in the format of PowerPoint 2007 and later; see `seci_sim.report.exported`."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = told.question, "seci-sim", "seci-sim"
    mark = f"Hash of the inputs, as in manifest.json: {told.results.fingerprint}\nTo repeat this: {command}"
    charts = [chart for chart in told.charts if chart.native is not None]
    pictured = charts[0] if charts and told.sections[0].key == "first" else None
    _answer(deck, told, pictured, mark)
    if not MODELS[told.results.scenarios[0].model].paper:
        _figures(deck, told, pictured, mark)
    _policies(deck, told, mark)
    for section in told.sections:
        if section.key == "money" and section.sentences:
            _money(deck, section.sentences, mark)
    left = [chart for chart in charts if chart is not pictured]
    for group in _chosen(left, told.compared, MOST_SLIDES - len(deck.slides) - 1):
        _charts(deck, group, mark)
    slide = _slide(deck, f"{len(told.cautions)} things to keep in mind", mark)
    _text(slide, [*told.cautions, mark], range(14, 9, -1))
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _answer(deck: Any, told: Told, chart: Chart | None, mark: str) -> None:
    """The plain words, beside one picture."""
    published = MODELS[told.results.scenarios[0].model].paper
    said = [str(one) if published else one.plain for one in told.said]
    words = "" if chart is None else f"{chart.title}. {chart.description}\n"
    slide = _slide(deck, told.question, "\n".join([*told.answer, words + mark]))
    width = INNER if chart is None else (INNER - GAP) // 2
    box = _text(slide, said, SIZES, (MARGIN, TOP, width, ROOM), bold=True)
    box.line.color.rgb, box.line.width = colour_of(style.TACIT), Pt(3)
    if chart is not None:
        put_chart(slide, chart, (MARGIN + width + GAP, TOP, width, ROOM))


def _figures(deck: Any, told: Told, chart: Chart | None, mark: str) -> None:
    """What the box says of each policy, a row a policy; below it what its words mean."""
    said = [dict(_under_heading(figure) for figure in one.figures) for one in told.said]
    heads = list(dict.fromkeys(head for one in said for head in one))
    names = told.compared.names[-len(said) :]
    rows = [
        [name, *(one.get(head, "") for head in heads)]
        for name, one in zip(names, said, strict=True)
    ]
    table = [["Policy", *heads], *rows]
    reading = [" ".join(told.reading)]
    below = height_of(reading, INNER, min(SIZES))
    cells = [[(cell,) for cell in row] for row in table]
    size, fits = _fitting(cells, ROOM - below)
    title = (chart or told.charts[0]).title + _part(fits, len(rows))
    slide = _slide(deck, title, "\n".join([*told.answer, mark]))
    _table(slide, cells[: fits + 1], size)
    _text(slide, reading, SIZES[-1:], (MARGIN, TOP + ROOM - below, INNER, below))


def _under_heading(figure: str) -> tuple[str, str]:
    """A sentence of the box, and the word it begins with.

    Examples
    --------
    >>> _under_heading("Gain: +1.0 points; luck: 1")
    ('Gain', '+1.0 points; luck: 1')
    """
    head, _, rest = figure.partition(": ")
    return head, rest


def _fitting(table: Sequence[Sequence[Cell]], room: int) -> tuple[int, int]:
    """In which size, and how many rows of a table fit; at least one."""
    for size in SIZES[6:]:
        heights = _heights(table, size)
        if sum(heights) <= room:
            break
    fits = len(table) - 1
    while fits > 1 and sum(heights[: fits + 1]) > room:
        fits -= 1
    return size, fits


def _part(shown: int, of: int) -> str:
    """That rows are left out, where some are."""
    return "" if shown == of else f" ({shown} of {of} are shown, all in the report)"


def _policies(deck: Any, told: Told, mark: str) -> None:
    """The table of the page, as many rows as a slide has room for."""
    table = [
        [tuple(cell.lines.split("\n")) for cell in row]
        for row in (told.policies.headings, *told.policies.rows)
    ]
    size, fits = _fitting(table, ROOM)
    title = f"{_best(told.compared)}{_part(fits, len(table) - 1)}"
    _table(_slide(deck, title, mark), table[: fits + 1], size)


def _best(found: Comparison) -> str:
    """Which policy has most of what is compared, in a sentence."""
    by_name = {one.name: one for one in found.outcomes}
    outcome = found.outcomes[0]
    if ON_TREATMENT in by_name and found.about_treatment:
        outcome = by_name[ON_TREATMENT]
    policy = max(found.names, key=lambda name: found.mean(name, outcome.name))
    value = measured(found.mean(policy, outcome.name), outcome.unit)
    of = f"{outcome.called}: {value} under {quoted(policy)}"
    return of if len(found.names) == 1 else f"{of}, the most of {len(found.names)}"


def _money(deck: Any, sentences: Sequence[str], mark: str) -> None:
    """What policies cost in money, a paragraph a policy."""
    title, _, _ = re.sub(r" \([^)]*\)", "", sentences[0]).partition(". ")
    _text(_slide(deck, title, mark), sentences, SIZES)


def _charts(deck: Any, charts: Sequence[Chart], mark: str) -> None:
    """One chart below its sentence, or two beside each other."""
    words = "\n".join(f"{chart.title}. {chart.description}" for chart in charts)
    slide = _slide(deck, charts[0].title, f"{words}\n{mark}")
    width = (INNER - GAP * (len(charts) - 1)) // len(charts)
    above = CAPTION * (len(charts) > 1)
    for place, chart in enumerate(charts):
        left = MARGIN + place * (width + GAP)
        put_chart(slide, chart, (left, TOP + above, width, ROOM - above))
        if place:
            _text(slide, [chart.title], SIZES[4:], (left, TOP, width, above))


def _chosen(charts: Sequence[Chart], found: Comparison, most: int) -> list[list[Chart]]:
    """Charts of as many slides as there may be, in the order in which the page has them."""
    left = {chart.key: chart for chart in charts if not (_alike(found) and chart.key in OF_NEEDS)}
    order, groups = list(left), list[list[Chart]]()
    treated = ON_TREATMENT in found.summary and found.about_treatment
    together = sorted(TOGETHER, key=lambda keys: treated and keys != ("bands",))
    for keys in (*together, *((key,) for key in order)):
        group = [left[key] for key in keys if key in left]
        if any(len(_named(chart.native)) > MOST_NAMES for chart in group):
            group = group[:1]
        if group:
            groups.append(group)
            for chart in group:
                del left[chart.key]
    return sorted(groups[:most], key=lambda group: order.index(group[0].key))


def _alike(found: Comparison) -> bool:
    """Whether policies meet and mis-serve the same needs, run by run."""
    if len(found.names) == 1 or MET not in found.summary:
        return False
    changes = [
        found.change(policy, outcome, against)
        for policy, against in found.steps()
        for outcome in (MET, MIS_SERVED)
    ]
    return all(change.used == change.equal for change in changes)


def _named(native: Native | None) -> list[str]:
    """Curves or kinds of bars that a key names."""
    if native is None:
        return []
    marks = zip(native.numbers, native.marks, strict=True)
    return [str(name) for name, mark in marks if not mark.thin]


def _slide(deck: Any, title: str, notes: str) -> Any:
    """A slide with its sentence above, and what is to be said with it in its notes."""
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    heading = slide.shapes.title
    heading.left, heading.top = MARGIN, TITLE_TOP
    heading.width, heading.height = INNER, TITLE_HEIGHT
    frame = heading.text_frame
    frame.text, frame.word_wrap, frame.vertical_anchor = title, True, MSO_ANCHOR.TOP
    size = _largest([title], TITLE_SIZES, INNER, TITLE_HEIGHT, bold=True)
    for paragraph in frame.paragraphs:
        paragraph.alignment, paragraph.font.bold = PP_ALIGN.LEFT, True
        paragraph.font.size = Pt(size)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def _text(
    slide: Any,
    sentences: Sequence[str],
    sizes: Sequence[int],
    place: Place = (MARGIN, TOP, INNER, ROOM),
    *,
    bold: bool = False,
) -> Any:
    """Sentences below one another, in the largest size in which all fit; returns their box."""
    size = _largest(sentences, sizes, *place[2:], bold=bold)
    shown = list(sentences)
    while len(shown) > 1 and height_of(shown, place[2], size, bold=bold) > place[3]:
        left = len(sentences) - len(shown) + 2
        shown = [*sentences[: len(shown) - 2], f"And {left} more, all in the report."]
    box = slide.shapes.add_textbox(*place[:3], height_of(shown, place[2], size, bold=bold))
    box.text_frame.word_wrap = True
    for position, sentence in enumerate(shown):
        paragraph = box.text_frame.add_paragraph() if position else box.text_frame.paragraphs[0]
        paragraph.text, paragraph.space_after = sentence, SPACE
        paragraph.font.size, paragraph.font.bold = Pt(size), bold
    return box


def _table(slide: Any, table: Sequence[Sequence[Cell]], size: int) -> None:
    """A table whose first row is its heading; the second line of a cell is small print."""
    shape = slide.shapes.add_table(len(table), len(table[0]), MARGIN, TOP, INNER, Inches(0.5))
    for column, width in zip(shape.table.columns, _widths(table), strict=True):
        column.width = width
    heights = _heights(table, size)
    shape.height = sum(heights)
    for row, line, height in zip(shape.table.rows, table, heights, strict=True):
        row.height = height
        for cell, parts in zip(row.cells, line, strict=True):
            cell.text = "\n".join(parts)
            for place, paragraph in enumerate(cell.text_frame.paragraphs):
                paragraph.font.size = Pt(size - SMALLER * bool(place))


def _heights(table: Sequence[Sequence[Cell]], size: int) -> list[int]:
    """Of the rows of a table."""
    widths = _widths(table)
    return [
        max(_height(cell, width, size) for cell, width in zip(row, widths, strict=True))
        for row in table
    ]


def _height(cell: Cell, width: int, size: int) -> int:
    lines = (
        height_of([line], width, size - SMALLER * bool(place)) - SPACE - INSET
        for place, line in enumerate(cell)
    )
    return sum(lines) + INSET


def _widths(table: Sequence[Sequence[Cell]]) -> list[int]:
    """Of the columns of a table, wider where more is said; together as wide as a slide has room."""
    columns = [[" ".join(cell) for cell in column] for column in zip(*table, strict=True)]
    words = [
        max(len(word) for cell in column for word in cell.split() or [""]) for column in columns
    ]
    least = [min(INNER // len(columns), _width_of(word)) for word in words]
    longest = [max(map(len, column)) ** 0.75 for column in columns]
    more = INNER - sum(least)
    return [low + int(more * one / sum(longest)) for low, one in zip(least, longest, strict=True)]


def _width_of(characters: int) -> int:
    """Of a word in a cell."""
    return int(characters * BOLD * Pt(SIZES[6])) + 2 * INSET


def _largest(
    texts: Sequence[str], sizes: Sequence[int], width: int, height: int, *, bold: bool = False
) -> int:
    """The first size in which texts fit; else the last."""
    fits = (size for size in sizes if height_of(texts, width, size, bold=bold) <= height)
    return next(fits, sizes[-1])


def height_of(texts: Iterable[str], width: int, size: int, *, bold: bool = False) -> int:
    """What texts below one another take at most, in a box of a width.

    Parameters
    ----------
    size : int
        Points of their letters.

    Examples
    --------
    >>> height_of(["one line"], Inches(6), 20) < height_of(["a word " * 30], Inches(6), 20)
    True
    """
    characters = max(1, int((width - 2 * INSET) / Pt(size) / (BOLD if bold else EM)))
    lines = [
        sum(len(textwrap.wrap(line, characters)) or 1 for line in text.split("\n"))
        for text in texts
    ]
    return int(sum(lines) * LEADING * Pt(size)) + SPACE * len(lines) + INSET
