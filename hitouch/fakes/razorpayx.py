"""A fake RazorpayX: contacts, fund accounts and their validation by a transfer of one rupee.

It speaks the documented protocol: Basic auth, `X-Payout-Idempotency`, states created, completed
and failed, webhooks signed over the raw body. The account number selects what happens, so that
it can be tried by hand; for a UPI address it is the word before the @:

    ends in 0000, nobody@…   the bank knows no such account
    ends in 1111, other@…    it is registered to another name
    ends in 2222, down@…     the bank is down: the validation fails
    ends in 3333, unnamed@…  active, and the bank gives no name
    ends in 4444, slow@…     stays `created` until `finish` is called
    ends in 5555             validated, but the response is a 500
    ends in 6666             the response is no JSON
    ends in 7777             a forged webhook comes first, then the true one twice
    everything else          active, registered to the holder's name
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from hitouch.fakes import CLIENT_ID, CLIENT_SECRET
from hitouch.fakes.server import FakeResponse, Request, as_json, as_page

#: The account that is debited.
ACCOUNT = "7878780080316316"
OTHER_NAME = "Zubin Contractor"
Body = dict[str, Any]
BY_NUMBER = {
    "0000": "nobody", "1111": "other", "2222": "down", "3333": "unnamed", "4444": "slow",
    "5555": "broken", "6666": "nonsense", "7777": "twice",
}  # fmt: skip


def failure_mode_of(fund: Body) -> str:
    """What to simulate for this account, by its number or address."""
    if fund["account_type"] == "vpa":
        return str(fund["vpa"]["address"]).partition("@")[0]
    return BY_NUMBER.get(str(fund["bank_account"]["account_number"])[-4:], "well")


def new_id(start: str) -> str:
    """An id in RazorpayX's format."""
    return f"{start}_{secrets.token_hex(7)}"


class CallRefused(Exception):
    """A call that RazorpayX rejects."""

    def __init__(self, status: int, description: str, name: str = "") -> None:
        super().__init__(description)
        self.status = status
        error = {"code": "BAD_REQUEST_ERROR", "description": description, "field": name or None}
        self.body = {"error": error}


