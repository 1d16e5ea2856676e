"""What people agree to, as `consents.yaml` tells it, and where one person stands with it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from accounts.models import Consent, User
from hitouch.core import yaml_files

FILE = Path(__file__).parent / "consents.yaml"


@dataclass(frozen=True)
class ConsentPurpose:
    """One thing to agree to, in its present version."""

    name: str
    version: str
    required: bool
    says: str
    page: str
    asked: str


@cache
def purposes() -> dict[str, ConsentPurpose]:
    """Every purpose by its name, in the order of the file."""
    return {
        name: ConsentPurpose(name=name, **facts)
        for name, facts in yaml_files.load_yaml(FILE).items()
    }


def required_purposes() -> list[ConsentPurpose]:
    """Those that every account needs."""
    return [purpose for purpose in purposes().values() if purpose.required]


def version_of(name: str) -> str:
    """The present version of one purpose."""
    return purposes()[name].version


@dataclass(frozen=True)
class ConsentStatus:
    """One purpose and one person: the consent that lives, if there is one."""

    purpose: ConsentPurpose
    given: Consent | None

    @property
    def is_present(self) -> bool:
        """Whether the present version was agreed to."""
        return self.given is not None and self.given.version == self.purpose.version


def consents_of(user: User) -> list[ConsentStatus]:
    """Where the person stands with every purpose."""
    live = {consent.purpose: consent for consent in user.consents.live()}
    return [ConsentStatus(purpose, live.get(purpose.name)) for purpose in purposes().values()]


def missing_consents(user: User) -> list[ConsentPurpose]:
    """What the account needs and the person has not agreed to yet. Staff have a contract."""
    if user.is_staff:
        return []
    open_ones = (row for row in consents_of(user) if not row.is_present)
    return [row.purpose for row in open_ones if row.purpose.required]
