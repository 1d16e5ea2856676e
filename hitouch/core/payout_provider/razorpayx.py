"""RazorpayX client: contact, fund account, its validation by one rupee, and payouts.

https://razorpay.com/docs/api/x/. A fund account cannot be edited, and the same details give the
same one, so both steps before a validation or a payout are idempotent. A payout has its key as
`reference_id` too, by which it is found when its response was lost.
"""

import hashlib
import hmac
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from hitouch.core.outbox.senders.base import SendFailed
from hitouch.core.outbox.senders.http import ProviderResponse, ask
from hitouch.core.payout_provider.base import (
    AccountMovement,
    OutcomeUnknown,
    PayoutProvider,
    PayoutTarget,
    ProviderRejected,
    ProviderUnavailable,
    TransferOrder,
    TransferResult,
    TransferState,
    ValidationResult,
)

RUPEE_PAISE = 100
KEY_NOTE = "hitouch_key"
#: How many of the newest validations are searched for one whose response was lost.
SEARCH_LIMIT = 100
_ID = re.compile(r"[a-z]+_[A-Za-z0-9]{6,40}")
_STATES = (ValidationResult.CREATED, ValidationResult.COMPLETED, ValidationResult.FAILED)
#: Few enough that a page stays below the largest response that is read.
PAGE = 50
_TRANSFER_STATES = frozenset(TransferState) - {TransferState.MANUAL}
UTR = r"[A-Z0-9]{12,22}"
_NOT_NARRATION = re.compile(r"[^A-Za-z0-9 ]")
_NOT_LETTERS = re.compile(r"[^\w .'-]+")


class RazorpayX(PayoutProvider):
    """Validates accounts and pays to them at RazorpayX, or at the fake in development."""

    name = "RAZORPAYX"

    def begin_validation(self, target: PayoutTarget, *, key: UUID) -> ValidationResult:
        """Create contact and fund account, then validate: a rupee for a bank, none for UPI."""
        fund_account = self.register_account(target)
        body: dict[str, Any] = {
            "account_number": settings.RAZORPAYX_ACCOUNT,
            "fund_account": {"id": fund_account},
            "notes": {KEY_NOTE: str(key)},
        }
        if not target.vpa:
            body |= {"amount": RUPEE_PAISE, "currency": "INR"}
        headers = {"X-Payout-Idempotency": str(key)}
        return read_validation(_call("POST", "/fund_accounts/validations", body, headers).body)

    def fetch_validation(self, validation_id: str) -> ValidationResult:
        """One validation by its id."""
        if not _ID.fullmatch(validation_id):
            raise ProviderRejected("not an id of theirs")
        return read_validation(_call("GET", f"/fund_accounts/validations/{validation_id}").body)

    def find_validation(self, key: UUID) -> ValidationResult | None:
        """Search the newest validations for the key in their notes."""
        query = {"account_number": settings.RAZORPAYX_ACCOUNT, "count": SEARCH_LIMIT}
        items = _call("GET", f"/fund_accounts/validations?{urlencode(query)}").body.get("items")
        if not isinstance(items, list):
            raise OutcomeUnknown("a list without items")
        for item in items:
            notes = item.get("notes") if isinstance(item, dict) else None
            if isinstance(notes, dict) and notes.get(KEY_NOTE) == str(key):
                return read_validation(item)
        return None

    def register_account(self, target: PayoutTarget) -> str:
        """Create contact and fund account, or find the ones with the same details."""
        contact = self._create("/contacts", _contact(target), "cont_")
        body = {"contact_id": contact, **_fund_account(target)}
        return self._create("/fund_accounts", body, "fa_")

    def begin_transfer(self, order: TransferOrder) -> TransferResult:
        """Create the payout; it waits at RazorpayX if the balance is too low."""
        body = {
            "account_number": settings.RAZORPAYX_ACCOUNT,
            "fund_account_id": order.destination,
            "amount": order.amount_paise,
            "currency": "INR",
            "mode": order.mode.value,
            "purpose": "payout",
            "queue_if_low_balance": True,
            "reference_id": str(order.key),
            "narration": _NOT_NARRATION.sub(" ", order.narration)[:30],
        }
        headers = {"X-Payout-Idempotency": str(order.key)}
        made = read_transfer(_call("POST", "/payouts", body, headers).body)
        if (made.key, made.amount_paise) != (str(order.key), order.amount_paise):
            raise OutcomeUnknown("an answer about another payout")
        return made

    def fetch_transfer(self, transfer_id: str) -> TransferResult:
        """One payout by its id."""
        if not _ID.fullmatch(transfer_id):
            raise ProviderRejected("not an id of theirs")
        found = read_transfer(_call("GET", f"/payouts/{transfer_id}").body)
        if found.id != transfer_id:
            raise OutcomeUnknown("an answer about another payout")
        return found

    def find_transfers(self, key: UUID) -> list[TransferResult]:
        """The payouts with this key as their reference."""
        items = _page("/payouts", {"reference_id": str(key)})
        return [found for found in map(read_transfer, items) if found.key == str(key)]

    def list_transfers(self, *, since: datetime, until: datetime) -> Iterator[TransferResult]:
        """All payouts created in a period, newest first."""
        return map(read_transfer, _pages("/payouts", since, until))

    def fetch_movement(self, movement_id: str) -> AccountMovement:
        """One transaction by its id."""
        if not _ID.fullmatch(movement_id):
            raise ProviderRejected("not an id of theirs")
        found = read_movement(_call("GET", f"/transactions/{movement_id}").body)
        if found.id != movement_id:
            raise OutcomeUnknown("an answer about another transaction")
        return found

    def list_movements(self, *, since: datetime, until: datetime) -> Iterator[AccountMovement]:
        """All transactions of the account in a period, newest first."""
        return map(read_movement, _pages("/transactions", since, until))

    def _create(self, path: str, body: dict[str, Any], start: str) -> str:
        try:
            created_id = word(_call("POST", path, body).body.get("id"))
        except OutcomeUnknown as fault:
            # Whether it was created does not matter: it moves no money.
            raise ProviderUnavailable(str(fault)) from fault
        if not created_id.startswith(start) or not _ID.fullmatch(created_id):
            raise ProviderUnavailable("an answer without an id")
        return created_id


