"""Retention rules and legal reasons, read from `retention.yaml`."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hitouch.core.files import yaml_files

FILE = Path(__file__).parent / "retention.yaml"


@dataclass(frozen=True)
class Reason:
    """A legal reason for keeping data, its period and its source."""

    name: str
    says: str
    years: int
    since: str
    source: str


@dataclass(frozen=True)
class RetentionRule:
    """Data that is deleted or emptied after a period: how long, counted from when, and why."""

    rule: str
    says: str
    period: timedelta
    since: str
    why: str
    #: Where in the code the period is set, if another job than the retention run ends the data.
    sweep: str = ""
    #: Labels of the models concerned.
    rows: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The period as text."""
        hours = self.period // timedelta(hours=1)
        return f"{hours} hours" if hours <= 24 else f"{self.period.days} days"


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = yaml_files.load_yaml(FILE)
    return content


def retention_rules() -> dict[str, RetentionRule]:
    """Every rule by its name."""
    return {rule: _rule(rule, facts) for rule, facts in _file()["goes"].items()}


def _rule(rule: str, facts: dict[str, Any]) -> RetentionRule:
    period = timedelta(days=facts.get("days", 0), hours=facts.get("hours", 0))
    rows = tuple(facts.get("rows", ()))
    sweep = facts.get("sweep", "")
    return RetentionRule(rule, facts["says"], period, facts["from"], facts["why"], sweep, rows)


def kept_while_active() -> dict[str, str]:
    """Models whose rows are kept as long as the account exists, each with the reason."""
    return dict(_file()["lives"])


def reasons() -> dict[str, Reason]:
    """Every reason by its name."""
    return {
        name: Reason(name, facts["says"], facts["years"], facts["from"], facts["source"])
        for name, facts in _file()["reasons"].items()
    }


def kept_after_closing() -> dict[str, Reason]:
    """Models whose rows are kept after the account is closed, each with its legal reason."""
    known = reasons()
    return {label: known[facts["reason"]] for label, facts in _file()["kept"].items()}


def about_nobody() -> frozenset[str]:
    """Models that are linked to a person but hold no personal data."""
    return frozenset(_file()["nobody"])
