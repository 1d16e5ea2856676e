"""Tokens of apps: lifetime, rotation, replay, revocation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import AccessToken, RefreshToken, TokenFamily, User
from accounts.sessions import tokens
from conftest import NOON, PASSWORD, make_user

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
    replay = call("auth/tokens/refresh/", refresh_token=first["refresh_token"])
    assert (replay.status_code, replay.json()["code"]) == (401, "bad_refresh_token")
    assert call("me/", method="get", token=second["access_token"]).status_code == 401
    dead = call("auth/tokens/refresh/", refresh_token=second["refresh_token"])
    assert dead.json() | {"request_id": ""} == replay.json() | {"request_id": ""}
    assert lata.token_families.get().revoked_why == TokenFamily.Why.REPLAYED


def test_replay_affects_one_family_only(call, lata: User) -> None:
    """A replay in one app does not log out the others."""
    other, first = log_in(call, lata), log_in(call, lata)
    for _ in range(2):
        call("auth/tokens/refresh/", refresh_token=first["refresh_token"])
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
