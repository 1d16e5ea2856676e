"""Tokens of apps: lifetime, rotation, replay, revocation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import AccessToken, AuditEvent, RefreshToken, TokenFamily, User
from accounts.security.login_history import record_login
from accounts.security.origin import RequestOrigin
from accounts.sessions import tokens
from conftest import NOON, PASSWORD, make_user
from hitouch.core.models import OutboxMessage

pytestmark = pytest.mark.django_db


def log_in(call, user: User) -> dict:
    return call("auth/tokens/", contact=user.email, password=PASSWORD).json()


def test_refresh_gives_a_new_pair(call, lata: User) -> None:
    """Both access tokens work until they expire."""
    first = log_in(call, lata)
    second = call("auth/tokens/refresh/", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    for pair in (first, second):
        assert call("me/", method="get", token=pair["access_token"]).status_code == 200


def test_replay_revokes_the_family(call, lata: User) -> None:
    """A second use of a refresh token revokes every token of the log-in at once."""
    first = log_in(call, lata)
    second = call("auth/tokens/refresh/", refresh_token=first["refresh_token"]).json()
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        replay = call("auth/tokens/refresh/", refresh_token=first["refresh_token"])
    assert (replay.status_code, replay.json()["code"]) == (401, "bad_refresh_token")
    assert call("me/", method="get", token=second["access_token"]).status_code == 401
    dead = call("auth/tokens/refresh/", refresh_token=second["refresh_token"])
    assert dead.json() | {"request_id": ""} == replay.json() | {"request_id": ""}
    assert lata.token_families.get().revoked_why == TokenFamily.Why.REPLAYED


def test_replay_affects_one_family_only(call, lata: User) -> None:
    """A replay in one app does not log out the others."""
    other, first = log_in(call, lata), log_in(call, lata)
    for seconds in (0, 11):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            call("auth/tokens/refresh/", refresh_token=first["refresh_token"])
    assert lata.token_families.exclude(revoked_at=None).count() == 1
    assert call("me/", method="get", token=other["access_token"]).status_code == 200


def test_access_token_expires_after_15_minutes(call, lata: User) -> None:
    """The refresh token still works then."""
    pair = log_in(call, lata)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert call("me/", method="get", token=pair["access_token"]).status_code == 401
        fresh = call("auth/tokens/refresh/", refresh_token=pair["refresh_token"])
        assert fresh.status_code == 200


def test_family_expires_after_thirty_days(lata: User) -> None:
    """However often it is refreshed."""
    pair = tokens.issue(user=lata, at=NOON)
    later = tokens.refresh(refresh_token=pair.refresh_token, at=NOON + timedelta(days=29))
    with pytest.raises(tokens.InvalidRefreshToken):
        tokens.refresh(refresh_token=later.refresh_token, at=NOON + timedelta(days=30))


def test_suspended_user_cannot_refresh(lata: User) -> None:
    """A refresh checks the account's status again."""
    pair = tokens.issue(user=lata, at=NOON)
    User.objects.filter(pk=lata.pk).update(status=User.Status.SUSPENDED)
    with pytest.raises(tokens.InvalidRefreshToken):
        tokens.refresh(refresh_token=pair.refresh_token, at=NOON)


def test_revoke_ends_the_family(call, lata: User) -> None:
    """Access ends at once, and an unknown token gets the same answer."""
    pair = log_in(call, lata)
    revoked = call("auth/tokens/revoke/", refresh_token=pair["refresh_token"])
    unknown = call("auth/tokens/revoke/", refresh_token="hcx_rt_made-up")
    assert revoked.status_code == unknown.status_code == 204
    assert call("me/", method="get", token=pair["access_token"]).status_code == 401


def test_tokens_are_stored_hashed(lata: User) -> None:
    """Neither token can be read from the database."""
    pair = tokens.issue(user=lata, at=NOON)
    kept = [*AccessToken.objects.values_list("token_hash", flat=True)]
    kept += RefreshToken.objects.values_list("token_hash", flat=True)
    assert len(kept) == 2
    assert not {pair.access_token, pair.refresh_token} & set(kept)
    assert all(len(hashed) == 64 for hashed in kept)


def test_old_tokens_are_swept(lata: User) -> None:
    """Expired tokens are deleted.

    Used refresh tokens stay as long as their family, to detect replays.
    """
    tokens.issue(user=lata, at=NOON)
    tokens.sweep(at=NOON + timedelta(hours=1))
    assert (AccessToken.objects.count(), RefreshToken.objects.count()) == (0, 1)
    tokens.sweep(at=NOON + timedelta(days=61))
    assert TokenFamily.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_concurrent_refreshes_succeed_once() -> None:
    """Of 20 concurrent exchanges of one token one succeeds, and the family is revoked."""
    pair = tokens.issue(user=make_user("Lata"), at=NOON)

    def exchange(_: int) -> bool:
        try:
            tokens.refresh(refresh_token=pair.refresh_token, at=NOON)
        except tokens.InvalidRefreshToken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(exchange, range(20))) == 1
    assert TokenFamily.objects.get().revoked_at


