"""Tables of worlds, as programs and people write them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from answers import refused
from looked_at_in_worlds import DRIFT, FEW, SETUP, found_in, table

from seci_sim.lab.world_tables import read_worlds
from seci_sim.scenario import InputProblem, Scenario

pytestmark = pytest.mark.usefixtures("empty_folder", "undrawn")


@pytest.mark.parametrize(
    "text",
    [
        f"{DRIFT},{SETUP}\n0.05,10\n0.1,12.5\n",
        f"{DRIFT};{SETUP}\r\n5%;10 weeks\r\n10%;12.5\r\n",
        f"world,{DRIFT},{SETUP}\n0,5e-2,10.0\n1,1e-1,12.5\n",
    ],
)
def test_a_table_of_worlds_is_read_as_programs_and_people_write_it(
    text: str, two: tuple[Scenario, Scenario]
) -> None:
    found = read_worlds(table(text), two)
    assert found.names == (DRIFT, SETUP)
    assert found.rows == ((0.05, 10.0), (0.1, 12.5))


@pytest.mark.packages
@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="Parquet is not installed")
def test_worlds_that_were_found_can_be_given_again(two: tuple[Scenario, Scenario]) -> None:
    found = found_in(two, 4)
    found.parameters.to_csv("again.csv")
    found.parameters.reset_index().to_parquet("again.parquet")
    for name in ("again.csv", "again.parquet"):
        again = found_in(two, read_worlds(Path(name), two))
        pd.testing.assert_frame_equal(again.parameters, found.parameters)
        pd.testing.assert_frame_equal(again.runs, found.runs)


WRONG = {
    "": "worlds.csv:1: is empty; write a column for each parameter, such as world.drift",
    "world\n0\n1\n": "worlds.csv:1: is empty; write a column for each parameter, such as world.drift",
    f"{DRIFT}\n": "worlds.csv: holds no worlds; at least 2 are needed",
    f"{DRIFT}\n0.1\n": "worlds.csv: holds 1 world; at least 2 are needed",
    "world.drft\n0.1\n0.2\n": "worlds.csv:1: column 'world.drft': no parameter is called so; "
    'did you mean "world.drift"?',
    f"{DRIFT},{DRIFT}\n1,2\n3,4\n": f"worlds.csv:1: column '{DRIFT}': is given twice",
    "policy.patient_time\n0.1\n0.2\n": "worlds.csv:1: column 'policy.patient_time': is a lever, "
    "which somebody decides; give it in scenarios",
    "learning.showing\n0.1\n0.2\n": "worlds.csv:1: column 'learning.showing': is not doubted, since "
    "a scenario states it",
    f"{DRIFT}\n0.1\n1.5\n": f"worlds.csv:3: column \"{DRIFT}\": '1.5' is too large; allowed: 0% to 100%",
    f"{DRIFT}\n0.1\nnan\n": f"worlds.csv:3: column \"{DRIFT}\": 'nan' is not a finite number",
    f"{DRIFT}\n0.1\n0x1\n": f"worlds.csv:3: column \"{DRIFT}\": '0x1': write 1",
    f"{DRIFT}\n0.1\nmuch\n": f"worlds.csv:3: column \"{DRIFT}\": 'much' is not a share; write a "
    "percentage such as 5%",
    "world.needs\n20\n20.5\n": "worlds.csv:3: column \"world.needs\": '20.5' must be a whole number",
    f"{DRIFT},{SETUP}\n0.1,10\n0.1\n": "worlds.csv:3: has 1 values, not 2 as its header",
    f"{DRIFT}\n0.1\n0.2\n0.10\n": "worlds.csv:4: is the same world as line 2",
    f"world,{DRIFT}\n0,0.1\n2,0.2\n": 'worlds.csv:3: column "world": worlds are counted from 0, so that this is 1; got 2',
    f'{DRIFT}\n0.1\n"0.2\n': "worlds.csv:3: is not CSV: unexpected end of data",
}


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_what_is_wrong_with_a_table_of_worlds_is_one_line(
    text: str, said: str, two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    stating = Path("tiny.yaml").read_text() + "learning: {showing: 20%}\n"
    Path("tiny.yaml").write_text(stating)
    table(text)
    assert refused([*FEW, "--worlds", "worlds.csv"], capsys) == said


@pytest.mark.packages
@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="Parquet is not installed")
def test_what_is_wrong_with_a_parquet_table_is_one_line(
    two: tuple[Scenario, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    table("no table", "bad.parquet")
    assert refused([*FEW, "--worlds", "bad.parquet"], capsys) == "bad.parquet: is not Parquet"
    pd.DataFrame({DRIFT: [0.1, 7.0]}).to_parquet("far.parquet")
    said = f"far.parquet, row 2: column \"{DRIFT}\": '7.0' is too large; allowed: 0% to 100%"
    assert refused([*FEW, "--worlds", "far.parquet"], capsys) == said
    for values in ["a", "b"], [[0.1], [0.2]], [True, False]:
        pd.DataFrame({DRIFT: values}).to_parquet("words.parquet")
        said = f"words.parquet: column '{DRIFT}': does not hold numbers"
        assert refused([*FEW, "--worlds", "words.parquet"], capsys) == said


def test_too_many_worlds_are_too_many(
    two: tuple[Scenario, Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seci_sim.lab.world_tables.MOST_WORLDS", 3)
    many = table(f"{DRIFT}\n" + "".join(f"0.{n}\n" for n in range(1, 6)))
    with pytest.raises(InputProblem, match="csv:5: is one world too many; allowed: 3"):
        read_worlds(many, two)
