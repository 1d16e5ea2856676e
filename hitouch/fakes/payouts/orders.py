"""Checks of what is sent to the fake RazorpayX: contacts, fund accounts, payouts and keys."""

import hashlib
import json
import re
from typing import Any

from hitouch.fakes.payouts.errors import CallRefused
from hitouch.fakes.payouts.store import Body

LAKH = 1_00_000_00
#: Least and most paise of a transfer by each rail.
RAILS = {
    "IMPS": (100, 5 * LAKH), "NEFT": (100, None), "RTGS": (2 * LAKH, None), "UPI": (100, LAKH),
}  # fmt: skip
PURPOSES = ("refund", "cashback", "payout", "salary", "utility bill", "vendor bill")
_KEY = re.compile(r"[A-Za-z0-9_ -]{4,36}")
_NARRATION = re.compile(r"[A-Za-z0-9 ]{0,30}")
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{5,35}")
_VPA = re.compile(r"[A-Za-z0-9.-]{1,}@[A-Za-z0-9.-]{1,}")


def digest_of(body: Any) -> str:
    """The hash by which a repeated body is recognised."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def require_object(body: Any) -> Body:
    """The body, which must be a JSON object."""
    if not isinstance(body, dict):
        raise CallRefused(400, "The request is not valid JSON.")
    return body


def require_key(key: str) -> str:
    """The idempotency key, which is mandatory since March 2025."""
    name = "X-Payout-Idempotency"
    if not key:
        missing = "Idempotency key is missing. Include idempotency header and key in the request."
        raise CallRefused(400, missing, name, reason="null")
    if not _KEY.fullmatch(key):
        raise CallRefused(400, "The idempotency key must have 4 to 36 characters.", name)
    return key


def check_contact(body: Body) -> None:
    """Names have 3 to 50 characters."""
    if not isinstance(body.get("name"), str) or not 3 <= len(body["name"]) <= 50:
        raise CallRefused(400, "The name must be between 3 and 50 characters.", "name")
    if len(str(body.get("reference_id") or "")) > 40:
        raise CallRefused(400, "The reference id may not be greater than 40.", "reference_id")


def check_fund_account(body: Body) -> None:
    """A bank account with an IFSC, or a UPI address."""
    kind = body.get("account_type")
    if kind == "vpa":
        address = str((body.get("vpa") or {}).get("address", ""))
        if not (3 <= len(address) <= 100 and _VPA.fullmatch(address)):
            raise CallRefused(400, "Invalid VPA. Please enter a valid VPA.", "vpa.address")
    elif kind == "bank_account":
        bank = body.get("bank_account") or {}
        if not _IFSC.fullmatch(str(bank.get("ifsc", ""))):
            raise CallRefused(400, "Invalid IFSC Code in Bank Account", "ifsc")
        if not _ACCOUNT.fullmatch(str(bank.get("account_number", ""))):
            raise CallRefused(400, "The account number is invalid.", "account_number")
        if not 3 <= len(str(bank.get("name", ""))) <= 120:
            raise CallRefused(400, "The name must be between 3 and 120 characters.", "name")
    else:
        raise CallRefused(400, "The account type is invalid.", "account_type")


def check_payout(body: Body, *, account: str, fund: Body | None) -> None:
    """Everything that is documented about a payout's fields."""
    if body.get("account_number") != account:
        raise CallRefused(400, "The account number is invalid.", "account_number")
    if fund is None or not fund["active"]:
        raise CallRefused(400, "The fund account does not exist.", "fund_account_id")
    _check_amount(body, is_vpa=fund["account_type"] == "vpa")
    if body.get("purpose") not in PURPOSES:
        raise CallRefused(400, "Invalid purpose.", "purpose")
    if not _NARRATION.fullmatch(str(body.get("narration") or "")):
        raise CallRefused(400, "The narration format is invalid.", "narration")
    if len(str(body.get("reference_id") or "")) > 40:
        raise CallRefused(400, "The reference id may not be greater than 40.", "reference_id")
    notes = body.get("notes") or {}
    if len(notes) > 15 or any(len(str(note)) > 256 for note in dict(notes).values()):
        raise CallRefused(400, "Number of fields in notes should be at most 15.", "notes")


def _check_amount(body: Body, *, is_vpa: bool) -> None:
    amount, mode = body.get("amount"), body.get("mode")
    if body.get("currency") != "INR":
        raise CallRefused(400, "The selected currency is invalid.", "currency")
    if mode not in RAILS or (mode == "UPI") != is_vpa:
        raise CallRefused(400, "Payout mode is invalid.", "mode")
    least, most = RAILS[mode]
    if type(amount) is not int or amount < 100:
        raise CallRefused(400, "The amount must be at least 100.", "amount")
    if amount < least or (most is not None and amount > most):
        raise CallRefused(400, f"The amount is outside the limits of {mode}.", "amount")
