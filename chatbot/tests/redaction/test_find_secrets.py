"""Secrets are found in texts of three languages however they are written; other numbers are not."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn, verhoeff

from chatbot.redaction.detection import find_secrets, redact

DEVANAGARI = str.maketrans(string.digits, "०१२३४५६७८९")
FULL_WIDTH = str.maketrans(string.digits, "".join(map(chr, range(0xFF10, 0xFF1A))))
AADHAAR, CARD, VID = "234567890124", "4111111111111111", "2341234123412341"


def kinds(text: str) -> list[str]:
    return [secret.kind.value for secret in find_secrets(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My Aadhaar is 2345 6789 0124", "AADHAAR"),
        ("2345-6789-0124", "AADHAAR"),
        ("two three four five six seven eight nine zero one two four", "AADHAAR"),
        ("आधार २३४५ ६७८९ ०१२४ है", "AADHAAR"),
        ("my VID 2341 2341 2341 2341", "VID"),
        ("pan ABCPD1234E", "PAN"),
        ("abcpd 1234 e mera pan hai", "PAN"),
        ("A B C P D 1 2 3 4 E", "PAN"),
        ("card 4111 1111 1111 1111", "CARD"),
        ("amex 3782-822463-10005 exp 09/29", "CARD"),
        ("money to asha.verma@okaxis please", "UPI"),
        ("9876543210 @ ybl", "UPI"),
        ("account number 50100123456789", "ACCOUNT"),
        ("a/c no. 1234 5678 901", "ACCOUNT"),
        ("mera khata 123456789 hai", "ACCOUNT"),
        ("खाता संख्या 00123456789", "ACCOUNT"),
        ("SBIN0001234, 123456789012345", "ACCOUNT"),
        ("50100123456789", "ACCOUNT"),
        ("OTP is 482913", "OTP"),
        ("482 913 is the otp i got", "OTP"),
        ("otp 4-8-2-9-1-3 galat bol raha hai", "OTP"),
        ("ओटीपी ४८२९१३ आया है", "OTP"),
        ("I got the code 1234", "OTP"),
        ("OTP: 2024", "OTP"),
        ("otp four eight two nine one three", "OTP"),
        ("call 98765 43210", "PHONE"),
        ("+91-98765-43210", "PHONE"),
        ("nine eight seven six five four three two one zero", "PHONE"),
        ("double nine eight seven six five four three two one", "PHONE"),
        ("+1 202-456-1414", "PHONE"),
        ("फोन ९८७६५४३२१०", "PHONE"),
        ("write to asha.verma+work@mail.example.co.in", "EMAIL"),
        ("asha at gmail dot com", "EMAIL"),
        ("asha(at)gmail(dot)com", "EMAIL"),
        ("my password is Asha@123", "PASSWORD"),
        ("password: sunshine", "PASSWORD"),
        ("mera password Asha#2020 hai", "PASSWORD"),
        ("पासवर्ड Asha@123 है", "PASSWORD"),
        ("my ATM pin is 4321", "PASSWORD"),
        ("cvv 123", "PASSWORD"),
        ("UPI PIN 123456", "PASSWORD"),
    ],
)
def test_found(text: str, kind: str) -> None:
    """One secret of this kind, and no character of its value stays."""
    assert kinds(text) == [kind]
    [secret] = find_secrets(text)
    assert text[secret.start : secret.end] not in redact(text).text


@pytest.mark.parametrize(
    "text",
    [
        "I was paid ₹12,345.00 instead of Rs 123456",
        "my payout of 482913 rupees, INR 98765432",
        "मुझे 123456 रुपये कम मिले",
        "on 12/03/2026, 2026-03-12 and 12 March 2026 at 10:30",
        "order number 9876543210 and order id 234567890124",
        "ऑर्डर नंबर 234567890124 गलत है",
        "ticket 12345678 has no answer, ref 48291345",
        "shift number 48291 on 12.03.2026",
        "I joined in 2019 and left in 2021-22",
        "OTP did not come in 15 minutes, I tried 5 times on 12/03/2026",
        "OTP nahi aaya, 2024 me account banaya tha",
        "otp 1000 times nahi aaya",
        "error code 5004 on log in",
        "my pin code is 411001",
        "मेरा पिन कोड 411001 है",
        "UTR 123456789012 shows success",
        "my password is not working, the password reset link expired",
        "the passcode doesn't work",
        "mera password galat bata raha hai",
        "I work @ home, meet me@office",
        "toll free 1800 123 4567",
        "a score of 98.76% in 1234 calls",
        "IFSC SBIN0001234 is right",
        "https://example.com/shifts/7d1c2c9a-6a0e-4b0e-9f0a-234567890124/?page=2",
        "one two three go",
        "the last four digits of my Aadhaar are 0124",
    ],
)
def test_not_found(text: str) -> None:
    """Amounts, dates, references, numbers of orders and shifts, and talk about secrets."""
    assert kinds(text) == []
    assert redact(text).text == text


@pytest.mark.parametrize(
    "separator", ["", " ", "-", ".", "\n", " - ", "\u200b", "\u2011", "  "], ids=ascii
)
@pytest.mark.parametrize(
    "digits", [{}, DEVANAGARI, FULL_WIDTH], ids=["ascii", "devanagari", "wide"]
)
@pytest.mark.parametrize(
    ("number", "kind"),
    [(AADHAAR, "AADHAAR"), (CARD, "CARD"), (VID, "VID")],
    ids=["aadhaar", "card", "vid"],
)
def test_disguises(number: str, kind: str, digits: dict[int, int], separator: str) -> None:
    """Other digits, and signs and invisible characters between the groups."""
    groups = [number[place : place + 4] for place in range(0, len(number), 4)]
    text = f"mera number {separator.join(groups).translate(digits)} hai"
    assert kinds(text) == [kind]
    assert redact(text).text.startswith("mera number [")
    assert redact(text).text.endswith("] hai")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Aadhaar 2345 6789 0124.", "Aadhaar [Aadhaar number \u2022\u2022\u2022\u20220124]."),
        ("otp 482913", "otp [one-time code \u2022\u2022\u2022\u2022]"),
        ("password: hunter2!", "password: [password \u2022\u2022\u2022\u2022]"),
        ("asha@ybl", "[UPI ID \u2022\u2022\u2022\u2022]"),
        ("a@b.in", "[e-mail address \u2022\u2022\u2022\u2022]"),
    ],
)
def test_masks(text: str, masked: str) -> None:
    """At most the last four digits stay; of codes and passwords nothing."""
    assert redact(text).text == masked


def test_a_typed_mask_hides_nothing() -> None:
    """Brackets around a number do not protect it from being found."""
    assert kinds("[Aadhaar number 234567890124]") == ["AADHAAR"]
    assert kinds("[phone number \u2022\u2022\u2022\u20223210] 98765 43210") == ["PHONE"]


@given(st.text(max_size=200))
def test_any_text_can_be_redacted_twice(text: str) -> None:
    """Places are those of the original, in order; redacting again changes nothing."""
    found = redact(text)
    ends = [0, *(secret.end for secret in found.secrets)]
    assert all(
        end <= secret.start < secret.end for end, secret in zip(ends, found.secrets, strict=False)
    )
    assert redact(found.text).text == found.text


@given(
    st.text("abcdefgh .,!?\nकखग", max_size=40),
    st.text(string.digits, min_size=10, max_size=10),
    st.text("abcdefgh .,!?\nकखग", max_size=40),
)
def test_aadhaar_numbers_and_cards_in_any_sentence(before: str, digits: str, after: str) -> None:
    """A number with a right check digit is found whatever stands around it."""
    for start, check in (("2", verhoeff), ("41111", luhn)):
        body = start + digits
        number = body + check.calc_check_digit(body)
        assert number not in redact(f"{before} {number} {after}").text
