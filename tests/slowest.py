"""Pytest plugin: after a long run, the files whose tests took longest, so that growth is seen."""

from collections import Counter
from typing import Any

import pytest

SHOWN = 10
#: A run of fewer tests is somebody's work on one thing.
LONG_RUN = 300
seconds: Counter[str] = Counter()
tests: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Set-up and tearing down count as well."""
    file = report.nodeid.partition("::")[0]
    seconds[file] += report.duration
    tests[file] += report.when == "call"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Nothing is refused here: time depends on the machine."""
    if tests.total() < LONG_RUN:
        return
    terminalreporter.section(f"slowest files of {seconds.total():.0f} s")
    for file, spent in seconds.most_common(SHOWN):
        terminalreporter.write_line(f"{spent:6.1f} s  {tests[file]:4} tests  {file}")
