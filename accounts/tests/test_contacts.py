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
#: 216 letters, which are more than 254 in ASCII.
LONG_IN_ASCII = ".".join(["\u0939\u093f\u0928\u094d\u0926\u0940" * 3] * 11) + ".com"
INDIAN_DOMAIN = "asha@xn--h2brj9c.xn--h2brj9c"
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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("asha@stra\u00dfe.de", "asha@xn--strae-oqa.de"),
        ("asha@STRA\u00dfE.DE", "asha@xn--strae-oqa.de"),
        ("asha@strasse.de", "asha@strasse.de"),
        ("asha@fa\u00df.de", "asha@xn--fa-hia.de"),
        ("asha@M\u00dcNCHEN.de", "asha@xn--mnchen-3ya.de"),
        ("asha@mu\u0308nchen.de", "asha@xn--mnchen-3ya.de"),
        ("asha@\u092d\u093e\u0930\u0924.\u092d\u093e\u0930\u0924", INDIAN_DOMAIN),
        ("asha@xn--strae-oqa.de", "asha@xn--strae-oqa.de"),
        ("asha@\u0430\u0440\u0440\u04cf\u0435.com", "asha@xn--80ak6aa92e.com"),
        ("Asha+Work@Example.com", "asha+work@example.com"),
        ("a.s_h-a@example.co.in", "a.s_h-a@example.co.in"),
    ],
)
def test_domain_is_stored_in_ascii_form(typed: str, kept: str) -> None:
    """A domain in letters beyond ASCII keeps every letter (IDNA 2008, UTS 46 non-transitional)."""
    assert contacts.parse(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "\u212airan@example.com",
        "\ufb01na@example.com",
        "\u2460@example.com",
        "asha@gma\u0456l.com",
        "asha@ex\u0430mple.com",
        "asha@xn--exmple-4nf.com",
        "asha@exa\u00admple.com",
        "asha@exa\u200bmple.com",
        "asha@foo\u3002com",
        "asha@\u0130stanbul.com",
        "asha@\u017ftrasse.de",
        "asha@example.com.",
        "asha@-example.com",
        "asha@xn--a.com",
        "asha@10.0.0.10",
        "asha@[10.0.0.10]",
        "asha@localhost",
        "asha@mail.localhost",
        "asha@PRINTER.Local",
        "asha@mail.office.internal",
        "asha@router.lan",
        "asha@nas.home.arpa",
        "asha@x.onion",
        "asha@x.invalid",
        "asha@10.0.0.0x1",
        "asha@0x7f.1",
        "asha@[IPv6:fe80::1]",
        f"{'a' * 65}@example.com",
        f"asha@{LONG_IN_ASCII}",
        '"asha"@example.com',
        '"asha rao"@example.com',
        "asha(work)@example.com",
        "asha..rao@example.com",
        ".asha@example.com",
        "Asha Rao <asha@example.com>",
        "mailto:asha@example.com",
        "asha@example.com ravi@example.com",
        "asha@example.com;ravi@example.com",
        "a\u202esha@example.com",
    ],
)
def test_email_that_could_be_another_is_refused(typed: str) -> None:
    """Look-alikes, invisible characters, comments, quotes, lists and IP addresses are none."""
    with pytest.raises(contacts.InvalidContact):
        contacts.parse(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+91 (0) 98765 43210", "+919876543210"),
        ("+91 098765 43210", "+919876543210"),
        ("+91.98765.43210", "+919876543210"),
        ("+91-98765\u201143210", "+919876543210"),
        ("987.654.3210", "+919876543210"),
        ("+91 \u096f\u096e\u096d\u096c\u096b \u096a\u0969\u0968\u0967\u0966", "+919876543210"),
        ("\u0669\u0668\u0667\u0666\u0665\u0664\u0663\u0662\u0661\u0660", "+919876543210"),
        ("\u202a+91 98765 43210\u202c", "+919876543210"),
        ("9198765432", "+919198765432"),
        ("+44 (0)7400 123456", "+447400123456"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("0044 7400 123456", "+447400123456"),
    ],
)
def test_phone_as_people_write_it(typed: str, kept: str) -> None:
    """Prefixes, brackets and marks of address books around a number lead to that number."""
    assert contacts.parse(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "98765OOO10",
        "98765O0010",
        "98765l3210",
        "9876-GOHOME",
        "9876543210.0",
        "987654321.0",
        "98765432.10",
        "9.876543210E9",
        "9,876,543,210",
        "9876543210;ext=5",
        "9876543210 ext 5",
        "9876543210x5",
        "+919876543210#5",
        "9876543210,5",
        "9876543210/11",
        "9876543210 / 9876543211",
        "98765 43210, 98765 43211",
        "9876543210\n9876543211",
        "9876543210 9876543211",
        "98765\u200b43210",
        "98765\u202e01234",
        "\u202e0123456789",
        "98765\u09ea3210",
        "98765\u096a\u0969\u0968\u0967\u0966",
        "\U0001d7d7876543210",
        "\u00b9876543210",
        "\u2468876543210",
        "-9876543210",
        "987654321 (0)",
        "91987654321",
        "+4407400123456",
        "+91 22 2345 6789",
        "5876543210",
        "+91 0000000000",
    ],
)
def test_phone_that_could_be_another_is_refused(typed: str) -> None:
    """Letters, decimals, extensions, several numbers and mixed digits never become a number."""
    with pytest.raises(contacts.InvalidContact) as refused:
        contacts.parse(typed)
    assert "@" not in str(refused.value)


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


@pytest.mark.parametrize(
    "typed", ["asha@example.com", "asha@mail.Example.org", "asha@x.example", "asha@mail.test"]
)
def test_example_domains_are_refused_in_production(typed: str, settings) -> None:
    """Nobody reads that mail; development and tests write to nobody else."""
    assert contacts.parse(typed) == typed.lower()
    settings.HITOUCH_EXAMPLE_MAIL = False
    with pytest.raises(contacts.InvalidContact):
        contacts.parse(typed)
    assert contacts.parse("asha@myexample.com") == "asha@myexample.com"
