"""The page on evidence, and studies as small as a test needs them."""

from __future__ import annotations

from typing import Any

import make_evidence

from seci_sim.evidence.study import Finding, Study, read_study

PAGE = make_evidence.PAGE.read_text("utf-8")


def row_of(study: Study) -> list[str]:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {study.name} |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def study_of(**finding: Any) -> Study:
    return read_study("proximity").model_copy(
        update={"finding": Finding(what="something", read_in="somewhere", **finding)}
    )
