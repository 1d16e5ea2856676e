"""Pytest plugin: `--profile` prints what the tests of each folder or module cost, by phase.

The figures are seconds of processor time of the test process and of the processes that it started
and that have ended, which a busy machine does not change much, and wall-clock time, which includes
waiting for PostgreSQL and the sandbox.
"""

import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

PHASES = ("setup", "call", "teardown")
SECONDS = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--profile", choices=["folders", "modules", "tests"], help="print what the tests cost"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--profile"):
        config.pluginmanager.register(Profile(config), "profile-of-tests")


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _measured(item: pytest.Item) -> Generator[None, Any, Any]:
    before = _processor_seconds()
    try:
        return (yield)
    finally:
        item.stash[SECONDS] = _processor_seconds() - before


class Profile:
    """Measures every phase of every test; with xdist the reports bring the figures together."""

    def __init__(self, config: pytest.Config) -> None:
        self.by = config.getoption("--profile")
        self.processor: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.wall: dict[str, float] = defaultdict(float)
        self.tests: dict[str, set[str]] = defaultdict(set)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        return (yield from _measured(item))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        return (yield from _measured(item))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        return (yield from _measured(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        report = yield
        report.processor_seconds = item.stash.get(SECONDS, 0.0)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds = getattr(report, "processor_seconds", 0.0)
        key = self._key(report.nodeid)
        self.processor[key][report.when] += seconds
        self.wall[key] += report.duration
        self.tests[key].add(report.nodeid)

    def _key(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return {"tests": nodeid, "modules": module, "folders": str(Path(module).parent)}[self.by]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        rows = sorted(self.processor, key=lambda key: -sum(self.processor[key].values()))
        total: dict[int, float] = defaultdict(float)
        terminalreporter.section("cost of tests: seconds of processor time, and of the clock")
        line = "{:>6} {:>8} {:>8} {:>8} {:>8} {:>8}  {}".format
        terminalreporter.write_line(line("tests", *PHASES, "all", "clock", ""))
        for key in rows:
            costs = self.processor[key]
            phases = [costs[phase] for phase in PHASES]
            figures = [*phases, sum(phases), self.wall[key]]
            for number, figure in enumerate([len(self.tests[key]), *figures]):
                total[number] += figure
            shown = [f"{figure:.2f}" for figure in figures]
            terminalreporter.write_line(line(len(self.tests[key]), *shown, key))
        shown = [f"{total[number]:.1f}" for number in range(1, 6)]
        terminalreporter.write_line(line(f"{total[0]:.0f}", *shown, "all"))
