"""Firms that serve the same markets: patients who move between them, and lessons that leak."""

from __future__ import annotations

import math
from typing import Any

from oracle.measured import service
from oracle.people import Document
from oracle.week import Oracle
from seci_sim.engine import luck
from seci_sim.parameters import Policy
from seci_sim.scenario import Scenario

OURS = ("policy", "staff_leave", "unit", "lose", "transition_hours", "transition_weeks")
"""What a change does to one firm alone; all else happens to everybody."""


class Rivals:
    """This firm and its rivals, each an oracle of its own, week by week."""

    def __init__(self, settings: Scenario, seed: int) -> None:
        self.rules, self.seed, self.week = settings.competition, seed, 0
        own = [change for change in settings.timeline if change.rival is None]
        firms = [Oracle(settings.model_copy(update={"timeline": tuple(own)}), seed)]
        for number, rival in enumerate(settings.rivals, start=1):
            high, low = luck.four_chances(seed, luck.RIVAL, 0, number, 0, 0)[:2]
            theirs = int(high * 2**31) * 2**32 + int(low * 2**32)
            firms.append(Oracle(_seen_by(rival.name, settings), theirs))
        self.states = [firm.state for firm in firms]
        self.firms = firms
        for other in self.states[1:]:
            ours = self.states[0]
            other.core, other.truth, other.parts = ours.core, ours.truth, ours.parts
            other.homes = ours.homes
            other.library = [Document(None, list(ours.library[0].entries), 0)]
            other.written_before = set(ours.written_before)
        markets = range(len(self.states[0].markets))
        self.shares = [[1 / len(firms) for _ in markets] for _ in firms]
        self.values: list[list[list[float]]] = [[[] for _ in markets] for _ in firms]
        """By firm and market: needs met less needs mis-served of every week."""
        self.on_the_way: list[tuple[int, int, Document]] = []

    def step(self) -> None:
        """A week of everybody, then what passes between them."""
        self.week += 1
        for one in self.firms:
            one.step()
        for firm, state in enumerate(self.states):
            for market in state.open_markets():
                found = service(state, market)
                net = found["needs_met"] - found["needs_mis_served"]
                self.values[firm][market].append(net)
        self._leak()
        for market in self.states[0].open_markets():
            self._move(market)

    def _move(self, market: int) -> None:
        """Patients go where needs were met in the last 13 weeks."""
        recent = [values[market][-13:] for values in self.values]
        means = [sum(weeks) / len(weeks) for weeks in recent]
        odds = [math.exp(self.rules.choice * (mean - max(means))) for mean in means]
        odds = [round(of * 2**20) / 2**20 for of in odds]
        for firm, shares in enumerate(self.shares):
            target = odds[firm] / sum(odds)
            shares[market] += self.rules.switching * (target - shares[market])

    def _leak(self) -> None:
        """This week's lessons set out for the others' libraries, and those arrive whose time has come."""
        for firm, state in enumerate(self.states):
            for project in state.adopted:
                lesson = next((d for d in state.library if d.entries is project.kept), None)
                for other in range(len(self.states)):
                    if lesson is None or other == firm:
                        continue
                    who = (
                        state.seed,
                        luck.LEAK,
                        project.week,
                        project.market,
                        project.number,
                        other,
                    )
                    if luck.four_chances(*who)[0] < self.rules.leak:
                        copy = Document(lesson.market, list(lesson.entries), 0, of_rival=True)
                        self.on_the_way.append((self.week + self.rules.leak_weeks, other, copy))
        for week, firm, document in self.on_the_way:
            if week == self.week:
                self.states[firm].library.append(document)
                said = enumerate(document.entries)
                self.states[firm].written_before |= {(n, entry) for n, entry in said if entry}

    def patients(self, market: int) -> list[int]:
        """How many of next week's patients go to each firm, one patient after the other."""
        settings = self.states[0].settings
        come = [0 for _ in self.firms]
        for patient in range(settings.service.eligible_patients):
            drawn = luck.four_chances(
                self.seed, luck.GOING, self.week + 1, market, patient // 4, 0
            )[patient % 4]
            firm, end = 0, round(self.shares[0][market] * 2**20) / 2**20
            while firm < len(self.firms) - 1 and drawn >= end:
                firm += 1
                end = round(sum(s[market] for s in self.shares[: firm + 1]) * 2**20) / 2**20
            come[firm] += 1
        return come


def _seen_by(name: str, settings: Scenario) -> Scenario:
    """What a rival lives through: its own changes, and of ours what happens to everybody."""
    rival = next(one for one in settings.rivals if one.name == name)
    timeline = []
    for change in settings.timeline:
        if change.rival == name:
            timeline.append(change.model_copy(update={"rival": None}))
        elif change.rival is None:
            blank: dict[str, Any] = {"policy": {}, "lose": (), "needs_jump": None}
            blank |= {field: None for field in OURS if field not in blank}
            timeline.append(change.model_copy(update=blank))
    policy = Policy(**(settings.policy.model_dump() | rival.policy))
    world = settings.world.model_copy(update={"drift": 0.0})
    return settings.model_copy(
        update={"policy": policy, "timeline": tuple(timeline), "world": world}
    )
