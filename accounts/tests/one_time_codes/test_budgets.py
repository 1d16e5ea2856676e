"""Budgets of codes: by contact, purpose and requester, by network, and the share of SMS."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.authentication.services import contacts, login, passwords, reauthentication, signup
from accounts.models import OneTimeCode, StrangerSmsDay, User
from accounts.one_time_codes import budgets, challenges, requesters, sms_budget
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import Requester
from accounts.security import login_history
from accounts.security.origin import RequestOrigin, network_hash
from accounts.tests.conftest import sent_code
from conftest import NOON, make_user
from hitouch.core.errors import Refusal
from hitouch.core.models import OperationsAlarm
from hitouch.core.outbox import budget

pytestmark = pytest.mark.django_db(transaction=True)
CARRIER = "203.0.113.7"
ANITA = "anita@example.com"
PURPOSES = OneTimeCode.Purpose


@pytest.fixture(autouse=True)
def easy_challenges(settings: Any) -> None:
    """A solution takes no time, and the limits are those of a deployment."""
    settings.HITOUCH_CODE_CHALLENGE_BITS = 1
    settings.HITOUCH_CODES_PER_ADDRESS_AN_HOUR = 30


@pytest.fixture
def paid_sms(settings: Any) -> None:
    """A provider is configured; the day's budget is forty messages."""
    settings.HITOUCH_SENDERS = settings.HITOUCH_SENDERS | {"SMS": "twilio"}
    settings.HITOUCH_SMS_PAISE, settings.HITOUCH_SMS_PAISE_A_DAY = 25, 1000


def at_address(ip: str, **more: Any) -> Requester:
    """Somebody at an address."""
    return Requester(origin=RequestOrigin(ip=ip, network_hash=network_hash(ip)), **more)


def strangers(number: int) -> list[Requester]:
    """People in networks that have nothing in common."""
    return [at_address(f"100.{n}.0.1") for n in range(number)]


def outcomes(acts: Iterable[Callable[[], Any]]) -> Counter[str]:
    """How often each result occurred when all acts run concurrently."""

    def run(act: Callable[[], Any]) -> str:
        try:
            act()
        except budgets.TooManyCodes as refusal:
            return str(refusal.members["reason"])
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(run, acts))


def sign_up_of(contact: str, requester: Requester, at: datetime = NOON) -> Callable[[], Any]:
    return lambda: signup.begin_sign_up(contact=contact, at=at, requester=requester)


def log_in_of(contact: str, requester: Requester, at: datetime = NOON) -> Callable[[], Any]:
    return lambda: login.begin_log_in_by_code(contact=contact, at=at, requester=requester)


def solving(begin: Callable[..., Any], contact: str, requester: Requester, at: datetime) -> str:
    """Request a code and solve challenges, as a browser does: it may have become dearer."""
    for _ in range(8):
        try:
            return begin(contact=contact, at=at, requester=requester)
        except challenges.ChallengeRequired as required:
            challenge = required.challenge
            solved = {"challenge": challenge.text, "solution": challenges.solve(challenge)}
            requester = replace(requester, **solved)
    raise AssertionError("a challenge after each solution")


def remember_network(user: User, ip: str) -> None:
    """The user has logged in from this network."""
    origin = at_address(ip).origin
    login_history.record_login(user=user, outcome="IN", method="CODE", origin=origin, at=NOON)


def browser_of(user: User, ip: str = "") -> Requester:
    """A browser in which the user has logged in, wherever it is now."""
    known = {"browser": "b", "known_to": str(user.pk), "known_epoch": user.login_epoch}
    return Requester(origin=RequestOrigin(ip=ip, network_hash=network_hash(ip), **known))


def test_owner_gets_a_code_while_fifty_strangers_ask(lata: User) -> None:
    """The owner who is logged in, in a known browser or at a known network gets one at once."""
    contact = lata.email or ""
    remember_network(lata, CARRIER)
    ask = {"log-in": log_in_of, "reset": reset_of}
    crowd = [act(contact, one) for one in strangers(50) for act in ask.values()]
    owner = [
        lambda: reauthentication.send_reauthentication_code(user=lata, at=NOON),
        *(act(contact, browser_of(lata)) for act in ask.values()),
        *(act(contact, at_address(CARRIER)) for act in ask.values()),
        log_in_of(contact, Requester(user=lata)),
    ]
    counts = outcomes(crowd[:60] + owner + crowd[60:])
    assert counts["sent"] == 2 * 5 + len(owner)
    assert counts["challenge_required"] == len(crowd) - 2 * 5


def reset_of(contact: str, requester: Requester, at: datetime = NOON) -> Callable[[], Any]:
    return lambda: passwords.begin_reset(contact=contact, at=at, requester=requester)


