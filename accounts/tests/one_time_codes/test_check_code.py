"""Issuing and checking one-time codes: expiry, attempts, binding, limits, storage, concurrency."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.authentication.services import passwords, signup
from accounts.models import OneTimeCode, User
from accounts.one_time_codes import budgets
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import Requester
from accounts.security.origin import RequestOrigin
from accounts.tests.conftest import sent_code, wrong_code
from conftest import NOON
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db
SIGN, CONTACT = OneTimeCode.Purpose.SIGN, OneTimeCode.Purpose.CONTACT
TO = "anita@example.com"


def issue(at=NOON, **facts) -> str:
    one_time_codes.issue(**({"purpose": SIGN, "contact": TO, "at": at} | facts))
    return sent_code(facts.get("contact", TO))


def check(code: str, at=NOON, **facts) -> OneTimeCode:
    return one_time_codes.check(
        **({"purpose": SIGN, "contact": TO, "code": code, "at": at} | facts)
    )


def test_right_code_works_once() -> None:
    """The right code is accepted once."""
    code = issue()
    assert check(code).used_at == NOON
    with pytest.raises(one_time_codes.CodeExpired):
        check(code)


def test_code_expires_after_ten_minutes() -> None:
    """It works just before ten minutes are over, and not at ten minutes."""
    code = issue()
    with pytest.raises(one_time_codes.CodeExpired):
        check(code, at=NOON + timedelta(minutes=10))
    assert check(code, at=NOON + timedelta(minutes=9, seconds=59))


def test_five_wrong_attempts_invalidate_the_code() -> None:
    """After five wrong attempts the right code is refused too."""
    code = issue()
    for _ in range(5):
        with pytest.raises(one_time_codes.InvalidCode):
            check(wrong_code(code))
    with pytest.raises(one_time_codes.TooManyWrongCodes):
        check(code)


def test_newer_code_replaces_the_older() -> None:
    """Only the newest code for a purpose and a contact works."""
    old = issue()
    later = NOON + timedelta(seconds=61)
    new = issue(at=later)
    if old != new:
        with pytest.raises(one_time_codes.InvalidCode):
            check(old, at=later)
    assert check(new, at=later)


@pytest.mark.parametrize(
    "other",
    [
        {"bound_to": "another text"},
        {"contact": "other@example.com"},
        {"purpose": CONTACT},
    ],
)
def test_code_is_bound(other: dict) -> None:
    """A code works only for its purpose, its contact and the text it signs."""
    code = issue(bound_to="the text")
    with pytest.raises((one_time_codes.InvalidCode, one_time_codes.CodeExpired)):
        check(code, **({"bound_to": "the text"} | other))
    assert check(code, bound_to="the text")


def test_code_of_another_user_is_refused(lata: User, asha) -> None:
    """A user's code is refused for another user, who uses up none of its attempts."""
    code = issue(user=lata)
    for _ in range(6):
        with pytest.raises(one_time_codes.CodeExpired):
            check(code, user=asha.user)
    assert check(code, user=lata).user == lata


def test_ticket_has_to_match_the_code() -> None:
    """The ticket of one request is refused with the code of another, and for another purpose."""
    own_ticket = signup.begin_sign_up(contact="a@example.com", at=NOON)
    other_ticket = signup.begin_sign_up(contact="b@example.com", at=NOON)
    reset = passwords.begin_reset(contact="a@example.com", at=NOON + timedelta(minutes=1))
    code = sent_code("a@example.com")
    for ticket in (other_ticket, reset, "", "made-up", own_ticket[:-4] + "AAAA"):
        with pytest.raises(Refusal):
            signup.confirm_sign_up(ticket=ticket, code=code, at=NOON)
    assert signup.confirm_sign_up(ticket=own_ticket, code=code, at=NOON)


def test_attempts_need_the_ticket() -> None:
    """Wrong codes without the ticket use up no attempts."""
    ticket = signup.begin_sign_up(contact="a@example.com", at=NOON)
    code = sent_code("a@example.com")
    for _ in range(10):
        with pytest.raises(one_time_codes.CodeExpired):
            signup.confirm_sign_up(ticket="", code=wrong_code(code), at=NOON)
    assert signup.confirm_sign_up(ticket=ticket, code=code, at=NOON)


def test_next_code_waits_a_minute() -> None:
    """A second code within 60 seconds is refused, with the time to wait."""
    issue()
    with pytest.raises(budgets.TooManyCodes) as refused:
        issue(at=NOON + timedelta(seconds=20))
    assert refused.value.retry_after == 40
    assert issue(at=NOON + timedelta(seconds=60))


def test_page_and_api_answer_429(client, call) -> None:
    """Both answer 429 with Retry-After when the limit is reached."""
    client.post("/sign-up/", {"contact": TO})
    page = client.post("/sign-up/", {"contact": TO})
    api = call("auth/sign-up/code/", contact=TO)
    for response in (page, api):
        assert response.status_code == 429
        assert 1 <= int(response["Retry-After"]) <= 60
    assert api.json()["code"] == "too_many_codes"


def test_code_is_not_stored_in_clear() -> None:
    """No column of any table holds the code or the contact of its row."""
    code = issue(requester=Requester(origin=RequestOrigin(ip="203.0.113.7")))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608
            text = "\n".join(row[0] for row in cursor.fetchall())
            assert code not in text, table
            assert TO not in text, table
            assert "203.0.113.7" not in text, table


def test_checking_inside_a_transaction_is_an_error() -> None:
    """A rollback would give attempts back, so it raises an error."""
    code = issue()
    with transaction.atomic(), pytest.raises(RuntimeError):
        check(code)


def test_old_codes_are_swept() -> None:
    """Codes are deleted after a day."""
    issue()
    assert one_time_codes.sweep(at=NOON + timedelta(hours=23)) == 0
    assert one_time_codes.sweep(at=NOON + timedelta(hours=25)) == 1


def run_concurrently(number: int, act) -> list:
    """The results of calling `act` from several threads at the same time."""

    def one(_: int) -> object:
        try:
            return act()
        except Exception as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.django_db(transaction=True)
def test_concurrent_wrong_codes_compare_five() -> None:
    """Of 40 concurrent wrong codes at most five are compared."""
    code = issue()
    outcomes = run_concurrently(40, lambda: check(wrong_code(code)))
    assert outcomes.count(one_time_codes.InvalidCode) == 5
    assert outcomes.count(one_time_codes.TooManyWrongCodes) == 35
    with pytest.raises(one_time_codes.TooManyWrongCodes):
        check(code)


@pytest.mark.django_db(transaction=True)
def test_concurrent_right_codes_succeed_once() -> None:
    """Of 30 concurrent right codes exactly one succeeds."""
    code = issue()
    outcomes = run_concurrently(30, lambda: check(code).pk)
    assert sum(not isinstance(outcome, type) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_sends_send_one() -> None:
    """Of ten concurrent requests one sends a code."""
    outcomes = run_concurrently(
        10, lambda: one_time_codes.issue(purpose=SIGN, contact=TO, at=NOON).pk
    )
    assert sum(not isinstance(outcome, type) for outcome in outcomes) == 1
    assert OneTimeCode.objects.live().count() == 1
