"""Each row of docs/limits.md: concurrent requests are counted exactly."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from accounts.authentication.services import login, passwords, reauthentication, signup
from accounts.mfa import services as mfa
from accounts.models import User
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import Requester
from accounts.security import rate_limits
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin, network_hash
from accounts.sessions import tokens
from accounts.tests.conftest import sent_code, wrong_code
from conftest import NOON, PASSWORD
from hitouch.core.errors import Refusal
from hitouch.core.rate_limits import RateLimit

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = Path(django_settings.BASE_DIR) / "docs" / "limits.md"
WHO = "anita@example.com"


def outcomes(acts: list[Callable[[], Any]]) -> Counter[str]:
    """How often each result occurred when all acts run concurrently."""

    def run(act: Callable[[], Any]) -> str:
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(20) as pool:
        return Counter(pool.map(run, acts))


def send(purpose: str = "SIGN_UP", contact: str = WHO, at: datetime = NOON, ip: str = "") -> Any:
    requester = Requester(origin=RequestOrigin(ip=ip, network_hash=network_hash(ip)))
    return lambda: one_time_codes.issue(
        purpose=purpose, contact=contact, at=at, requester=requester
    )


def try_password(contact: str, ip: str, password: str = "wrong") -> Any:
    origin = RequestOrigin(ip=ip, network_hash=network_hash(ip))
    return lambda: login.check_password(contact=contact, password=password, at=NOON, origin=origin)


def test_sends_one_a_minute() -> None:
    """One code for one purpose and contact within sixty seconds, for one who asks."""
    assert outcomes([send()] * 20) == {"done": 1, "too_many_codes": 19}
    assert outcomes([send(ip="192.0.2.7")] * 20) == {"done": 1, "too_many_codes": 19}


def test_five_checks_of_a_code() -> None:
    """Of forty concurrent wrong codes five are compared; the right one is refused afterwards."""
    ticket = signup.begin_sign_up(contact=WHO, at=NOON)
    code = sent_code(WHO)

    def check(digits: str) -> Any:
        return lambda: signup.confirm_sign_up(ticket=ticket, code=digits, at=NOON)

    counts = outcomes([check(wrong_code(code))] * 40)
    assert counts == {"wrong_code": 5, "code_tried_out": 35}
    assert outcomes([check(code)]) == {"code_tried_out": 1}


@pytest.mark.parametrize("purpose", ["SIGN_UP", "LOG_IN", "RESET", "STEP_UP"])
def test_right_code_opens_once(lata: User, purpose: str) -> None:
    """Of thirty concurrent right codes exactly one succeeds, for each purpose."""
    issued = {"at": NOON}
    if purpose == "STEP_UP":
        reauthentication.send_reauthentication_code(user=lata, **issued)
        contact = lata.email or ""
        act: Any = lambda: reauthentication.reauthenticate(  # noqa: E731
            user=lata, at=NOON, origin=UNKNOWN_ORIGIN, code=code
        )
    elif purpose == "SIGN_UP":
        contact, ticket = WHO, signup.begin_sign_up(contact=WHO, **issued)
        act = lambda: signup.confirm_sign_up(ticket=ticket, code=code, at=NOON)  # noqa: E731
    elif purpose == "LOG_IN":
        contact = lata.phone or ""
        ticket = login.begin_log_in_by_code(contact=contact, **issued)
        act = lambda: login.check_log_in_code(  # noqa: E731
            ticket=ticket, code=code, at=NOON, origin=UNKNOWN_ORIGIN
        )
    else:
        contact, ticket = lata.email or "", passwords.begin_reset(contact=lata.email, **issued)
        ips = iter(f"192.0.2.{n}" for n in range(60))
        act = lambda: passwords.confirm_reset(  # noqa: E731
            ticket=ticket, code=code, at=NOON, ip=next(ips)
        )
    code = sent_code(contact)
    counts = outcomes([act] * 30)
    assert counts["done"] == 1
    assert set(counts) <= {"done", "code_expired", "code_tried_out", "too_many_tries"}


def test_five_passwords_for_a_pair(lata: User) -> None:
    """Five passwords in five minutes for one account from one address."""
    counts = outcomes([try_password(lata.email or "", "192.0.2.7")] * 20)
    assert counts == {"wrong_log_in": 5, "too_many_tries": 15}


def test_thirty_passwords_from_an_address(db: None) -> None:
    """Thirty passwords a minute from one address, whichever accounts they are for."""
    tries = [try_password(f"a{n}@example.com", "192.0.2.7") for n in range(40)]
    assert outcomes(tries) == {"wrong_log_in": 30, "too_many_tries": 10}
    with pytest.raises(login.TooManyFromNetwork, match="share with other people"):
        tries[0]()


def test_hundred_passwords_from_afar(lata: User) -> None:
    """A hundred passwords a day per account from unknown networks, then one for each network."""
    for _ in range(98):
        rate_limits.LOG_IN_FROM_AFAR.spend(lata.email or "", at=NOON)
    tries = [try_password(lata.email or "", f"192.0.{n}.7") for n in range(5)] * 4
    assert outcomes(tries) in [
        {"wrong_log_in": 5 + more, "log_in_by_code": 15 - more} for more in (0, 1, 2)
    ]
    assert "wrong_log_in" not in outcomes(tries)


def test_global_limit_of_unknown_browsers_requires_a_code(lata: User) -> None:
    """After five thousand of those an unknown network cannot try passwords any more."""
    for _ in range(100):
        rate_limits.LOG_IN_FROM_AFAR.spend(lata.email or "", at=NOON)
    for _ in range(4990):
        rate_limits.LOG_IN_EVER_FROM_AFAR.spend(lata.email or "", at=NOON)
    tries = [try_password(lata.email or "", f"192.0.{n}.7") for n in range(20)]
    assert outcomes(tries) == {"wrong_log_in": 10, "log_in_by_code": 10}


def test_five_second_factors(lata: User) -> None:
    """Five second-factor codes in five minutes per user."""
    act = lambda: mfa.check_second_factor(user=lata, code="1", at=NOON)  # noqa: E731
    assert outcomes([act] * 20) == {"wrong_second_factor": 5, "too_many_tries": 15}


def test_twenty_resets_a_minute(lata: User) -> None:
    """Twenty password-reset requests a minute per network, when they have no valid ticket."""

    def confirm(ticket: str) -> Any:
        return lambda: passwords.confirm_reset(
            ticket=ticket, code="123456", at=NOON, ip="192.0.2.7"
        )

    assert outcomes([confirm("")] * 40) == {"code_expired": 20, "too_many_tries": 20}
    own = confirm(passwords.begin_reset(contact=lata.email or "", at=NOON))
    counts = outcomes([own] * 40)
    assert counts == {"wrong_code": 5, "code_tried_out": 15, "too_many_tries": 20}


def test_neighbours_can_reset_while_somebody_guesses(lata: User) -> None:
    """Made-up tickets from a shared address do not keep its other customers from a reset."""
    shared = {"at": NOON, "ip": "192.0.2.7"}
    guess = partial(passwords.confirm_reset, ticket="made-up", code="123456", **shared)
    assert outcomes([guess] * 30)["too_many_tries"] == 10
    ticket = passwords.begin_reset(contact=lata.email or "", at=NOON)
    grant = passwords.confirm_reset(ticket=ticket, code=sent_code(lata.email or ""), **shared)
    assert passwords.finish_reset(grant=grant, password="another-long-word", **shared)


def test_thirty_refreshes_of_a_family(lata: User) -> None:
    """Thirty exchanges a minute per token family; of one token, one succeeds."""
    pair = tokens.issue(user=lata, at=NOON)
    act = lambda: tokens.refresh(refresh_token=pair.refresh_token, at=NOON)  # noqa: E731
    counts = outcomes([act] * 40)
    assert counts == {"done": 1, "bad_refresh_token": 29, "too_many_tries": 10}


def test_right_password_is_given_back(lata: User) -> None:
    """A right password uses up no attempt."""
    lata.set_password(PASSWORD)
    lata.save()
    tries = [try_password(lata.email or "", "192.0.2.7", PASSWORD)] * 4
    for _ in range(3):
        assert outcomes(tries) == {"done": 4}


def test_passkeys_from_an_address() -> None:
    """A hundred and twenty passkey requests a minute per network."""
    limit = rate_limits.PASSKEY
    for _ in range(limit.tries - 10):
        limit.spend(network_hash("127.0.0.1"), at=NOON)
    asked = [lambda: Client().get("/log-in/passkey/").status_code] * 20
    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(lambda ask: (ask(), connection.close())[0], asked))
    assert answers == {200: 10, 429: 10}
    assert Client().get("/api/v1/auth/app/auth/webauthn/login").status_code == 429


def test_table_is_whole() -> None:
    """Every limit of the code is in the document, and each row names an existing test."""
    text = DOCUMENT.read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`test_" in line]
    root = DOCUMENT.parents[1]
    files = [*root.glob("[a-z]*/**/test_*.py")]
    sources = "".join(path.read_text() for path in files)
    for row in rows:
        name = row.split("`test_")[1].split("`")[0]
        assert f"def test_{name}(" in sources, row
    for name, limit in vars(rate_limits).items():
        if isinstance(limit, RateLimit):
            assert f"`{name}`" in text, name
            row = next(row for row in rows if f"`{name}`" in row)
            assert str(limit.tries) in row, row


def test_ipv6_customer_is_one_address(lata: User) -> None:
    """All addresses of a /64 count as one network."""

    def address_in_network(number: int) -> str:
        return f"2401:4900:1:2::{number:x}"

    pair = [try_password(lata.email or "", address_in_network(n)) for n in range(1, 21)]
    assert outcomes(pair) == {"wrong_log_in": 5, "too_many_tries": 15}
    spread = [try_password(f"a{n}@example.com", address_in_network(n)) for n in range(1, 41)]
    assert outcomes(spread)["wrong_log_in"] == 30 - len(pair)
    resets = [
        partial(
            passwords.confirm_reset, ticket="", code="123456", at=NOON, ip=address_in_network(n)
        )
        for n in range(1, 41)
    ]
    assert outcomes(resets) == {"code_expired": 20, "too_many_tries": 20}