def test_sends_five_an_hour_to_a_contact() -> None:
    """For one purpose strangers get five an hour, ten with challenges, and no more."""
    crowd = strangers(40)
    assert outcomes(sign_up_of(ANITA, one) for one in crowd) == {
        "sent": 5,
        "challenge_required": 35,
    }

    def solved(one: Requester) -> Callable[[], str]:
        return lambda: solving(signup.begin_sign_up, ANITA, one, NOON + timedelta(minutes=2))

    counts = outcomes(solved(one) for one in crowd)
    assert counts == {"sent": 5, "contact": 35}


def test_sends_ten_a_day_to_a_contact() -> None:
    """For one purpose strangers get ten a day, twenty with challenges, and no more."""
    crowd = iter(strangers(200))
    for hours in (9, 7):
        at = NOON - timedelta(hours=hours)
        assert outcomes(sign_up_of(ANITA, next(crowd), at) for _ in range(5)) == {"sent": 5}
    later = [NOON - timedelta(hours=hours) for hours in (5, 3, 1)]
    assert outcomes(sign_up_of(ANITA, next(crowd), later[0]) for _ in range(9)) == {
        "challenge_required": 9
    }
    sent = 0
    for at in later:
        counts = outcomes(
            lambda at=at: solving(signup.begin_sign_up, ANITA, next(crowd), at) for _ in range(16)
        )
        sent += counts["sent"]
    assert sent == 10


@pytest.mark.parametrize("kind", ["owner", "browser", "network"])
def test_owner_has_five_an_hour_for_each_purpose(lata: User, kind: str) -> None:
    """The owner has a budget of their own as well, so that a thief does not get all codes."""
    remember_network(lata, CARRIER)
    requester = {
        "owner": Requester(user=lata),
        "browser": browser_of(lata),
        "network": at_address(CARRIER),
    }[kind]
    contact = lata.email or ""
    for purpose in (PURPOSES.LOG_IN, PURPOSES.RESET):
        facts = {"purpose": purpose, "contact": contact, "user": lata}
        for number in range(8):
            at = NOON + timedelta(minutes=2 * number)

            def begin(*, contact: str, at: datetime, requester: Requester, facts=facts) -> Any:
                return one_time_codes.issue(**facts | {"at": at, "requester": requester})

            if number < 5:
                assert solving(begin, contact, requester, at)
            else:
                with pytest.raises(budgets.TooManyCodes, match="for this contact"):
                    solving(begin, contact, requester, at)


def test_sends_from_an_address() -> None:
    """Thirty an hour from one address without a challenge, for any contacts."""
    crowd = [sign_up_of(f"a{n}@example.com", at_address(CARRIER)) for n in range(40)]
    assert outcomes(crowd) == {"sent": 30, "challenge_required": 10}
    assert outcomes([sign_up_of("b@example.com", at_address("192.0.2.8"))]) == {"sent": 1}


def test_ten_people_behind_one_address_get_in_while_somebody_spends(settings: Any) -> None:
    """Their codes need a challenge, as those of the attacker, who pays for each request."""
    settings.HITOUCH_CODES_PER_ADDRESS_AN_HOUR = 2
    shared = at_address(CARRIER)
    attack = [
        lambda n=n: solving(signup.begin_sign_up, f"x{n}@example.com", shared, NOON)
        for n in range(20)
    ]
    people = [
        lambda n=n: solving(signup.begin_sign_up, f"h{n}@example.com", shared, NOON)
        for n in range(10)
    ]
    assert outcomes(attack + people) == {"sent": 30}


def test_attacker_of_one_contact_leaves_the_address_to_others() -> None:
    """Refused requests do not count, so that neighbours are not even challenged."""
    attack = [act(ANITA, at_address(CARRIER)) for act in (sign_up_of, log_in_of, reset_of)]
    assert outcomes(attack * 30)["sent"] == 3
    honest = [sign_up_of(f"h{n}@example.com", at_address(CARRIER)) for n in range(10)]
    assert outcomes(honest) == {"sent": 10}


