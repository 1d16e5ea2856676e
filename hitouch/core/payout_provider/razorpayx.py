"""RazorpayX client: contact, fund account, and its validation by a transfer of one rupee.

https://razorpay.com/docs/api/x/account-validation/. A fund account cannot be edited, and the
same details give the same one, so both steps before the validation are idempotent.
"""

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from hitouch.core.outbox.senders.base import SendFailed
from hitouch.core.outbox.senders.http import ProviderResponse, ask
from hitouch.core.payout_provider.base import (
    OutcomeUnknown,
    PayoutProvider,
    PayoutTarget,
    ProviderRejected,
    ProviderUnavailable,
    ValidationResult,
)

RUPEE_PAISE = 100
KEY_NOTE = "hitouch_key"
#: How many of the newest validations are searched for one whose response was lost.
SEARCH_LIMIT = 100
_ID = re.compile(r"[a-z]+_[A-Za-z0-9]{6,40}")
_STATES = (ValidationResult.CREATED, ValidationResult.COMPLETED, ValidationResult.FAILED)
_NOT_LETTERS = re.compile(r"[^\w .'-]+")


class RazorpayX(PayoutProvider):
    """Validates accounts at RazorpayX, or at the fake in development."""

    name = "RAZORPAYX"

    def begin_validation(self, target: PayoutTarget, *, key: UUID) -> ValidationResult:
        """Create contact and fund account, then validate: a rupee for a bank, none for UPI."""
        contact = self._create("/contacts", _contact(target), "cont_")
        fund_account = self._create(
            "/fund_accounts", {"contact_id": contact, **_fund_account(target)}, "fa_"
        )
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

    def _create(self, path: str, body: dict[str, Any], start: str) -> str:
        created_id = word(_call("POST", path, body).body.get("id"))
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


def word(value: object) -> str:
    """A short identifier from the response, safe to store and to log, or ""."""
    text = value if isinstance(value, str) else ""
    return text if re.fullmatch(r"[\w.:-]{1,60}", text, re.ASCII) else ""
