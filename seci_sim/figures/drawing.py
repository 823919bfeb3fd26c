"""What plotly.js is told to draw, as plain data.

Plotly's own figures check every value as they are made, which takes longer than all the sums of a report; a
`Drawing` is checked where somebody asks for the figure, as notebooks and the tests do.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

Part = dict[str, Any]
"""A trace, an axis, an annotation or a shape, in plotly's words."""


@dataclass
class Drawing:
    """Traces and a layout, which grow as a chart is drawn."""

    data: list[Part] = field(default_factory=list)
    layout: Part = field(default_factory=dict)

    def add_bar(self, **trace: Any) -> None:
        """Draw bars."""
        self.data.append({"type": "bar", **trace})

    def add_scatter(self, **trace: Any) -> None:
        """Draw dots or lines."""
        self.data.append({"type": "scatter", **trace})

    def add_shape(self, **shape: Any) -> None:
        """Draw a line or a rectangle."""
        self.layout.setdefault("shapes", []).append(shape)

    def add_vline(self, x: float, line: Part) -> None:
        """Draw a line from the bottom to the top."""
        ends = {"x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
        self.add_shape(type="line", **ends, line=line)

    def add_hline(self, y: float, line: Part) -> None:
        """Draw a line from the left to the right."""
        ends = {"x0": 0, "x1": 1, "xref": "x domain", "y0": y, "y1": y, "yref": "y"}
        self.add_shape(type="line", **ends, line=line)

    def say_over_curves(self, said: str) -> None:
        """Say this over every point of the traces that have a name."""
        for trace in self.data:
            if trace.get("name") is not None:
                trace["hovertemplate"] = said

    def update_layout(self, **parts: Any) -> Drawing:
        """Lay out anew what is named, and what is named within it; return the drawing.

        Examples
        --------
        >>> Drawing(layout={"margin": {"t": 10, "b": 50}}).update_layout(margin={"t": 20}).layout
        {'margin': {'t': 20, 'b': 50}}
        """
        _update(self.layout, parts)
        return self

    @property
    def inner_height(self) -> float:
        """Pixels between the upper and the lower margin."""
        margin = self.layout["margin"]
        return float(self.layout["height"] - margin["t"] - margin["b"])

    def plain(self) -> Part:
        """Traces and layout as JSON has them; what is no number is None."""
        return {"data": plain(self.data), "layout": plain(self.layout)}

    def to_json(self) -> str:
        """The same as text.

        Examples
        --------
        >>> drawing = Drawing()
        >>> drawing.add_bar(x=[0.5, float("nan")])
        >>> drawing.to_json()
        '{"data": [{"type": "bar", "x": [0.5, null]}], "layout": {}}'
        """
        return json.dumps(self.plain(), ensure_ascii=False, allow_nan=False)

    def figure(self) -> go.Figure:
        """What plotly makes of it, every value checked.

        Raises
        ------
        ValueError
            Plotly knows no such word, or it has no such value.
        """
        import plotly.graph_objects as go  # takes as long as half a report

        return go.Figure(self.plain())


def _update(whole: Part, parts: Mapping[str, Any]) -> None:
    for name, value in parts.items():
        if isinstance(value, Mapping) and isinstance(whole.get(name), dict):
            _update(whole[name], value)
        else:
            whole[name] = dict(value) if isinstance(value, Mapping) else value


def plain(value: Any) -> Any:
    """Whatever a chart or a document is made of, as JSON has it; None for what has no value."""
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if hasattr(value, "tolist"):  # arrays, columns of tables and their single numbers
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