@pytest.mark.parametrize(
    ("address", "free", "most"),
    [
        ("2001:db8:1:1::{n:x}", 1, 4),  # one /64: a customer
        ("2001:db8:1:{n:x}::1", 2, 6),  # one /56: a home
        ("2001:db8:1:{n:x}00::1", 3, 9),  # one /48: an office, or a rented server
        ("198.51.100.7", 1, 32),  # one address of IPv4: a customer, or all of a carrier
        ("198.51.100.{n}", 8, 32),  # one /24 of IPv4
    ],
)
def test_larger_networks_have_budgets(address: str, free: int, most: int, settings: Any) -> None:
    """Whoever has many addresses has not many budgets. All numbers scale with the setting."""
    settings.HITOUCH_CODES_PER_ADDRESS_AN_HOUR = 1
    crowd = [at_address(address.format(n=n + 1)) for n in range(most + 5)]
    first, then = crowd[: free + 5], crowd[free:]
    counts = outcomes(sign_up_of(f"a{n}@example.com", one) for n, one in enumerate(first))
    assert counts == {"sent": free, "challenge_required": 5}
    counts = outcomes(
        lambda n=n, one=one: solving(signup.begin_sign_up, f"b{n}@example.com", one, NOON)
        for n, one in enumerate(then)
    )
    assert counts == {"sent": most - free, "network": 5}


def test_an_hour_of_one_network_is_a_part_of_the_day(settings: Any) -> None:
    """A /48 that solves all challenges for a day gets a seventh of the day's text messages."""
    limits = budgets.NETWORK_LIMITS[6]["block"]
    a_day = limits.a_day * 30
    assert a_day <= settings.HITOUCH_SMS_PAISE_A_DAY // settings.HITOUCH_SMS_PAISE / 7


def test_known_and_unknown_contacts_get_the_same_answers(lata: User) -> None:
    """A stranger's answers, also at a network its owner uses, do not tell whether it is known."""
    remember_network(lata, CARRIER)

    def answers(contact: str, ip: str, begin: Callable[..., Any]) -> list[str]:
        found = []
        for minute in range(0, 14, 2):
            at = NOON + timedelta(minutes=minute)
            for act in (begin, lambda **facts: solving(begin, **facts)):
                try:
                    act(contact=contact, at=at, requester=at_address(ip))
                    found.append("sent")
                except Refusal as refusal:
                    found.append(f"{refusal.code} {refusal}")
        return found

    afar = "198.51.100.1"
    for begin, ip in (
        (signup.begin_sign_up, CARRIER),
        (login.begin_log_in_by_code, CARRIER),
        (login.begin_log_in_by_code, afar),
        (passwords.begin_reset, CARRIER),
    ):
        known = answers(lata.email or "", ip, begin)
        unknown = answers("nobody@example.com", ip, begin)
        OneTimeCode.objects.all().delete()
        assert known == unknown
        assert known.count("sent") == 5


def test_known_network_is_no_exception_to_the_budget_of_an_address(lata: User) -> None:
    """Otherwise whoever has used it up could find out which contacts are known there."""
    remember_network(lata, CARRIER)
    for number in range(30):
        sign_up_of(f"a{number}@example.com", at_address(CARRIER))()
    for contact in (lata.email or "", "nobody@example.com"):
        with pytest.raises(challenges.ChallengeRequired):
            log_in_of(contact, at_address(CARRIER))()


def test_strangers_do_not_replace_the_owners_code(lata: User) -> None:
    """The code that the owner is about to enter stays valid, whoever asks for another."""
    contact = lata.email or ""
    ticket = log_in_of(contact, browser_of(lata))()
    code = sent_code(contact)
    assert outcomes(log_in_of(contact, one) for one in strangers(5)) == {"sent": 5}
    origin = browser_of(lata).origin
    found = login.check_log_in_code(ticket=ticket, code=code, at=NOON, origin=origin)
    assert found == lata


def _code_of(ticket: str, contact: str) -> str:
    from accounts.tests.conftest import sent_code

    return sent_code(contact)


def test_strangers_do_not_make_the_owner_wait_a_minute(lata: User) -> None:
    """The minute between two codes counts for each who asks."""
    contact = lata.email or ""
    assert outcomes([log_in_of(contact, strangers(1)[0])]) == {"sent": 1}
    assert outcomes([log_in_of(contact, browser_of(lata))]) == {"sent": 1}
    assert outcomes([log_in_of(contact, browser_of(lata))]) == {"cooldown": 1}


def test_browser_is_known_until_all_sessions_are_ended(lata: User, asha: Any) -> None:
    """Not after a change of the password, and not for another account."""
    known = browser_of(lata)

    def kind(requester: Requester, account: User | None) -> str:
        facts = {"purpose": PURPOSES.LOG_IN, "contact": lata.email or "", "at": NOON}
        return requesters.identify(requester, account=account, **facts).kind

    assert kind(known, lata) == "BROWSER"
    assert kind(known, asha.user) == "STRANGER"
    assert kind(known, None) == "STRANGER"
    lata.login_epoch += 1
    assert kind(known, lata) == "STRANGER"


