"""What an experiment file may ask to be made of its table."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from seci_sim.parameters import Section


class Analysis(Section):
    """Something that is made of an experiment's table."""

    kind: Literal[
        "comparison", "dose-response", "tornado", "morris", "sobol-indices", "search", "discovery"
    ] = Field(description="What is made of the table.")
    outcome: str | None = Field(None, description="The outcome that it is about.")
    factor: str | None = Field(None, description="The parameter that it is about.")
