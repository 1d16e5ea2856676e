"""Tokens of first-party apps: issued at log-in, refreshed with rotation, revoked by family."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import AccessToken, RefreshToken, TokenFamily, User
from accounts.security import locks, rate_limits
from hitouch.core.crypto import blind_index
from hitouch.core.errors import Refusal


class InvalidRefreshToken(Refusal):
    """Unknown, used, revoked or expired; the response does not tell which."""

    code = "bad_refresh_token"
    status = 401
    message = "This refresh token is not valid. Log in again."


@dataclass(frozen=True)
class Tokens:
    """A pair of tokens; neither can be read again."""

    access_token: str
    refresh_token: str
    family: TokenFamily
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int = AccessToken.LIFETIME // timedelta(seconds=1)


def issue(
    *,
    user: User,
    at: datetime,
    second_factor_at: datetime | None = None,
    program: str = "",
    stamp: str = "",
) -> Tokens:
    """Start a family for a user who has just authenticated.

    `user` is the instance whose password or code was checked; with a `stamp` it was checked in an
    earlier request (see `locks.lock_for_login`).
    """
    with transaction.atomic():
        locks.lock_for_login(user, stamp=stamp)
        family = TokenFamily.objects.create(
            user=user,
            program=program[:200],
            second_factor_at=second_factor_at,
            proved_at=at,
            last_used_at=at,
            expires_at=at + TokenFamily.LIFETIME,
        )
        return _issue_pair(family, at)


def refresh(*, refresh_token: str, at: datetime) -> Tokens:
    """Exchange a refresh token for a new pair. A second use revokes its family."""
    with transaction.atomic(durable=True):
        tokens = _exchange(refresh_token, at)
    if tokens is None:
        raise InvalidRefreshToken
    return tokens


def _exchange(refresh_token: str, at: datetime) -> Tokens | None:
    rows = RefreshToken.objects.filter(token_hash=_hash(refresh_token))
    family_id = rows.values_list("family_id", flat=True).first()
    if family_id is None:
        return None
    rate_limits.REFRESH.spend(str(family_id), at=at)
    # Serialises requests with one family: only one of several concurrent refreshes succeeds.
    family = (
        TokenFamily.objects.select_for_update(of=("self",)).select_related("user").get(pk=family_id)
    )
    if not family.is_alive(at) or not family.user.is_active:
        return None
    if not rows.filter(used_at=None).update(used_at=at, updated_at=at):
        _revoke(family, why=TokenFamily.Why.REPLAYED, at=at)
        return None
    family.last_used_at = at
    family.save(update_fields=["last_used_at", "updated_at"])
    return _issue_pair(family, at)


def user_for_access_token(*, access_token: str, at: datetime) -> AccessToken | None:
    """The valid token with its family and its user, whose account is active."""
    token = (
        AccessToken.objects.select_related("family__user__agent")
        .filter(token_hash=_hash(access_token), expires_at__gt=at)
        .first()
    )
    if token is None or not token.family.is_alive(at) or not token.family.user.is_active:
        return None
    return token


def record_reauthentication(*, family: TokenFamily, at: datetime, second_factor: bool) -> None:
    """Save that the user of this family has re-authenticated."""
    family.proved_at = at
    if second_factor:
        family.second_factor_at = at
    family.save(update_fields=["proved_at", "second_factor_at", "updated_at"])


def revoke(*, refresh_token: str, at: datetime) -> None:
    """Log an app out. An unknown token is ignored."""
    row = RefreshToken.objects.select_related("family").filter(token_hash=_hash(refresh_token))
    for token in row:
        _revoke(token.family, why=TokenFamily.Why.LOGGED_OUT, at=at)


def revoke_all(*, user: User, why: str, at: datetime, keep: TokenFamily | None = None) -> int:
    """Revoke every family of the user except `keep`. Returns how many."""
    families = TokenFamily.objects.filter(user=user, revoked_at=None)
    if keep is not None:
        families = families.exclude(pk=keep.pk)
    return families.update(revoked_at=at, revoked_why=why, updated_at=at)


def sweep(*, at: datetime) -> int:
    """Delete expired access tokens, and families that expired a month ago."""
    tokens = AccessToken.objects.filter(expires_at__lt=at).delete()[0]
    old = TokenFamily.objects.filter(expires_at__lt=at - TokenFamily.LIFETIME)
    return tokens + old.delete()[0]


def _revoke(family: TokenFamily, *, why: str, at: datetime) -> None:
    families = TokenFamily.objects.filter(pk=family.pk, revoked_at=None)
    families.update(revoked_at=at, revoked_why=why, updated_at=at)


def _issue_pair(family: TokenFamily, at: datetime) -> Tokens:
    access, refresh = f"hcx_at_{secrets.token_urlsafe(32)}", f"hcx_rt_{secrets.token_urlsafe(32)}"
    expires_at = min(at + AccessToken.LIFETIME, family.expires_at)
    AccessToken.objects.create(
        family=family, token_hash=_hash(access), issued_at=at, expires_at=expires_at
    )
    RefreshToken.objects.create(family=family, token_hash=_hash(refresh))
    return Tokens(access_token=access, refresh_token=refresh, family=family)


def _hash(token: str) -> str:
    return blind_index("token", token)