def test_new_contacts_are_counted_for_the_user_who_adds_them(lata: User) -> None:
    """Five an hour, for any contacts; strangers who ask for one of them count apart."""
    assert outcomes(sign_up_of(ANITA, one) for one in strangers(5)) == {"sent": 5}
    acts = [
        lambda n=n: contacts.request_contact_change(
            user=lata, contact=ANITA if n == 0 else f"a{n}@example.com", at=NOON
        )
        for n in range(9)
    ]
    counts = outcomes(acts)
    assert (counts["sent"], counts["account"]) == (5, 4)


def test_taken_contact_looks_like_a_free_one(lata: User, asha: Any) -> None:
    """A wrong code for a contact that another account has gets the answer of any wrong code."""
    for contact in (asha.user.email, "free@example.com"):
        contacts.request_contact_change(user=lata, contact=contact, at=NOON)
        with pytest.raises(one_time_codes.InvalidCode):
            contacts.confirm_contact_change(user=lata, contact=contact, code="123456", at=NOON)


def phone(number: int) -> str:
    return f"+9198765{number:05d}"


def test_strangers_leave_a_reserve_of_text_messages(paid_sms: None, lata: User) -> None:
    """Sign-ups end at 60 % of the day's money, strangers' log-ins at 80 %, owners' at the end."""
    counts = outcomes(
        lambda n=n, one=one: solving(signup.begin_sign_up, phone(n), one, NOON)
        for n, one in enumerate(strangers(34))
    )
    assert counts == {"sent": 24, "sms_reserved": 10}
    users = [make_user(f"U{n}") for n in range(12)]
    counts = outcomes(
        lambda user=user, one=one: solving(login.begin_log_in_by_code, user.phone, one, NOON)
        for user, one in zip(users, strangers(12), strict=True)
    )
    assert counts == {"sent": 8, "sms_reserved": 4}
    own = lata.phone or ""
    assert outcomes([log_in_of(own, strangers(1)[0])]) == {"sms_reserved": 1}
    assert outcomes([log_in_of(own, browser_of(lata))]) == {"sent": 1}
    assert outcomes([log_in_of(own, Requester(user=lata))]) == {"sent": 1}
    assert outcomes([sign_up_of(ANITA, at_address(CARRIER))]) == {"sent": 1}


def test_reserve_counts_what_others_have_used(paid_sms: None) -> None:
    """What has gone out for owners is not given to strangers on top."""
    budget.reserve(600, at=NOON)
    with pytest.raises(sms_budget.StrangersSmsSpent) as refused:
        sign_up_of(phone(1), at_address(CARRIER))()
    assert 0 < refused.value.retry_after <= 24 * 3600
    assert not OneTimeCode.objects.exists()


def test_decoys_cost_nothing_and_are_refused_alike(paid_sms: None, lata: User) -> None:
    """A number without an account: no money, but the same answer when it is used up."""
    assert outcomes(log_in_of(phone(n), one) for n, one in enumerate(strangers(20))) == {"sent": 20}
    assert StrangerSmsDay.objects.get().paise == 0
    StrangerSmsDay.objects.update(paise=800)
    for number in (phone(99_998), lata.phone or ""):
        assert outcomes([log_in_of(number, at_address(CARRIER))]) == {"sms_reserved": 1}


def test_text_messages_need_a_challenge_from_half_of_the_share(paid_sms: None) -> None:
    """Strangers' messages become dear before they are used up; mail stays free."""
    StrangerSmsDay.objects.reserve(275, cap=1000, at=NOON)
    assert outcomes([sign_up_of(phone(776), at_address(CARRIER))]) == {"sent": 1}
    assert outcomes([sign_up_of(phone(777), at_address(CARRIER))]) == {"challenge_required": 1}
    assert outcomes([sign_up_of(ANITA, at_address(CARRIER))]) == {"sent": 1}


def test_free_text_messages_raise_no_alarm() -> None:
    """Without a provider there is no budget to look after."""
    StrangerSmsDay.objects.reserve(200_000, cap=200_000, at=NOON)
    assert sms_budget.check(at=NOON)


def test_operations_are_alerted_before_the_share_is_used_up(paid_sms: None) -> None:
    """One alarm from 80 % of strangers' share on, which ends with the day."""
    StrangerSmsDay.objects.reserve(479, cap=1000, at=NOON)
    assert sms_budget.check(at=NOON)
    StrangerSmsDay.objects.reserve(1, cap=1000, at=NOON)
    assert not sms_budget.check(at=NOON)
    assert OperationsAlarm.objects.get().name == sms_budget.ALARM
    assert sms_budget.check(at=NOON + timedelta(days=1))
    assert not OperationsAlarm.objects.exists()
