"""Who is stopped among studies does not run again what was run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from seci_sim.cli import answer_to
from seci_sim.evidence import held
from seci_sim.evidence.study import shipped_studies
from seci_sim.lab import chunks
from seci_sim.lab.conduct import conduct

BRIEF = "runs: 3"


def test_the_same_command_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study, times = shipped_studies()["documents-save-time"].read_text("utf-8"), 0
    study, replaced = re.subn(r"runs: \d+", BRIEF, study)
    assert replaced == 1
    (tmp_path / "mine.yaml").write_text(study, "utf-8")
    command = ["evidence", str(tmp_path / "mine.yaml"), "--worlds", "2", "--workers", "1"]
    run, ran = chunks.run_once, list[Any]()

    def counted(*given: Any, **others: Any) -> Any:
        ran.append(given)
        return run(*given, **others)

    def interrupted(*given: Any) -> Any:
        nonlocal times
        times += 1
        if times == 2:
            raise KeyboardInterrupt
        return conduct(*given)

    monkeypatch.setattr(chunks, "run_once", counted)
    assert answer_to([*command, "--out", str(tmp_path / "whole")]) == 0
    every = len(ran)
    monkeypatch.setattr(held, "conduct", interrupted)
    assert answer_to([*command, "--out", str(tmp_path / "stopped")]) == 130
    assert not (tmp_path / "stopped/evidence.csv").exists()
    told = (
        f"Stopped; finished runs are kept in {tmp_path / 'stopped'}. To go on: the same command\n"
    )
    assert capsys.readouterr().err.endswith(f"{told}error: interrupted\n")
    before = len(ran) - every
    assert answer_to([*command, "--out", str(tmp_path / "stopped")]) == 0
    assert 0 < before < every
    assert len(ran) == 2 * every
    tables = [(tmp_path / out / "evidence.csv").read_bytes() for out in ("stopped", "whole")]
    assert tables[0] == tables[1]
    capsys.readouterr()
