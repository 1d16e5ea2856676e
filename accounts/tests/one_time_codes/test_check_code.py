"""One-time codes: what works, what does not, how often, and what is kept of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.authentication.services import passwords, signup
from accounts.models import OneTimeCode, User
from accounts.one_time_codes import services as one_time_codes
from accounts.tests.conftest import sent_code, wrong
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
    """The right code is taken, and a second time it is not."""
    code = issue()
    assert check(code).used_at == NOON
    with pytest.raises(one_time_codes.CodeExpired):
        check(code)


def test_code_ends_after_ten_minutes() -> None:
    """One moment before it works, at ten minutes it does not."""
    code = issue()
    with pytest.raises(one_time_codes.CodeExpired):
        check(code, at=NOON + timedelta(minutes=10))
    assert check(code, at=NOON + timedelta(minutes=9, seconds=59))


def test_five_wrong_tries_kill_the_code() -> None:
    """After five wrong tries the right code is refused too."""
    code = issue()
    for _ in range(5):
        with pytest.raises(one_time_codes.InvalidCode):
            check(wrong(code))
    with pytest.raises(one_time_codes.TooManyWrongCodes):
        check(code)


def test_newer_code_kills_the_older() -> None:
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
    """A code is good for its purpose, its contact and the text it signs, and nothing else."""
    code = issue(bound_to="the text")
    with pytest.raises((one_time_codes.InvalidCode, one_time_codes.CodeExpired)):
        check(code, **({"bound_to": "the text"} | other))
    assert check(code, bound_to="the text")


def test_code_of_another_person_is_none(lata: User, asha) -> None:
    """A code that was made for one person is none for another, who uses up none of its tries."""
    code = issue(user=lata)
    for _ in range(6):
        with pytest.raises(one_time_codes.CodeExpired):
            check(code, user=asha.user)
    assert check(code, user=lata).user == lata


def test_code_opens_only_what_asked_for_it() -> None:
    """The ticket of one request does not go with the code of another, nor for another purpose."""
    mine = signup.begin_sign_up(contact="a@example.com", at=NOON, ip="")
    theirs = signup.begin_sign_up(contact="b@example.com", at=NOON, ip="")
    reset = passwords.begin_reset(contact="a@example.com", at=NOON + timedelta(minutes=1), ip="")
    code = sent_code("a@example.com")
    for ticket in (theirs, reset, "", "made-up", mine[:-4] + "AAAA"):
        with pytest.raises(Refusal):
            signup.confirm_sign_up(ticket=ticket, code=code, at=NOON)
    assert signup.confirm_sign_up(ticket=mine, code=code, at=NOON)


def test_stranger_uses_up_no_tries() -> None:
    """Wrong digits without the ticket leave the code alive."""
    ticket = signup.begin_sign_up(contact="a@example.com", at=NOON, ip="")
    code = sent_code("a@example.com")
    for _ in range(10):
        with pytest.raises(one_time_codes.CodeExpired):
            signup.confirm_sign_up(ticket="", code=wrong(code), at=NOON)
    assert signup.confirm_sign_up(ticket=ticket, code=code, at=NOON)


def test_next_code_waits_a_minute() -> None:
    """A second code within 60 seconds is refused and says how long to wait."""
    issue()
    with pytest.raises(one_time_codes.TooManyCodes) as refused:
        issue(at=NOON + timedelta(seconds=20))
    assert refused.value.retry_after == 40
    assert issue(at=NOON + timedelta(seconds=60))


def test_five_codes_an_hour_to_a_contact() -> None:
    """The sixth code within an hour is refused, whatever it is for."""
    for minute in range(5):
        issue(at=NOON + timedelta(minutes=minute * 2))
    with pytest.raises(one_time_codes.TooManyCodes):
        issue(at=NOON + timedelta(minutes=10), purpose=CONTACT)
    assert issue(at=NOON + timedelta(hours=1))


def test_five_codes_an_hour_from_an_address(settings) -> None:
    """So is the sixth from one network, even to another contact; /64 is one network."""
    settings.HITOUCH_CODES_PER_ADDRESS_AN_HOUR = 5
    for number in range(5):
        issue(contact=f"a{number}@example.com", ip=f"2001:db8::{number + 1}")
    with pytest.raises(one_time_codes.TooManyCodes):
        issue(contact="a6@example.com", ip="2001:db8::99")
    assert issue(contact="a6@example.com", ip="2001:db8:0:1::99")


def test_both_doors_answer_429(client, call) -> None:
    """The limit is 429 with Retry-After on the page and over the API."""
    client.post("/sign-up/", {"contact": TO})
    page = client.post("/sign-up/", {"contact": TO})
    api = call("auth/sign-up/code/", contact=TO)
    for answer in (page, api):
        assert answer.status_code == 429
        assert 1 <= int(answer["Retry-After"]) <= 60
    assert api.json()["code"] == "too_many_codes"


def test_no_code_stands_in_the_database() -> None:
    """In no column of any table is the code in the clear, nor the contact of its row."""
    code = issue(ip="203.0.113.7")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608
            text = "\n".join(row[0] for row in cursor.fetchall())
            assert code not in text, table
            assert TO not in text, table
            assert "203.0.113.7" not in text, table


def test_checking_inside_a_transaction_is_an_error() -> None:
    """A roll-back would give the tries back, so it is not possible."""
    code = issue()
    with transaction.atomic(), pytest.raises(RuntimeError):
        check(code)


def test_old_codes_are_swept() -> None:
    """A day later nothing is left of a code."""
    issue()
    assert one_time_codes.sweep(at=NOON + timedelta(hours=23)) == 0
    assert one_time_codes.sweep(at=NOON + timedelta(hours=25)) == 1


def at_once(number: int, act) -> list:
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
def test_forty_wrong_at_once_compare_five() -> None:
    """Of 40 wrong codes at the same moment at most five are compared at all."""
    code = issue()
    outcomes = at_once(40, lambda: check(wrong(code)))
    assert outcomes.count(one_time_codes.InvalidCode) == 5
    assert outcomes.count(one_time_codes.TooManyWrongCodes) == 35
    with pytest.raises(one_time_codes.TooManyWrongCodes):
        check(code)


@pytest.mark.django_db(transaction=True)
def test_thirty_right_at_once_are_one() -> None:
    """Of 30 right codes at the same moment one gets through."""
    code = issue()
    outcomes = at_once(30, lambda: check(code).pk)
    assert sum(not isinstance(outcome, type) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_sends_at_once_are_one() -> None:
    """Of ten sends at the same moment one goes out."""
    outcomes = at_once(10, lambda: one_time_codes.issue(purpose=SIGN, contact=TO, at=NOON).pk)
    assert sum(not isinstance(outcome, type) for outcome in outcomes) == 1
    assert OneTimeCode.objects.live().count() == 1
