"""Consent purposes and versions from `consents.yaml`, and which of them a user has agreed to."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from accounts.models import Consent, User
from hitouch.core.files import yaml_files

FILE = Path(__file__).parent / "consents.yaml"


@dataclass(frozen=True)
class ConsentPurpose:
    """One purpose, in its current version."""

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
    """Purposes that every account has to agree to."""
    return [purpose for purpose in purposes().values() if purpose.required]


def version_of(name: str) -> str:
    """The current version of a purpose."""
    return purposes()[name].version


@dataclass(frozen=True)
class ConsentStatus:
    """A purpose and the user's valid consent to it, if any."""

    purpose: ConsentPurpose
    consent: Consent | None

    @property
    def is_present(self) -> bool:
        """Whether the user agreed to the current version."""
        return self.consent is not None and self.consent.version == self.purpose.version


def consents_of(user: User) -> list[ConsentStatus]:
    """The user's status for every purpose."""
    live = {consent.purpose: consent for consent in user.consents.live()}
    return [ConsentStatus(purpose, live.get(purpose.name)) for purpose in purposes().values()]


def missing_consents(user: User) -> list[ConsentPurpose]:
    """Required purposes that the user has not agreed to. None for staff, who have a contract."""
    if user.is_staff:
        return []
    missing = (row for row in consents_of(user) if not row.is_present)
    return [row.purpose for row in missing if row.purpose.required]
