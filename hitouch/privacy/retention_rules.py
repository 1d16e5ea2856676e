"""What goes when and what stays, as `retention.yaml` tells it. The only place it is kept."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hitouch.core import yaml_files

FILE = Path(__file__).parent / "retention.yaml"


@dataclass(frozen=True)
class Reason:
    """A basis for keeping something, its period and its source."""

    name: str
    says: str
    years: int
    since: str
    source: str


@dataclass(frozen=True)
class RetentionRule:
    """What is ended by time alone: after how long, from when, why so long."""

    rule: str
    says: str
    period: timedelta
    since: str
    why: str
    #: Where in the code the period stands of what another job than the nightly one ends.
    sweep: str = ""
    #: The kinds of rows that it ends.
    rows: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The period as people say it."""
        hours = self.period // timedelta(hours=1)
        return f"{hours} hours" if hours <= 24 else f"{self.period.days} days"


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = yaml_files.load_yaml(FILE)
    return found


def retention_rules() -> dict[str, RetentionRule]:
    """Every rule by its name."""
    return {rule: _goes(rule, facts) for rule, facts in _file()["goes"].items()}


def _goes(rule: str, facts: dict[str, Any]) -> RetentionRule:
    period = timedelta(days=facts.get("days", 0), hours=facts.get("hours", 0))
    rows = tuple(facts.get("rows", ()))
    sweep = facts.get("sweep", "")
    return RetentionRule(rule, facts["says"], period, facts["from"], facts["why"], sweep, rows)


def kept_while_active() -> dict[str, str]:
    """The rows that no period ends while the account lives, each with its why."""
    return dict(_file()["lives"])


def reasons() -> dict[str, Reason]:
    """Every reason by its name."""
    return {
        name: Reason(name, facts["says"], facts["years"], facts["from"], facts["source"])
        for name, facts in _file()["reasons"].items()
    }


def kept_after_closing() -> dict[str, Reason]:
    """The rows that stay, all or in part, each with its reason."""
    known = reasons()
    return {label: known[facts["reason"]] for label, facts in _file()["kept"].items()}


def about_nobody() -> frozenset[str]:
    """Rows that lead to a person by their links but say nothing about one."""
    return frozenset(_file()["nobody"])
