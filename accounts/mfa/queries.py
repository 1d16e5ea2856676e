"""Queries for a user's second factors: authenticator app, passkeys, recovery codes."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from accounts.models import User

#: Below this many the page suggests new recovery codes.
FEW_RECOVERY_CODES = 3
SECOND_FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Passkey:
    """One passkey: its name and when it was added and last used."""

    pk: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class EnrolledFactors:
    """The second factors of an account."""

    app: Authenticator | None
    passkeys: tuple[Passkey, ...]
    codes_left: int | None

    @property
    def any(self) -> bool:
        """Whether a log-in asks for a second factor."""
        return bool(self.app or self.passkeys)

    @property
    def few_codes(self) -> bool:
        """Whether new recovery codes should be generated."""
        return self.any and (self.codes_left or 0) < FEW_RECOVERY_CODES


def enrolled_factors(user: User) -> EnrolledFactors:
    """All factors of the user, oldest passkey first."""
    rows = Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    kinds: dict[str, list[Authenticator]] = {}
    for row in rows:
        kinds.setdefault(row.type, []).append(row)
    app = next(iter(kinds.get(Authenticator.Type.TOTP, [])), None)
    codes = next(iter(kinds.get(Authenticator.Type.RECOVERY_CODES, [])), None)
    passkeys = kinds.get(Authenticator.Type.WEBAUTHN, [])
    return EnrolledFactors(
        app=app,
        passkeys=tuple(_passkey(row) for row in passkeys),
        codes_left=None if codes is None else len(codes.wrap().get_unused_codes()),
    )


def has_factor(user: User, types: list[str] | None = None) -> bool:
    """Whether the user has a factor, of one of these types if given."""
    factors = Authenticator.objects.filter(user_id=user.pk)
    return (factors if types is None else factors.filter(type__in=types)).exists()


def has_second_factor(user: User) -> bool:
    """Whether a log-in has to ask for a second factor."""
    return has_factor(user, list(SECOND_FACTOR_TYPES))


def _passkey(row: Authenticator) -> Passkey:
    return Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)