def is_signed(body: bytes, signature: str) -> bool:
    """Whether the signature proves that RazorpayX sent exactly this body."""
    secret = settings.RAZORPAYX_WEBHOOK_SECRET
    if not secret:
        return False
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def _contact(target: PayoutTarget) -> dict[str, Any]:
    """A contact: names have 3 to 50 characters; phone and mail are not sent."""
    name = _NOT_LETTERS.sub(" ", target.holder_name).strip()[:50]
    return {"name": name.ljust(3, "."), "type": "vendor", "reference_id": target.person[:40]}


def _fund_account(target: PayoutTarget) -> dict[str, Any]:
    if target.vpa:
        return {"account_type": "vpa", "vpa": {"address": target.vpa}}
    return {
        "account_type": "bank_account",
        "bank_account": {
            "name": target.holder_name,
            "ifsc": target.ifsc,
            "account_number": target.account_number,
        },
    }


def _call(
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> ProviderResponse:
    url = f"{settings.RAZORPAYX_URL.rstrip('/')}/v1{path}"
    auth = (settings.RAZORPAYX_KEY_ID, settings.RAZORPAYX_KEY_SECRET)
    try:
        answer = ask(method, url, auth=auth, json=body, headers=headers)
    except SendFailed as fault:
        kind = OutcomeUnknown if fault.may_have_gone else ProviderUnavailable
        raise kind(str(fault)) from fault
    if answer.is_good:
        return answer
    if answer.status == 400:
        raise ProviderRejected(f"400 {_error(answer)}")
    if answer.status in (401, 403, 404, 429):
        raise ProviderUnavailable(f"{answer.status} {_error(answer)}")
    raise OutcomeUnknown(f"{answer.status} {_error(answer)}")


def _error(answer: ProviderResponse) -> str:
    """The error's code and field only: descriptions repeat personal data."""
    error = answer.body.get("error")
    details = error if isinstance(error, dict) else {}
    return " ".join(filter(None, (word(details.get("code")), word(details.get("field")))))


def read_validation(body: dict[str, Any]) -> ValidationResult:
    """Parse a validation. Raises `OutcomeUnknown` when it is not as documented."""
    found, state = word(body.get("id")), word(body.get("status"))
    if not _ID.fullmatch(found) or not found.startswith("fav_") or state not in _STATES:
        raise OutcomeUnknown("an answer that is no validation")
    results = body.get("results") or body.get("validation_results")
    details = results if isinstance(results, dict) else {}
    status = details.get("account_status")
    name = details.get("registered_name")
    return ValidationResult(
        id=found,
        state=state,
        is_active={"active": True, "invalid": False}.get(status) if status else None,
        registered_name=name.strip()[:120] if isinstance(name, str) else "",
        utr=word(body.get("utr"))[:30],
    )


def _page(path: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    asked = urlencode({"account_number": settings.RAZORPAYX_ACCOUNT, "count": PAGE, **query})
    items = _call("GET", f"{path}?{asked}").body.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise OutcomeUnknown("a list without items")
    return items


def _pages(path: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    period = {"from": int(since.timestamp()), "to": int(until.timestamp())}
    for skip in itertools.count(step=PAGE):
        items = _page(path, {**period, "skip": skip})
        yield from items
        if len(items) < PAGE:
            return


def read_transfer(body: dict[str, Any]) -> TransferResult:
    """Parse a payout. Raises `OutcomeUnknown` when it is not as documented."""
    found, state, paise = word(body.get("id")), word(body.get("status")), body.get("amount")
    is_payout = _ID.fullmatch(found) and found.startswith("pout_")
    if not is_payout or state not in _TRANSFER_STATES or type(paise) is not int:
        raise OutcomeUnknown("an answer that is no payout")
    details = body.get("status_details")
    return TransferResult(
        state=TransferState(state),
        id=found,
        key=word(body.get("reference_id")),
        amount_paise=paise,
        utr=_utr(body.get("utr")),
        reason=word(details.get("reason")) if isinstance(details, dict) else "",
        created_at=_moment(body.get("created_at")),
    )


def read_movement(body: dict[str, Any]) -> AccountMovement:
    """Parse a transaction. Raises `OutcomeUnknown` when it is not as documented."""
    amounts = [body.get(name) for name in ("credit", "debit", "balance")]
    found, at = word(body.get("id")), _moment(body.get("created_at"))
    if not found or at is None or not all(type(paise) is int for paise in amounts):
        raise OutcomeUnknown("an answer that is no transaction")
    credit, debit, balance = (int(paise or 0) for paise in amounts)
    source = body.get("source")
    details = source if isinstance(source, dict) else {}
    is_payout = details.get("entity") == "payout"
    return AccountMovement(
        id=found,
        amount_paise=credit - debit,
        balance_paise=balance,
        at=at,
        transfer_id=word(details.get("id")) if is_payout else "",
        utr=_utr(details.get("utr") or details.get("bank_reference")),
        key=word(details.get("reference_id")),
        account=word(body.get("account_number")),
        currency=word(body.get("currency")),
        is_bank_transfer=details.get("entity") == "bank_transfer",
        payer_name=_line(details.get("payer_name")),
        payer_account=word(details.get("payer_account")),
        narration=_line(details.get("narration")),
    )


def _line(value: object) -> str:
    """One line of printable text from the response, as a name or a narration."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable())[:200]


def _utr(value: object) -> str:
    """Capitals and digits; their pages also have the text "null"."""
    text = word(value).upper()
    return text if re.fullmatch(UTR, text) and text != "NULL" else ""


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC) if type(value) is int else None
    except (ValueError, OverflowError, OSError):
        return None


def word(value: object) -> str:
    """A short identifier from the response, safe to store and to log, or ""."""
    text = value if isinstance(value, str) else ""
    return text if re.fullmatch(r"[\w.:-]{1,60}", text, re.ASCII) else ""
