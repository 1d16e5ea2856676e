"""Tokens of programs: short, exchanged one for one, dead at once when they must be."""

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


def test_exchange_gives_a_new_pair(call, lata: User) -> None:
    """A refresh token buys one new pair, and both access tokens work while they last."""
    first = log_in(call, lata)
    second = call("auth/tokens/refresh/", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    for pair in (first, second):
        assert call("me/", method="get", token=pair["access_token"]).status_code == 200


def test_replay_ends_the_family(call, lata: User) -> None:
    """An old refresh token that comes back kills every token of the log-in at once."""
    first = log_in(call, lata)
    second = call("auth/tokens/refresh/", refresh_token=first["refresh_token"]).json()
    replay = call("auth/tokens/refresh/", refresh_token=first["refresh_token"])
    assert (replay.status_code, replay.json()["code"]) == (401, "bad_refresh_token")
    assert call("me/", method="get", token=second["access_token"]).status_code == 401
    dead = call("auth/tokens/refresh/", refresh_token=second["refresh_token"])
    assert dead.json() | {"request_id": ""} == replay.json() | {"request_id": ""}
    assert lata.token_families.get().revoked_why == TokenFamily.Why.REPLAYED


def test_other_log_ins_live_on(call, lata: User) -> None:
    """A replay in one program does not log the others out."""
    other, first = log_in(call, lata), log_in(call, lata)
    for _ in range(2):
        call("auth/tokens/refresh/", refresh_token=first["refresh_token"])
    assert call("me/", method="get", token=other["access_token"]).status_code == 200


def test_access_ends_after_a_quarter_of_an_hour(call, lata: User) -> None:
    """After 15 minutes the access token is nothing, and the refresh token still works."""
    pair = log_in(call, lata)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert call("me/", method="get", token=pair["access_token"]).status_code == 401
        fresh = call("auth/tokens/refresh/", refresh_token=pair["refresh_token"])
        assert fresh.status_code == 200


def test_family_ends_after_thirty_days(lata: User) -> None:
    """However often it was exchanged, a log-in lasts 30 days."""
    pair = tokens.issue(user=lata, at=NOON)
    later = tokens.refresh(refresh_token=pair.refresh_token, at=NOON + timedelta(days=29))
    with pytest.raises(tokens.InvalidRefreshToken):
        tokens.refresh(refresh_token=later.refresh_token, at=NOON + timedelta(days=30))


def test_suspended_person_gets_no_new_pair(lata: User) -> None:
    """An exchange asks for the account's state again."""
    pair = tokens.issue(user=lata, at=NOON)
    User.objects.filter(pk=lata.pk).update(status=User.Status.SUSPENDED)
    with pytest.raises(tokens.InvalidRefreshToken):
        tokens.refresh(refresh_token=pair.refresh_token, at=NOON)


def test_log_out_ends_everything(call, lata: User) -> None:
    """Revoking ends access at once, and an unknown token is answered in the same way."""
    pair = log_in(call, lata)
    revoked = call("auth/tokens/revoke/", refresh_token=pair["refresh_token"])
    unknown = call("auth/tokens/revoke/", refresh_token="hcx_rt_made-up")
    assert revoked.status_code == unknown.status_code == 204
    assert call("me/", method="get", token=pair["access_token"]).status_code == 401


def test_tokens_are_kept_hashed(lata: User) -> None:
    """Neither token can be read from the database."""
    pair = tokens.issue(user=lata, at=NOON)
    kept = [*AccessToken.objects.values_list("token_hash", flat=True)]
    kept += RefreshToken.objects.values_list("token_hash", flat=True)
    assert len(kept) == 2
    assert not {pair.access_token, pair.refresh_token} & set(kept)
    assert all(len(hashed) == 64 for hashed in kept)


def test_old_tokens_are_swept(lata: User) -> None:
    """What is over is removed; what proves a replay stays as long as the family."""
    tokens.issue(user=lata, at=NOON)
    tokens.sweep(at=NOON + timedelta(hours=1))
    assert (AccessToken.objects.count(), RefreshToken.objects.count()) == (0, 1)
    tokens.sweep(at=NOON + timedelta(days=61))
    assert TokenFamily.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_twenty_exchanges_at_once_are_one() -> None:
    """Of 20 exchanges of one token one succeeds, and then the family is over."""
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
