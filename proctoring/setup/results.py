"""The result of one check of the setup, with a remedy. Does not use Django."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class CheckResult:
    """The result of one check; `mend` says how to fix it."""

    key: str
    title: str
    passed: bool
    found: str
    mend: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def passed_result(key: str, title: str, found: str = "Working") -> CheckResult:
    """A check that passed."""
    return CheckResult(key, title, True, found, "")


def failed_result(key: str, title: str, found: str, mend: str) -> CheckResult:
    """A check that did not pass."""
    return CheckResult(key, title, False, found, mend)
