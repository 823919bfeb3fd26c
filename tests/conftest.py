"""What every test may ask for: the slow tests on demand, and a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from seci_sim.lab.run import Results
    from seci_sim.report.html import Told
    from seci_sim.scenario import Scenario

# The first example of a property may compile a rule; the same examples every time keep CI steady.
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("seci_sim", settings.get_profile("thorough"), max_examples=25)
settings.register_profile("plain", settings.get_profile("thorough"), max_examples=8)

collect_ignore = ["broken"]
"""To import it is to break the model, for this process too."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SLOW = "slow: add --slow to run it"
AS_PLAIN_PYTHON = os.environ.get("NUMBA_DISABLE_JIT") == "1"
"""Whether the rules are run without compiling them: more slowly, and with fewer examples."""

EXAMPLES = {"seci_sim.analyses.evolving.front": "optuna"}
"""Examples in docstrings that need a package of the extra `analysis`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Slow tests run when asked for."""
    parser.addoption("--slow", action="store_true", help="run the slow tests too")


def pytest_configure(config: pytest.Config) -> None:
    """Try each property on a hundred examples where slow tests are asked for, and else on fewer."""
    quick = "plain" if AS_PLAIN_PYTHON else "seci_sim"
    settings.load_profile("thorough" if config.getoption("--slow") else quick)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the rules once, before the workers start: else each of them would, beside the others."""
    config = session.config  # which knows of no workers where `.ci/mutate.py` runs tests
    begins_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if begins_workers and not config.option.collectonly:
        from seci_sim.lab.compiling import warm_up

        warm_up(trial=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip slow tests that nobody asked for, and examples whose package is not installed."""
    for item in items:
        if not asked_for(item, config):
            item.add_marker(pytest.mark.skip(reason=SLOW))
        package = EXAMPLES.get(item.name)
        if package and find_spec(package) is None:
            item.add_marker(pytest.mark.skip(reason="needs the extra `analysis`"))


def asked_for(item: pytest.Item, config: pytest.Config) -> bool:
    """Whether a test is quick, or slow ones were asked for."""
    plain = item.get_closest_marker("plain")
    compiles_much = plain is not None and "only" in plain.kwargs and not AS_PLAIN_PYTHON
    slow = compiles_much or item.get_closest_marker("slow") is not None
    return bool(config.getoption("--slow")) or not slow


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the slow tests that did not run, so that a pass does not hide them."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if SLOW in str(r.longrepr)]
    if skipped:
        terminalreporter.section("slow tests that did not run (add --slow)")
        for nodeid in sorted(report.nodeid for report in skipped):
            terminalreporter.line(nodeid)


@pytest.fixture(scope="session", autouse=True)
def _one_command_line() -> Iterator[None]:
    """Put the command line together once: done for each call, it takes longer than most calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the test's own, to work in."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def records(empty_folder: None) -> None:
    """A small firm's lists of people and of meetings, in the present folder."""
    from firm_records import write_records

    write_records()


@pytest.fixture
def experiment_file(empty_folder: None, in_this_process: None) -> None:
    """An experiment and its firm as files in the present folder."""
    from experiment_files import GRID, written

    written(GRID, Path())


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what is run, and not of worker processes."""
    from answers import run_in_this_process

    run_in_this_process(monkeypatch)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what stands around reports, and not of what these show."""
    from answers import leave_reports_undrawn

    leave_reports_undrawn(monkeypatch)


@pytest.fixture
def two(empty_folder: None) -> tuple[Scenario, Scenario]:
    """Two policies of one small firm, and their files in the present folder."""
    from looked_at_in_worlds import two_policies

    return two_policies()


@pytest.fixture(scope="module")
def three() -> Results:
    """Made-up results of three policies."""
    from synthetic import results

    return results()


@pytest.fixture(scope="module")
def told(three: Results) -> Told:
    """What the page says of them."""
    from seci_sim.report import tell

    return tell(three)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of an installed Chromium; without one, the tests that need it are skipped."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        pytest.skip(f"no Chromium is installed (looked for {', '.join(CHROMIUM_NAMES)})")
    return program


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """That Chromium, driven by playwright."""
    from playwright.sync_api import sync_playwright

    # Chromium's own sandbox does not start as root, which is what a container's user often is.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        driven = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if as_root else []
        )
        yield driven
        driven.close()


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A page in it that has no network, and complains of nothing."""
    page = browser.new_page(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    page.context.set_offline(True)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    page.close()
