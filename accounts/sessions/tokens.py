"""Tokens for programs: issued at log-in, exchanged one for one, dead at once when revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import AccessToken, RefreshToken, TokenFamily, User
from accounts.security import rate_limits
from hitouch.core.crypto import blind_index
from hitouch.core.errors import Refusal


class BadRefreshToken(Refusal):
    """Unknown, used before, revoked or over; which of these is not told."""

    code = "bad_refresh_token"
    status = 401
    message = "This refresh token is not valid. Log in again."


@dataclass(frozen=True)
class Tokens:
    """What a program gets; neither token can be read again later."""

    access_token: str
    refresh_token: str
    family: TokenFamily
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int = AccessToken.LIFETIME // timedelta(seconds=1)


def issue(
    *, user: User, at: datetime, second_factor_at: datetime | None = None, program: str = ""
) -> Tokens:
    """Begin a family for somebody who has just proved who they are."""
    with transaction.atomic():
        family = TokenFamily.objects.create(
            user=user,
            program=program[:200],
            second_factor_at=second_factor_at,
            proved_at=at,
            last_used_at=at,
            expires_at=at + TokenFamily.LIFETIME,
        )
        return _next_pair(family, at)


def refresh(*, refresh_token: str, at: datetime) -> Tokens:
    """Exchange a refresh token for a new pair. One that comes back ends its family."""
    with transaction.atomic(durable=True):
        tokens = _exchange(refresh_token, at)
    if tokens is None:
        raise BadRefreshToken
    return tokens


def _exchange(refresh_token: str, at: datetime) -> Tokens | None:
    found = RefreshToken.objects.filter(token_hash=_hash(refresh_token))
    family_id = found.values_list("family_id", flat=True).first()
    if family_id is None:
        return None
    rate_limits.REFRESH.spend(str(family_id), at=at)
    # Everything about a family happens one after the other, so that of twenty at once one wins.
    family = (
        TokenFamily.objects.select_for_update(of=("self",)).select_related("user").get(pk=family_id)
    )
    if not family.is_alive(at) or not family.user.is_active:
        return None
    if not found.filter(used_at=None).update(used_at=at, updated_at=at):
        _revoke(family, why=TokenFamily.Why.REPLAYED, at=at)
        return None
    family.last_used_at = at
    family.save(update_fields=["last_used_at", "updated_at"])
    return _next_pair(family, at)


def user_for_access_token(*, access_token: str, at: datetime) -> AccessToken | None:
    """The live token with its family and its person, whose account must be active."""
    token = (
        AccessToken.objects.select_related("family__user__agent")
        .filter(token_hash=_hash(access_token), expires_at__gt=at)
        .first()
    )
    if token is None or not token.family.is_alive(at) or not token.family.user.is_active:
        return None
    return token


def record_reauthentication(*, family: TokenFamily, at: datetime, second_factor: bool) -> None:
    """The person behind a program has proved themselves again."""
    family.proved_at = at
    if second_factor:
        family.second_factor_at = at
    family.save(update_fields=["proved_at", "second_factor_at", "updated_at"])


def revoke(*, refresh_token: str, at: datetime) -> None:
    """Log a program out. An unknown token is nothing to tell about."""
    row = RefreshToken.objects.select_related("family").filter(token_hash=_hash(refresh_token))
    for token in row:
        _revoke(token.family, why=TokenFamily.Why.LOGGED_OUT, at=at)


def revoke_all(*, user: User, why: str, at: datetime, keep: TokenFamily | None = None) -> int:
    """End every family of the person, but for the one that asks. Returns how many."""
    families = TokenFamily.objects.filter(user=user, revoked_at=None)
    if keep is not None:
        families = families.exclude(pk=keep.pk)
    return families.update(revoked_at=at, revoked_why=why, updated_at=at)


def sweep(*, at: datetime) -> int:
    """Remove access tokens that are over and families that were over a month ago."""
    tokens = AccessToken.objects.filter(expires_at__lt=at).delete()[0]
    old = TokenFamily.objects.filter(expires_at__lt=at - TokenFamily.LIFETIME)
    return tokens + old.delete()[0]


def _revoke(family: TokenFamily, *, why: str, at: datetime) -> None:
    families = TokenFamily.objects.filter(pk=family.pk, revoked_at=None)
    families.update(revoked_at=at, revoked_why=why, updated_at=at)


def _next_pair(family: TokenFamily, at: datetime) -> Tokens:
    access, following = f"hcx_at_{secrets.token_urlsafe(32)}", f"hcx_rt_{secrets.token_urlsafe(32)}"
    expires_at = min(at + AccessToken.LIFETIME, family.expires_at)
    AccessToken.objects.create(
        family=family, token_hash=_hash(access), issued_at=at, expires_at=expires_at
    )
    RefreshToken.objects.create(family=family, token_hash=_hash(following))
    return Tokens(access_token=access, refresh_token=following, family=family)


def _hash(token: str) -> str:
    return blind_index("token", token)
