"""Every command that is printed behind "Next:" is typed, and works."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from scenario_files import HEAD, TINY

from seci_sim.cli import answer_to

pytestmark = [
    pytest.mark.usefixtures("undrawn"),
    pytest.mark.skipif(os.name == "nt", reason="is read as a POSIX shell does"),
]

SHORT = ["--replications", "2", "--workers", "1", "--worlds", "0"]
LONGEST = 4
"""Commands that are followed from a first one."""


def next_of(printed: str) -> list[list[str]]:
    """The words of every command that is proposed."""
    lines = re.findall(r"^Next: (.*)$", printed, re.M)
    return [shlex.split(line)[shlex.split(line).index("seci-sim") + 1 :] for line in lines]


def follow(first: list[str], capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """Type a command, then what it proposes, and so on; gives what was typed."""
    typed: list[list[str]] = []
    proposed = [first]
    while proposed and len(typed) < LONGEST:
        (words,) = proposed
        few = SHORT if words[0] in ("run", "compare", "reach") else []
        code = answer_to([*words, *few])
        printed = capsys.readouterr()
        assert code == 0, f"{words}: {printed.err}"
        typed.append(words)
        proposed = next_of(printed.out)
        assert len(proposed) == 1, f"{words} proposes nothing"
    return typed


@pytest.fixture
def files(empty_folder: None) -> None:
    Path("plans of ours").mkdir()
    for name in ("tiny.yaml", "plans of ours/Größe 2025.v2.yaml", "-dash.yaml", "it's.yaml"):
        Path(name).write_text(TINY.replace("Tiny", Path(name).stem.strip("-")))
    Path("more.yaml").write_text("name: More\nextends: tiny.yaml\npolicy: {patient_time: 5%}\n")
    Path("short.yaml").write_text("name: Short\nextends: one-percent\nhorizon: 2 weeks\n")
    Path("same.yaml").write_text("name: One percent\nextends: one-percent\nhorizon: 208\n")
    Path("most.yaml").write_text(f"{TINY}policy: {{patient_time: 50%}}\n")
    Path("prices.yaml").write_text(
        f"{TINY}policy: {{shares_paid: {{lowest: 10%}}}}\nservice: {{price: 3000}}\n"
    )
    Path("met.csv").write_text("unit,employee,colleague_unit,colleague,hours\nJapan,1,Japan,2,3\n")
    Path("listed.yaml").write_text(f"{TINY}meetings: met.csv\n")
    Path("march.yaml").write_text(f"{HEAD}extends: march-1991\n")
    Path("people.csv").write_text(
        "person,unit,kind\na,Office,headquarters\nb,Office,headquarters\nc,Japan,affiliate\nd,Japan,affiliate\n"
    )
    Path("my-firm.yaml").write_text(TINY)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["new", "Our firm 2025.yaml", "--from", "tiny.yaml"], ["check", "Our firm 2025.yaml"]),
        (["new", "plans of ours/b.yaml", "--from", "plans of ours/Größe 2025.v2.yaml"], ["check", "plans of ours/b.yaml"]),
        (["new", "own firm.yaml", "--people", "people.csv", "--from", "tiny.yaml"], ["check", "own firm.yaml"]),
        (["new", "tiny.xlsx"], ["new", "tiny-2.yaml", "--sheet", "tiny.xlsx"]),
        (["new", "own sheet.xlsx", "--from", "tiny.yaml"], ["new", "own sheet.yaml", "--sheet", "own sheet.xlsx"]),
        (["check", "tiny.yaml", "more.yaml"], ["compare", "tiny.yaml", "more.yaml"]),
        (["check", "tiny.yaml", "short.yaml"], ["run", "tiny.yaml"]),
        (["check", "--", "-dash.yaml"], ["run", "./-dash.yaml"]),
        (["run", "it's.yaml"], ["compare", "it's.yaml", "--set", "policy.patient_time=2%"]),
        (["run", "more.yaml"], ["compare", "tiny.yaml", "more.yaml"]),
        (["run", "short.yaml"], ["compare", "short.yaml", "--set", "policy.patient_time=2%"]),
        (["run", "same.yaml"], ["compare", "same.yaml", "--set", "policy.patient_time=2%"]),
        (["run", "most.yaml"], ["new", "most-2.yaml", "--from", "most.yaml"]),
        (["run", "prices.yaml"], ["compare", "prices.yaml", "--set", "service.price=1500"]),
        (["run", "listed.yaml"], ["compare", "listed.yaml", "--set", "policy.patient_time=2%"]),
        (["run", "march.yaml"], ["compare", "march-1991", "march.yaml"]),
        (["run", "one-percent"], ["new", "my-firm-2.yaml", "--from", "one-percent"]),
        (["run", "tiny.yaml", "--set", "units.Japan.staff=9"], ["compare", "tiny.yaml", "--set", "units.Japan.staff=9"]),
        (["compare", "tiny.yaml", "--set", "policy.patient_time=2%"], ["new", "tiny-patient-time-2.yaml", "--from", "tiny.yaml"]),
        (["compare", "tiny.yaml", "plans of ours/Größe 2025.v2.yaml"], ["compare", "plans of ours/Größe 2025.v2.yaml", "--set", "policy.patient_time=2%"]),
        (["reach", "needs_met<=90%", "it's.yaml", "--with", "policy.patient_time"], ["compare", "it's.yaml", "--set", "policy.patient_time=0%"]),
        (["compare", "no-patient-time", "one-percent", "--set", "horizon=3"], ["new", "one-percent-horizon-3.yaml", "--from", "one-percent"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("files")
def test_what_comes_next_works_and_fits(
    first: list[str], second: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if any(word.endswith(".xlsx") for word in first):
        pytest.importorskip("openpyxl")
    typed = follow(first, capsys)
    assert typed[1] == second