@dataclass
class FakeRazorpayX:
    """The provider's state: contacts, accounts, validations, transfers and webhook responses."""

    key_id: str = CLIENT_ID
    key_secret: str = CLIENT_SECRET
    account: str = ACCOUNT
    webhook_url: str = ""
    webhook_secret: str = CLIENT_SECRET
    seconds: float = 0.5
    contacts: dict[str, Body] = field(default_factory=dict)
    funds: dict[str, Body] = field(default_factory=dict)
    validations: dict[str, Body] = field(default_factory=dict)
    by_key: dict[str, tuple[str, str]] = field(default_factory=dict)
    transferred: list[str] = field(default_factory=list)
    webhook_statuses: list[int] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    prefix = "payouts"

    def answer(self, request: Request) -> FakeResponse:
        """Authenticate and answer one call."""
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        right = base64.b64encode(f"{self.key_id}:{self.key_secret}".encode()).decode()
        try:
            if not hmac.compare_digest(given.encode(), right.encode()):
                raise CallRefused(401, "Authentication failed")
            with self.lock:
                return self._route(request)
        except CallRefused as refused:
            return as_json(refused.status, refused.body)
        except (KeyError, TypeError, AttributeError, ValueError):
            return as_json(400, CallRefused(400, "The request is not valid").body)

    def _route(self, request: Request) -> FakeResponse:
        call, validations = (request.method, request.path), "/v1/fund_accounts/validations"
        if call == ("POST", "/v1/contacts"):
            return as_json(201, self._contact(request.json))
        if call == ("POST", "/v1/fund_accounts"):
            return as_json(201, self._fund(request.json))
        if call == ("POST", validations):
            return self._validate(request.json, request.headers.get("x-payout-idempotency", ""))
        if call == ("GET", validations):
            items = list(reversed(self.validations.values()))[: int(request.query["count"])]
            return as_json(200, {"entity": "collection", "count": len(items), "items": items})
        if request.method == "GET" and request.path.startswith(f"{validations}/"):
            found = self.validations.get(request.path.rpartition("/")[2])
            if found:
                return as_json(200, found)
            raise CallRefused(400, "The id provided does not exist")
        raise CallRefused(404, "The requested URL was not found on the server.")

    def _contact(self, body: Body) -> Body:
        if not 3 <= len(body["name"]) <= 50:
            raise CallRefused(400, "The name must be between 3 and 50 characters.", "name")
        return self._get_or_create(self.contacts, "cont", "contact", body)

    def _fund(self, body: Body) -> Body:
        if body["contact_id"] not in self.contacts:
            raise CallRefused(400, "The contact id provided is incorrect.", "contact_id")
        bank = body.get("bank_account", {})
        if body["account_type"] == "bank_account" and len(bank["ifsc"]) != 11:
            raise CallRefused(400, "Invalid IFSC Code in Bank Account", "ifsc")
        return self._get_or_create(self.funds, "fa", "fund_account", body)

    @staticmethod
    def _get_or_create(rows: dict[str, Body], start: str, entity: str, body: Body) -> Body:
        """Return the existing row for the same details, as RazorpayX does."""
        existing = [row for row in rows.values() if body.items() <= row.items()]
        if existing:
            return existing[0]
        row = {"id": new_id(start), "entity": entity, **body, "active": True}
        rows[row["id"]] = row
        return row

    def _validate(self, body: Body, key: str) -> FakeResponse:
        if not key:
            missing = "Idempotency key is missing in the request."
            raise CallRefused(400, missing, "X-Payout-Idempotency")
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        if key in self.by_key:
            existing, before = self.by_key[key]
            if before != digest:
                raise CallRefused(400, "Different request body sent for the same idempotency key.")
            return as_json(200, self.validations[existing])
        fund = self.funds.get(body["fund_account"]["id"])
        if fund is None or body["account_number"] != self.account:
            raise CallRefused(400, "The fund account does not exist.", "fund_account.id")
        if fund["account_type"] == "bank_account" and not 100 <= body["amount"] <= 200:
            raise CallRefused(400, "The amount must be between 1 and 2 rupees.", "amount")
        made = self._create_validation(body, fund)
        self.by_key[key] = (made["id"], digest)
        failure_mode = failure_mode_of(fund)
        if failure_mode == "broken":
            error = {"code": "SERVER_ERROR", "description": "We are facing some trouble."}
            return as_json(500, {"error": error})
        return (
            as_page(200, "<p>Gateway</p>")
            if failure_mode == "nonsense"
            else as_json(200, dict(made))
        )

    def _create_validation(self, body: Body, fund: Body) -> Body:
        made = {
            "id": new_id("fav"),
            "entity": "fund_account.validation",
            "fund_account": fund,
            "status": "created",
            "amount": body.get("amount"),
            "currency": "INR",
            "notes": body.get("notes", {}),
            "results": {"account_status": None, "registered_name": None},
            "created_at": int(time.time()),
            "utr": None,
        }
        self.validations[made["id"]] = made
        self.transferred.append(made["id"])
        if failure_mode_of(fund) != "slow":
            threading.Thread(target=self._finish_later, args=[made["id"]], daemon=True).start()
        return made

    def _finish_later(self, validation_id: str) -> None:
        time.sleep(self.seconds)
        self.finish(validation_id)

    def finish(self, validation_id: str) -> None:
        """Complete or fail a validation, and send its webhook."""
        with self.lock:
            row = self.validations[validation_id]
            failure_mode = failure_mode_of(row["fund_account"])
            row |= self._outcome(row["fund_account"], failure_mode)
            kind = f"fund_account.validation.{row['status']}"
        if self.webhook_url:
            if failure_mode == "twice":
                self.send_webhook(kind, row, secret="a-forger's")  # noqa: S106
            event = new_id("evt")
            for _ in range(2 if failure_mode == "twice" else 1):
                self.send_webhook(kind, row, event=event)

    def _outcome(self, fund: Body, failure_mode: str) -> Body:
        if failure_mode == "down":
            return {"status": "failed"}
        if failure_mode == "nobody":
            results = {"account_status": "invalid", "registered_name": None}
        else:
            holder = self._holder(fund)
            name = {"other": OTHER_NAME, "unnamed": None}.get(failure_mode, holder)
            results = {"account_status": "active", "registered_name": name}
        return {"status": "completed", "results": results, "utr": secrets.token_hex(6).upper()}

    def _holder(self, fund: Body) -> str:
        if fund["account_type"] == "bank_account":
            return str(fund["bank_account"]["name"])
        return str(self.contacts[fund["contact_id"]]["name"])

    def send_webhook(self, kind: str, row: Body, *, secret: str = "", event: str = "") -> None:
        """Send one webhook; failures are only recorded."""
        payload = {"fund_account.validation": {"entity": row}}
        raw = json.dumps({"entity": "event", "event": kind, "payload": payload}).encode()
        signed = hmac.new((secret or self.webhook_secret).encode(), raw, hashlib.sha256)
        request = urllib.request.Request(  # noqa: S310  (the address comes from our own start)
            self.webhook_url,
            data=raw,
            headers={
                "Content-Type": "application/json",
                "X-Razorpay-Signature": signed.hexdigest(),
                "X-Razorpay-Event-Id": event or new_id("evt"),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                self.webhook_statuses.append(answer.status)
        except OSError as fault:
            self.webhook_statuses.append(getattr(fault, "code", 0))
