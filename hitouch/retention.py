"""What stays of a closed account, as `retention.yaml` tells it. The only place it is kept."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hitouch.core import told

FILE = Path(__file__).parent / "retention.yaml"


@dataclass(frozen=True)
class Reason:
    """A basis for keeping something, its period and its source."""

    name: str
    says: str
    years: int
    since: str
    source: str


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = told.read(FILE)
    return found


def reasons() -> dict[str, Reason]:
    """Every reason by its name."""
    return {
        name: Reason(name, facts["says"], facts["years"], facts["from"], facts["source"])
        for name, facts in _file()["reasons"].items()
    }


def kept() -> dict[str, Reason]:
    """The rows that stay, all or in part, each with its reason."""
    known = reasons()
    return {label: known[facts["reason"]] for label, facts in _file()["kept"].items()}


def about_nobody() -> frozenset[str]:
    """Rows that lead to a person by their links but say nothing about one."""
    return frozenset(_file()["nobody"])
