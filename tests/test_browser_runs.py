"""What a run in a browser shows of itself, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine_in_node import in_node

from seci_sim.model import SECIModel
from seci_sim.seci.knowledge import IN_INTERNALIZATION, WITH_PATIENTS

WEEKS = 60


@pytest.fixture(scope="module")
def model() -> SECIModel:
    model = SECIModel("one-percent", rng=7)
    while model.week < WEEKS:
        model.step()
    return model


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """The same in Node; arrays are lists there."""
    script = """
      const run = engine.start({ scenario: "one-percent", seed: 7 });
      let early;
      try { run.latest() } catch (error) { early = error.message }
      run.step(given);
      const lists = (part) => ArrayBuffer.isView(part) ? Array.from(part)
        : Array.isArray(part) ? part.map(lists)
        : part && typeof part === "object" ? Object.fromEntries(Object.entries(part).map(([name, one]) => [name, lists(one)]))
        : part;
      const stories = Array.from({ length: run.needs }, (_, need) => run.story(need));
      return lists({ early, week: run.week, horizon: run.horizon, people: run.people, now: run.snapshot({ knowledge: true }),
        events: run.events(), stories, latest: run.latest(), japan: run.series("Japan"), whole: run.series(), diffusion: run.diffusion() });
    """
    found: dict[str, Any] = in_node(script, WEEKS)
    return found


def of_kind(shown: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [event for event in shown["events"] if event["kind"] == kind]


def test_its_series_are_those_of_the_weekly_table(model: SECIModel, shown: dict[str, Any]) -> None:
    assert (shown["week"], shown["horizon"], shown["people"]) == (WEEKS, 208, 220)
    weekly = model.weekly()
    for place, series in (("all", shown["whole"]), ("Japan", shown["japan"])):
        rows = weekly[weekly["market"] == place]
        for measure, values in series.items():
            numbers = np.array(values, float)  # JSON's null is NaN
            np.testing.assert_array_equal(numbers, rows[measure].to_numpy())
    last = {name: values[-1] for name, values in shown["whole"].items()}
    assert shown["latest"] == last
    assert shown["early"] == "latest: no week has passed"
    assert shown["diffusion"] == model.records.knowing[:WEEKS].ravel().tolist()


def test_its_stories_are_those_of_python(model: SECIModel, shown: dict[str, Any]) -> None:
    for need, told in enumerate(shown["stories"]):
        steps = [vars(step) | {"people": list(step.people)} for step in model.story(need)]
        assert told == steps
    assert sum(map(len, shown["stories"])) > 50


def test_a_snapshot_shows_who_knows_what(model: SECIModel, shown: dict[str, Any]) -> None:
    now, known, staff = shown["now"], model.knowledge, model.staff
    assert (now["week"], now["running"]) == (WEEKS, True)
    agreement = known.tacit * model.truth.market[staff.home]
    unsure = np.float32(model.settings.learning.unsure_below)
    people = now["people"]
    assert people["right"] == (agreement > unsure).sum(axis=1).tolist()
    assert people["wrong"] == (agreement < -unsure).sum(axis=1).tolist()
    assert people["on_paper"] == (known.explicit != 0).sum(axis=1).tolist()
    for field in ("unit", "market", "home", "person", "hours"):
        assert people[field] == getattr(staff, field).ravel().tolist()
    assert now["knowledge"]["tacit"] == known.tacit.ravel().tolist()
    for market, table in enumerate(now["markets"]):
        assert table["routine"] == known.routine[market].tolist()
        assert table["right"] == (known.routine[market] == model.truth.market[market]).sum()
    assert [unit["name"] for unit in now["units"]] == list(model.firm.unit_names)
    assert now["library"]["size"] == known.library.size == len(now["library"]["documents"])
    assert len(now["projects"]) == known.projects.size > 10


def test_events_are_what_people_did_this_week(model: SECIModel, shown: dict[str, Any]) -> None:
    hours, projects = model.staff.hours, model.knowledge.projects
    visitors = np.flatnonzero(hours[:, WITH_PATIENTS]).tolist()
    assert [event["row"] for event in of_kind(shown, "visit")] == visitors
    practising = np.flatnonzero(hours[:, IN_INTERNALIZATION]).tolist()
    assert [event["row"] for event in of_kind(shown, "practice")] == practising
    held = np.flatnonzero(projects.week_said[: projects.size] == WEEKS)
    held = held[projects.group[held, 0] >= 0]
    assert [event["project"] for event in of_kind(shown, "workshop")] == held.tolist()
    newcomers = np.flatnonzero(model.staff.arrival[:, 0] == WEEKS).tolist()
    assert [event["row"] for event in of_kind(shown, "newcomer")] == newcomers


def test_every_kind_of_event_happens_within_two_years() -> None:
    script = """
      const run = engine.start({ scenario: "india-expansion", seed: 1 });
      const kinds = {};
      while (run.week < 110) {
        run.step();
        for (const { mode, kind } of run.events()) kinds[kind] = mode;
      }
      return kinds;
    """
    assert in_node(script) == {
        **dict.fromkeys(("visit", "colleagues", "felt"), "socialization"),
        "workshop": "externalization",
        **dict.fromkeys(("plan", "document", "reading"), "combination"),
        **dict.fromkeys(("pilot", "practice", "routine"), "internalization"),
        **dict.fromkeys(("newcomer", "change"), None),
    }


def test_lessons_lead_from_what_a_person_knew_to_what_they_know() -> None:
    script = """
      const run = engine.start({ scenario: "baseline", seed: 1, values: { "policy.turnover": 0, "learning.tacit_half_life": 1040 } });
      const tacit = () => Array.from(run.snapshot({ knowledge: true }).knowledge.tacit.slice(70 * 40, 71 * 40));
      const before = tacit();
      run.follow(70);
      run.step(52);
      return { before, after: tacit(), lessons: run.lessons(70), nobody: run.lessons(71) };
    """
    found = in_node(script)
    known = np.array(found["before"])
    for lesson in found["lessons"]:
        assert abs(lesson["to"] - lesson["from"]) >= 0.01
        known[lesson["need"]] += lesson["to"] - lesson["from"]
    np.testing.assert_allclose(known, found["after"], atol=0.1)  # but for fading, and small steps
    assert np.abs(np.array(found["after"]) - found["before"]).max() > 0.5
    assert {"socialization", "internalization"} <= {lesson["mode"] for lesson in found["lessons"]}
    assert found["nobody"] == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"scenario": "one-per-cent"}, "scenario: there is no one-per-cent"),
        ({"values": {"policy.time": 1}}, "policy.time: there is no such parameter"),
        ({"values": {"policy.patient_time": 2}}, "policy.patient_time: got 2; allowed: 0 to 1"),
        ({"values": {"policy.patient_time": "1%"}}, "got 1%; allowed: 0 to 1"),
        ({"values": {"world.needs": 40.5}}, "world.needs: got 40.5; a whole number is wanted"),
        ({"values": {"policy.mentors": 1}}, "policy.mentors: got 1; yes or no is wanted"),
        ({"seed": -1}, "seed: got -1; allowed: 0 to 2^63-1"),
        ({"seed": str(2**63)}, "allowed: 0 to 2^63-1"),
        ({"seed": 1.5}, "seed: got 1.5; allowed: 0 to 2^63-1"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_line(asked: dict[str, Any], said: str) -> None:
    script = "try { engine.start(given); } catch (problem) { return problem.message; }"
    message = in_node(script, {"scenario": "one-percent"} | asked)
    assert said in message
    assert "\n" not in message


def test_a_worker_runs_by_turns_stops_and_says_what_is_wrong() -> None:
    script = """
      const said = [], scope = { postMessage: (message) => said.push(message) };
      serve(scope);
      const tell = (message) => scope.onmessage({ data: message });
      const until = async (holds) => { while (!said.some(holds)) await new Promise((go) => setTimeout(go)); };
      await tell({ type: "open", module, catalogue });
      await tell({ type: "start", id: "a", scenario: "one-percent", seed: 1, to: 20, show: { snapshot: 10, events: true } });
      await tell({ type: "start", id: "b", scenario: "ten-years", seed: 1 });
      await until(({ type, id }) => type === "done" && id === "a");
      await tell({ type: "stop", id: "b" });
      const stopped = said.length;
      await tell({ type: "start", id: "c", scenario: "nowhere" });
      await tell({ type: "walk" });
      for (let turn = 0; turn < 5; turn++) await new Promise((go) => setTimeout(go, 10));
      const weeks = (id) => said.filter((one) => one.type === "week" && one.id === id).map(({ week }) => week);
      const [a, b, more] = [weeks("a"), weeks("b"), said.slice(stopped)];
      return { a, b: b.length, ends: said.filter(({ type }) => type === "stopped").map(({ week }) => week), more,
        shown: said.filter(({ snapshot, type }) => snapshot && type === "week").map(({ week }) => week),
        events: said.filter(({ events }) => events?.length).length };
    """
    found = in_node(script)
    assert found["a"] == list(range(1, 21))
    assert 1 <= found["b"] < 520
    assert found["ends"] == [found["b"]]
    assert found["shown"] == [10, 20]
    assert found["events"] == 20
    assert [one["type"] for one in found["more"]] == ["error", "error"]
    assert found["more"][0]["message"] == "scenario: there is no nowhere"


def test_a_run_that_fails_ends_alone_and_is_told_its_own_mistake() -> None:
    script = """
      const said = [];
      const scope = {
        postMessage(message) {
          if (message.id === "late" && message.week === 3) throw new Error("cannot be sent");
          said.push(message);
        },
      };
      serve(scope);
      const tell = (message) => scope.onmessage({ data: message });
      const start = (id, show) => tell({ type: "start", id, scenario: "one-percent", to: 20, show });
      await tell({ type: "open", module, catalogue });
      await start("early", { snapshot: 1, parts: ["people", "peple"] });
      await start("late");
      await start("good");
      await start("better", { snapshot: 10 });
      for (let turn = 0; turn < 500 && said.filter(({ type }) => type === "done").length < 2; turn++) await new Promise((go) => setTimeout(go, 10));
      return said.filter(({ type }) => ["done", "error"].includes(type)).map(({ id, week, message }) => [id, week ?? message]);
    """
    assert sorted(in_node(script)) == [
        ["better", 20],
        ["early", "parts: there is no peple"],
        ["good", 20],
        ["late", "cannot be sent"],
    ]
