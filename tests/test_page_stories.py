"""What the player tells of a run: people of a firm with fewer dots than people, needs by keyboard, pairs of lines."""

from __future__ import annotations

from collections.abc import Sequence

from engine_in_node import in_node

from seci_sim.page.document import script

RECORDING = """
    const firm = structuredClone(catalogue.scenarios["one-percent"]);
    for (const unit of firm.units) unit.staff *= 60;
    firm.horizon = 26;
    const filming = new Function(`${given.worker}; return filming;`)();
    const run = engine.start({ scenario: firm, seed: 1 });
    const film = filming.record(run, { catalogue, seed: 1, curves: ["needs_met"], byBand: [] });
    const window = { SeciPlayer: {} };
    new Function("window", given.page)(window);
    const seci = window.SeciPlayer;
    const held = run.snapshot({ parts: ["projects"] }).projects.filter(({ group }) => group.length);
    const told = film.weeks.map((_, frame) => seci.weekStory(film, frame));
    return {
      each: film.each, groups: held.map(({ group }) => group.length), pilots: held.map(({ pilot }) => pilot.length),
      shown: film.projects.map(([, , , , , group, pilot, , ...unseen]) => [group.length, pilot.length, ...unseen]),
      said: held.map((one) => one.week_said), lines: told.map(({ lines, state }) => ({ lines, state })),
    };
"""


def people_in(line: str) -> int:
    """How many people a line names or counts."""
    people = line.partition(": ")[2].partition(" put into")[0].partition(" found no")[0]
    named = people.removesuffix(" not shown here").replace(" and ", ", ").split(", ")
    counted = [part.split()[0] for part in named if part.endswith((" more", " person", " people"))]
    return len(named) - len(counted) + sum(map(int, counted))


def test_of_people_who_are_no_dots_the_number_is_told() -> None:
    given = {
        "worker": script(("player/layout", "player/filming")),
        "page": script(("player/film", "player/stories", "player/words")),
    }
    found = in_node(RECORDING, given)
    assert found["each"] > 5
    groups = [group + unseen for group, _, unseen, _ in found["shown"]]
    pilots = [pilot + unseen for _, pilot, _, unseen in found["shown"]]
    assert (groups, pilots) == (found["groups"], found["pilots"])
    assert 0 in [group for group, *_ in found["shown"]], "a workshop without a dot is the rare case"
    for week, told in enumerate(found["lines"], 1):
        texts = [line["text"] for line in told["lines"]]
        workshops = [text for text in texts if text.startswith("a workshop")]
        held = [size for size, said in zip(groups, found["said"], strict=True) if said == week]
        assert sorted(map(people_in, workshops)) == sorted(held), week
        assert not [text for text in texts if text.endswith(": ")]
        assert told["state"].startswith("With patients: about ")


COMPARING = """
    const notes = [];
    const line = (end) => ({ weeks: [1], curves: { reached: [end] } });
    const seci = { LOOKS: [{ mark: "A" }, { mark: "B" }], say: (_, text) => notes.push(text), source: { lines: async ({ seed, place }) => line(given.ends[seed - 1]?.[place] ?? null) } };
    new Function("window", given.script)({ SeciPlayer: seci });
    const chart = { element: { scrollIntoView() {} }, behind() {} };
    const player = { runs: [], charts: [chart] };
    await seci.drawLuck(player, { asked: [{ place: 0 }, { place: 1 }], outcome: "reached", seed: 0 });
    return notes.at(-1);
"""


def compared(ends: Sequence[Sequence[float | None]]) -> str:
    given = {"script": script(("screens/others",)), "ends": ends}
    said: str = in_node(COMPARING, given)
    return said.partition("played. ")[2]


def test_lines_without_an_end_are_not_compared_and_the_others_are_counted() -> None:
    ends: Sequence[Sequence[float | None]] = [
        [0.1, 0.2],
        [None, 0.3],
        [0.4, None],
        [0.5, 0.4],
        [None, None],
    ]
    assert compared(ends) == "B ends above A in 1 of 2 in which both have an end."
    assert compared([[0.1, 0.2]] * 30) == "B ends above A in 30 of 30."
