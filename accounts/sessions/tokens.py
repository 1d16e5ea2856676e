"""Tokens of first-party apps: issued at log-in, refreshed with rotation, revoked by family."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import AccessToken, RefreshToken, TokenFamily, User
from accounts.security import audit, locks, rate_limits
from accounts.security.login_history import is_known_network
from accounts.security.notifications import SecurityNotification, notify_security_change
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin
from accounts.sessions.store import StoredKey, hashed_session_key
from hitouch.core import sweeps
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
    session_key: str = "",
) -> Tokens:
    """Start a family for a user who has just authenticated.

    `user` is the instance whose password or code was checked; with a `stamp` it was checked in an
    earlier request (see `locks.lock_for_login`), in the session with the `session_key`.
    """
    with transaction.atomic():
        locks.lock_for_login(user, stamp=stamp)
        family = TokenFamily.objects.create(
            user=user,
            program=program[:200],
            session_key=hashed_session_key(session_key) if session_key else "",
            second_factor_at=second_factor_at,
            proved_at=at,
            last_used_at=at,
            expires_at=at + TokenFamily.LIFETIME,
        )
        return _issue_pair(family, at)


def refresh(
    *,
    refresh_token: str,
    at: datetime,
    origin: RequestOrigin = UNKNOWN_ORIGIN,
    user_agent: str = "",
) -> Tokens:
    """Exchange a refresh token for a new pair. A second use revokes its family.

    A client that lost the answer, or sent the request twice, gets the same pair again.
    """
    with transaction.atomic(durable=True):
        tokens = _exchange(refresh_token, at, origin, blind_index("client", user_agent))
    if tokens is None:
        raise InvalidRefreshToken
    return tokens


def _exchange(
    refresh_token: str, at: datetime, origin: RequestOrigin, client: str
) -> Tokens | None:
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
    token = rows.select_related("successor").get()
    if token.used_at is None:
        family.last_used_at = at
        family.save(update_fields=["last_used_at", "updated_at"])
        token.used_at, token.client, token.place = at, client, origin.network_hash
        token.save(update_fields=["used_at", "client", "place", "updated_at"])
        return _issue_pair(family, at, predecessor=token, text=refresh_token)
    if _is_repeated(token, family.user, at, origin, client):
        return _same_pair(token, family, refresh_token, at)
    _revoke_replayed(family, at)
    return None


def _is_repeated(
    token: RefreshToken, user: User, at: datetime, origin: RequestOrigin, client: str
) -> bool:
    """Whether the client that used this token sends it again, not having used what it got.

    A telephone changes its network just when an answer is lost, so another network passes if the
    user has logged in there before.
    """
    used_at, successor = token.used_at, token.successor
    if used_at is None or successor is None or successor.used_at is not None:
        return False
    if at - used_at >= RefreshToken.REPEAT_PERIOD or token.client != client:
        return False
    if not token.place or not origin.network_hash:
        return False
    return token.place == origin.network_hash or is_known_network(user, origin, at=at)


def _same_pair(token: RefreshToken, family: TokenFamily, text: str, at: datetime) -> Tokens | None:
    """The pair that this token was exchanged for; computed, as it is stored nowhere."""
    access, refresh = _successors(text, token)
    row = AccessToken.objects.filter(token_hash=_hash(access), family=family).first()
    if row is None:
        return None
    seconds = max(0, int((row.expires_at - at).total_seconds()))
    return Tokens(access_token=access, refresh_token=refresh, family=family, expires_in=seconds)


def _revoke_replayed(family: TokenFamily, at: datetime) -> None:
    """A token was used again: somebody may have copied it. Its owner is notified."""
    user, new = family.user, {"device": str(family)[:80]}
    _revoke(family, why=TokenFamily.Why.REPLAYED, at=at)
    audit.record_event(by=None, action="account.token_replayed", on=user, at=at, new=new)
    notify_security_change(user=user, change=SecurityNotification.TOKEN_REPLAYED, at=at)


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


def revoke_of_session(*, session_key: str, at: datetime) -> None:
    """Revoke what an app was issued in a session that ends."""
    if session_key:
        families = TokenFamily.objects.filter(
            session_key=hashed_session_key(session_key), revoked_at=None
        )
        why = TokenFamily.Why.LOGGED_OUT
        families.update(revoked_at=at, revoked_why=why, updated_at=at)


def end_session_of(family: TokenFamily) -> None:
    """End the session in which the app of a family logged in."""
    if family.session_key:
        for session in UserSession.objects.filter(session_key=StoredKey(family.session_key)):
            session.end()


def revoke_all(*, user: User, why: str, at: datetime, keep: TokenFamily | None = None) -> int:
    """Revoke every family of the user except `keep`. Returns how many."""
    families = TokenFamily.objects.filter(user=user, revoked_at=None)
    if keep is not None:
        families = families.exclude(pk=keep.pk)
    return families.update(revoked_at=at, revoked_why=why, updated_at=at)


EXPIRED_TOKENS = sweeps.DeletionSweep(
    name="accounts.access_tokens",
    due=lambda now: AccessToken.objects.filter(expires_at__lt=now),
    order=("expires_at", "pk"),
)
EXPIRED_FAMILIES = sweeps.DeletionSweep(
    name="accounts.token_families",
    due=lambda now: TokenFamily.objects.filter(expires_at__lt=now - TokenFamily.LIFETIME),
    order=("expires_at", "pk"),
)


def sweep(*, at: datetime) -> int:
    """Delete expired access tokens, and families that expired a month ago. Returns how many."""
    return sweeps.run(EXPIRED_TOKENS, now=at).done + sweeps.run(EXPIRED_FAMILIES, now=at).done


def _revoke(family: TokenFamily, *, why: str, at: datetime) -> None:
    families = TokenFamily.objects.filter(pk=family.pk, revoked_at=None)
    families.update(revoked_at=at, revoked_why=why, updated_at=at)
    end_session_of(family)


def _issue_pair(
    family: TokenFamily, at: datetime, *, predecessor: RefreshToken | None = None, text: str = ""
) -> Tokens:
    access, refresh = f"hcx_at_{secrets.token_urlsafe(32)}", f"hcx_rt_{secrets.token_urlsafe(32)}"
    row = RefreshToken(family=family)
    if predecessor is not None:
        predecessor.successor = row
        access, refresh = _successors(text, predecessor)
    expires_at = min(at + AccessToken.LIFETIME, family.expires_at)
    AccessToken.objects.create(
        family=family, token_hash=_hash(access), issued_at=at, expires_at=expires_at
    )
    row.token_hash = _hash(refresh)
    row.save(force_insert=True)
    if predecessor is not None:
        predecessor.save(update_fields=["successor"])
    return Tokens(access_token=access, refresh_token=refresh, family=family)


def _successors(text: str, token: RefreshToken) -> tuple[str, str]:
    """The pair that follows a refresh token: from its text, its successor's id and a key of ours.

    So it can be given again, and a copy of the database alone cannot compute it.
    """
    seed = f"{text} {token.successor_id}"
    access, refresh = (blind_index(use, seed) for use in ("next-access", "next-refresh"))
    return f"hcx_at_{access}", f"hcx_rt_{refresh}"


def _hash(token: str) -> str:
    return blind_index("token", token)
