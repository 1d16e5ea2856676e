"""The second factors somebody has, as their pages show them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from accounts.models import User

#: So few recovery codes are a reason to make new ones.
FEW = 3
PASSING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Passkey:
    """One passkey: a name that its owner chose, and when it was last of use."""

    pk: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class EnrolledFactors:
    """What an account has beside its password."""

    app: Authenticator | None
    passkeys: tuple[Passkey, ...]
    codes_left: int | None

    @property
    def any(self) -> bool:
        """Whether a log-in asks for one."""
        return bool(self.app or self.passkeys)

    @property
    def few_codes(self) -> bool:
        """Whether somebody who loses their phone soon has no way in."""
        return self.any and (self.codes_left or 0) < FEW


def enrolled_factors(user: User) -> EnrolledFactors:
    """Everything the person enrolled, oldest passkey first."""
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


def _passkey(row: Authenticator) -> Passkey:
    return Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)


def has_factor(user: User, types: list[str] | None = None) -> bool:
    """Whether the person enrolled a factor, of one of these types if any are named."""
    factors = Authenticator.objects.filter(user_id=user.pk)
    return (factors if types is None else factors.filter(type__in=types)).exists()


def has_second_factor(user: User) -> bool:
    """Whether a log-in has to ask for a second factor."""
    return has_factor(user, list(PASSING))
