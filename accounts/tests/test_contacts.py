"""Normalising contacts: every notation of a contact leads to one user, and to no other."""

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from accounts import contacts
from accounts.models import User
from conftest import PASSWORD
from hitouch.core.models import OutboxMessage

PHONE = "+919876543210"
SAME_PHONE = [
    "9876543210",
    "09876543210",
    "919876543210",
    "+91 98765 43210",
    "0091 98765-43210",
    "(+91) 98765.43210",
    " 98765\u00a043210 ",
    "\uff19\uff18\uff17\uff16\uff15\uff14\uff13\uff12\uff11\uff10",
    "\u096f\u096e\u096d\u096c\u096b\u096a\u0969\u0968\u0967\u0966",
    "tel:+919876543210",
]
SAME_EMAIL = [
    "asha@example.com",
    "ASHA@EXAMPLE.COM",
    "  Asha@Example.Com\n",
    "\uff41\uff53\uff48\uff41\uff20\uff45xample.com",
    "asha@\u2102xample.com".replace("\u2102", "e"),
]
NONE = [
    "",
    "   ",
    "asha",
    "asha@",
    "@example.com",
    "asha@example",
    "asha@@example.com",
    "asha@example.com,ravi@example.com",
    "asha@example.com\nBcc: ravi@example.com",
    "\u0430sha@example.com",
    "asha@exa mple.com",
    "asha@example.com\x00",
    "98765",
    "+91 98765 4321",
    "+999 1234567890",
    "022 2345 6789",
    "1800 111 222",
    "9" * 10_000,
    "a" * 10_000 + "@example.com",
    "<script>alert(1)</script>@example.com",
    "'; DROP TABLE accounts_user; --",
]


@pytest.mark.parametrize("typed", SAME_PHONE)
def test_phone_has_one_form(typed: str) -> None:
    """Spaces, zeros, country codes and digits of other scripts give one number."""
    assert contacts.parse(typed) == PHONE


@pytest.mark.parametrize("typed", SAME_EMAIL)
def test_email_has_one_form(typed: str) -> None:
    """Letter case, blanks and full-width letters give one address."""
    assert contacts.parse(typed) == "asha@example.com"


@pytest.mark.parametrize("typed", NONE)
def test_invalid_contact_is_refused(db: None, call, typed: str) -> None:
    """Page and API show an example of a contact; nothing is sent."""
    page = Client().post("/sign-up/", {"contact": typed})
    assert page.status_code == 200
    assert page.context["form"].errors["contact"]
    for path in ("auth/sign-up/code/", "auth/log-in/code/", "auth/reset/code/"):
        response = call(path, contact=typed)
        assert response.status_code in (400, 422), path
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"]
    assert not OutboxMessage.objects.exists()


def test_foreign_mobile_is_parsed() -> None:
    """A foreign number is valid; whether it gets SMS is decided elsewhere."""
    assert contacts.parse("+44 7400 123456") == "+447400123456"


def test_kelvin_sign_is_normalised() -> None:
    """A look-alike that folds to an ASCII letter gives the plain address."""
    assert contacts.parse("\u212airan@example.com") == "kiran@example.com"


def test_idn_domain_is_stored_in_ascii_form() -> None:
    """A Cyrillic look-alike of a domain is another address."""
    kept = contacts.parse("asha@ex\u0430mple.com")
    assert kept.startswith("asha@xn--")


@pytest.mark.parametrize("typed", ["LATA@EXAMPLE.COM", " lata@example.com "])
def test_sign_up_never_changes_an_account(db: None, call, lata: User, typed: str) -> None:
    """Signing up with any notation of a known contact leaves its account as it is."""
    before = User.objects.values().get(pk=lata.pk)
    assert call("auth/sign-up/code/", contact=typed).status_code == 202
    assert User.objects.values().get(pk=lata.pk) == before
    assert User.objects.count() == 1
    assert OutboxMessage.objects.get().template == "accounts/account_exists"
    assert lata.check_password(PASSWORD)


@given(st.text(max_size=300))
@example("\ud800@example.com")
@example("a@\u0131.com")
def test_any_text_is_a_contact_or_refused(text: str) -> None:
    """Any input gives a normalised contact, which normalises to itself, or a refusal."""
    try:
        contact = contacts.parse(text)
    except contacts.InvalidContact:
        return
    assert contacts.parse(contact) == contact
    assert contact.isascii()