PHONE = {"origin": RequestOrigin(network_hash="home"), "user_agent": "App/1 (Android)"}


def test_lost_answer_is_given_again(lata: User) -> None:
    """Within ten seconds the same client gets the same pair, and the family stays."""
    first = tokens.issue(user=lata, at=NOON)
    pairs = [
        tokens.refresh(
            refresh_token=first.refresh_token, at=NOON + timedelta(seconds=seconds), **PHONE
        )
        for seconds in (0, 0, 4, 9)
    ]
    assert len({(pair.access_token, pair.refresh_token) for pair in pairs}) == 1
    assert pairs[-1].expires_in == 15 * 60 - 9
    assert tokens.user_for_access_token(access_token=pairs[-1].access_token, at=NOON)
    assert RefreshToken.objects.count() == 2
    later = tokens.refresh(refresh_token=pairs[-1].refresh_token, at=NOON, **PHONE)
    assert later.refresh_token != pairs[-1].refresh_token
    assert lata.token_families.get().revoked_at is None


@pytest.mark.parametrize(
    ("seconds", "changes"),
    [
        (10, {}),
        (3600, {}),
        (1, {"user_agent": "curl/8"}),
        (1, {"origin": RequestOrigin(network_hash="elsewhere")}),
        (1, {"origin": RequestOrigin()}),
    ],
)
def test_owner_is_notified_of_a_replay(lata: User, seconds: int, changes: dict) -> None:
    """Later, or from another client or network, it ends the family and leaves an audit event."""
    first = tokens.issue(user=lata, at=NOON)
    tokens.refresh(refresh_token=first.refresh_token, at=NOON, **PHONE)
    at = NOON + timedelta(seconds=seconds)
    for _ in range(2):
        with pytest.raises(tokens.InvalidRefreshToken):
            tokens.refresh(refresh_token=first.refresh_token, at=at, **(PHONE | changes))
    assert lata.token_families.get().revoked_why == TokenFamily.Why.REPLAYED
    assert AuditEvent.objects.filter(action="account.token_replayed").count() == 1
    assert "used again" in OutboxMessage.objects.get(template="accounts/security").body


def test_repeat_after_the_successor_was_used_is_a_replay(lata: User) -> None:
    """The client had its answer then, so that somebody else sends the old token."""
    first = tokens.issue(user=lata, at=NOON)
    second = tokens.refresh(refresh_token=first.refresh_token, at=NOON, **PHONE)
    tokens.refresh(refresh_token=second.refresh_token, at=NOON, **PHONE)
    with pytest.raises(tokens.InvalidRefreshToken):
        tokens.refresh(refresh_token=first.refresh_token, at=NOON, **PHONE)
    assert lata.token_families.get().revoked_why == TokenFamily.Why.REPLAYED


def test_network_the_account_knows_may_repeat(lata: User) -> None:
    """An answer is often lost when a telephone changes its network."""
    mobile = RequestOrigin(network_hash="mobile")
    record_login(user=lata, outcome="IN", method="PASSWORD", origin=mobile, at=NOON)
    first = tokens.issue(user=lata, at=NOON)
    second = tokens.refresh(refresh_token=first.refresh_token, at=NOON, **PHONE)
    again = tokens.refresh(
        refresh_token=first.refresh_token, at=NOON, **(PHONE | {"origin": mobile})
    )
    assert again.refresh_token == second.refresh_token


@pytest.mark.django_db(transaction=True)
def test_concurrent_repeats_of_a_client_get_one_pair() -> None:
    """Of 20 concurrent exchanges by one client all get the same pair."""
    pair = tokens.issue(user=make_user("Lata"), at=NOON)

    def exchange(_: int) -> str:
        try:
            return tokens.refresh(refresh_token=pair.refresh_token, at=NOON, **PHONE).refresh_token
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(exchange, range(20)))) == 1
    assert TokenFamily.objects.get().revoked_at is None


def test_api_repeats_an_answer(call, lata: User) -> None:
    """The same over HTTP."""
    first = log_in(call, lata)
    with time_machine.travel(timezone.now(), tick=False):
        one, two = (
            call("auth/tokens/refresh/", refresh_token=first["refresh_token"]).json() for _ in "ab"
        )
    assert one["refresh_token"] == two["refresh_token"]
    assert call("me/", method="get", token=two["access_token"]).status_code == 200
