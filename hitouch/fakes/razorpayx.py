"""A fake RazorpayX: contacts, fund accounts, their validation by one rupee, and payouts.

It speaks the documented protocol: Basic auth, `X-Payout-Idempotency`, the documented states and
error bodies, webhooks signed over the raw body. The account number selects what happens, so that
it can be tried by hand; for a UPI address it is the word before the @. A validation:

    ends in 0000, nobody@…   the bank knows no such account
    ends in 1111, other@…    it is registered to another name
    ends in 2222, down@…     the bank is down: the validation fails
    ends in 3333, unnamed@…  active, and the bank gives no name
    ends in 4444, slow@…     stays `created` until `finish` is called
    ends in 5555             validated, but the response is a 500
    ends in 6666             the response is no JSON
    ends in 7777             a forged webhook comes first, then the true one twice
    everything else          active, registered to the holder's name

A payout to an account that ends in 8001 fails, 8002 is reversed, 8003 is returned three days
after it was processed, 8004 gets its UTR later, 8005 stays `processing` for three days, 8006
fails and is then reversed, 8007 is reversed and then failed. What else goes wrong, how fast the
bank is and when it is are set at `/_config/…` (`payouts/api.py`); `/_moves` is the bank's own
list of what really moved.
"""

import base64
import hmac
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hitouch.fakes import CLIENT_ID, CLIENT_SECRET
from hitouch.fakes.payouts import orders
from hitouch.fakes.payouts.api import PayoutApi
from hitouch.fakes.payouts.bank import Bank, new_id
from hitouch.fakes.payouts.errors import CallRefused
from hitouch.fakes.payouts.faults import FaultPlan, read_plan
from hitouch.fakes.payouts.store import Body, Store
from hitouch.fakes.server import Disconnect, FakeResponse, Request, as_json, as_page

#: The account that is debited.
ACCOUNT = "7878780080316316"
OTHER_NAME = "Zubin Contractor"
BY_NUMBER = {
    "0000": "nobody", "1111": "other", "2222": "down", "3333": "unnamed", "4444": "slow",
    "5555": "broken", "6666": "nonsense", "7777": "twice",
}  # fmt: skip
VALIDATIONS = "/v1/fund_accounts/validations"
RUNS_EVERY_SECONDS = 0.05


def failure_mode_of(fund: Body) -> str:
    """What to simulate for the validation of this account, by its number or address."""
    if fund["account_type"] == "vpa":
        return str(fund["vpa"]["address"]).partition("@")[0]
    return BY_NUMBER.get(str(fund["bank_account"]["account_number"])[-4:], "well")


def _repeat(work: Callable[[], object]) -> None:
    while True:
        work()
        time.sleep(RUNS_EVERY_SECONDS)


class FakeRazorpayX:
    """The provider: rows in a file of the folder, or in memory only without a folder.

    Time passes for payouts in `start`'s thread, or when a test calls `bank.advance`.
    """

    key_id = CLIENT_ID
    key_secret = CLIENT_SECRET
    webhook_secret = CLIENT_SECRET
    account = ACCOUNT
    prefix = "payouts"

    def __init__(
        self, *, folder: Path | None = None, webhook_url: str = "", seconds: float = 0.5
    ) -> None:
        self.seconds = seconds
        self.store = Store(folder / "razorpayx.sqlite3" if folder else None)
        kept = self.store.setting("plan")
        self.bank = Bank(
            self.store,
            account=self.account,
            delay=float(self.store.setting("delay", seconds)),
            plan=read_plan(kept) if kept else FaultPlan(),
        )
        self.api = PayoutApi(self.bank)
        self.store.set("webhook_secret", self.webhook_secret)
        if webhook_url:
            self.webhook_url = webhook_url

    @property
    def webhook_url(self) -> str:
        """Where events go; empty: nowhere."""
        return self.bank.webhooks.url

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self.store.set("webhook_url", url)

    @property
    def webhook_statuses(self) -> list[int]:
        """The status of each webhook of this process, 0 when nobody answered."""
        return self.bank.webhooks.statuses

    @property
    def contacts(self) -> dict[str, Body]:
        """All contacts, by their ids."""
        return self._by_id("contact")

    @property
    def funds(self) -> dict[str, Body]:
        """All fund accounts, by their ids."""
        return self._by_id("fund_account")

    @property
    def validations(self) -> dict[str, Body]:
        """All validations, by their ids, oldest first."""
        return self._by_id("validation")

    @property
    def transferred(self) -> list[str]:
        """The validations for which a rupee was sent."""
        return list(self.validations)

    def _by_id(self, kind: str) -> dict[str, Body]:
        return {row["id"]: row for row in reversed(list(self.store.all(kind)))}

    def start(self) -> "FakeRazorpayX":
        """Let time pass in a thread: banks answer, events are sent, also those of a run before."""
        for validation_id, row in self.validations.items():
            is_slow = failure_mode_of(row["fund_account"]) == "slow"
            if row["status"] == "created" and not is_slow:
                self._finish_later(validation_id)
        for work in (self.bank.take_due_steps, self.bank.webhooks.deliver_due):
            threading.Thread(target=_repeat, args=[work], daemon=True).start()
        return self

    def answer(self, request: Request) -> FakeResponse | Disconnect:
        """Authenticate and answer one call."""
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        right = base64.b64encode(f"{self.key_id}:{self.key_secret}".encode()).decode()
        try:
            if not hmac.compare_digest(given.encode(), right.encode()):
                raise CallRefused(401, "Authentication failed")
            if request.path.startswith("/v1/"):
                self.api.limit.take()
            return self.api.answer(request) or self._route(request)
        except CallRefused as refused:
            return as_json(refused.status, refused.body)
        except (KeyError, TypeError, AttributeError, ValueError):
            return as_json(400, CallRefused(400, "The request is not valid").body)

    def _route(self, request: Request) -> FakeResponse:
        call, parts = (request.method, request.path), request.path.strip("/").split("/")
        if call == ("POST", "/v1/contacts"):
            return as_json(201, self._contact(orders.require_object(request.json)))
        if call == ("POST", "/v1/fund_accounts"):
            return as_json(201, self._fund(orders.require_object(request.json)))
        if call == ("POST", VALIDATIONS):
            return self._validate(request.json, request.headers.get("x-payout-idempotency", ""))
        if call == ("GET", VALIDATIONS):
            items = list(self.store.all("validation"))[: int(request.query["count"])]
            return as_json(200, {"entity": "collection", "count": len(items), "items": items})
        match (request.method, *parts):
            case ("GET", "v1", "fund_accounts", "validations", validation_id):
                return as_json(200, self._existing("validation", validation_id))
            case ("GET", "v1", "contacts", contact_id):
                return as_json(200, self._existing("contact", contact_id))
            case ("GET", "v1", "fund_accounts", fund_id):
                return as_json(200, self._existing("fund_account", fund_id))
            case ("PATCH", "v1", "fund_accounts", fund_id):
                fund = self._existing("fund_account", fund_id)
                fund["active"] = bool(request.json["active"])
                self.store.save(fund)
                return as_json(200, fund)
        raise CallRefused(404, "The requested URL was not found on the server.")

    def _existing(self, kind: str, entity_id: str) -> Body:
        found = self.store.get(kind, entity_id)
        if not found:
            raise CallRefused(400, "The id provided does not exist")
        return found

    def _contact(self, body: Body) -> Body:
        orders.check_contact(body)
        return self._get_or_create("contact", "cont", body)

    def _fund(self, body: Body) -> Body:
        if not self.store.get("contact", str(body.get("contact_id"))):
            raise CallRefused(400, "The contact id provided is incorrect.", "contact_id")
        orders.check_fund_account(body)
        return self._get_or_create("fund_account", "fa", body)

    def _get_or_create(self, entity: str, start: str, body: Body) -> Body:
        """Return the existing row for the same details, as RazorpayX does."""
        digest = orders.digest_of(body)
        with self.store.transaction():
            if existing := self.store.same(entity, digest):
                return existing
            row = {"id": new_id(start), "entity": entity, **body, "active": True}
            row["created_at"] = int(self.bank.now())
            self.store.add(entity, row, digest=digest)
            return row

    def _validate(self, body: Body, key: str) -> FakeResponse:
        orders.require_key(key)
        digest = orders.digest_of(body)
        with self.store.transaction():
            if existing := self.bank.by_key(key, digest, "validation"):
                return as_json(200, existing)
            fund = self.store.get("fund_account", body["fund_account"]["id"])
            if fund is None or body["account_number"] != self.account:
                raise CallRefused(400, "The fund account does not exist.", "fund_account.id")
            if fund["account_type"] == "bank_account" and not 100 <= body["amount"] <= 200:
                raise CallRefused(400, "The amount must be between 1 and 2 rupees.", "amount")
            made = self._create_validation(body, fund)
            self.bank.keep_key(key, digest, made["id"])
        failure_mode = failure_mode_of(fund)
        if failure_mode != "slow":
            self._finish_later(made["id"])
        if failure_mode == "broken":
            error = {"code": "SERVER_ERROR", "description": "We are facing some trouble."}
            return as_json(500, {"error": error})
        return as_page(200, "<p>Gateway</p>") if failure_mode == "nonsense" else as_json(200, made)

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
            "created_at": int(self.bank.now()),
            "utr": None,
        }
        self.store.add("validation", made)
        return made

    def _finish_later(self, validation_id: str) -> None:
        timer = threading.Timer(self.seconds, self.finish, [validation_id])
        timer.daemon = True
        timer.start()

    def finish(self, validation_id: str) -> None:
        """Complete or fail a validation, and send its webhook."""
        with self.store.transaction():
            row = self._existing("validation", validation_id)
            failure_mode = failure_mode_of(row["fund_account"])
            row |= self._outcome(row["fund_account"], failure_mode)
            self.store.save(row)
            kind, name = f"fund_account.validation.{row['status']}", "fund_account.validation"
            if failure_mode == "twice":
                self.bank.webhooks.add_forged_and_twice(kind, name, row)
            else:
                self.bank.webhooks.add(kind, name, row, self.bank.plan)
        self.bank.webhooks.deliver_due()

    def _outcome(self, fund: Body, failure_mode: str) -> Body:
        if failure_mode == "down":
            return {"status": "failed"}
        if failure_mode == "nobody":
            results: dict[str, Any] = {"account_status": "invalid", "registered_name": None}
        else:
            holder = self._holder(fund)
            name = {"other": OTHER_NAME, "unnamed": None}.get(failure_mode, holder)
            results = {"account_status": "active", "registered_name": name}
        return {"status": "completed", "results": results, "utr": new_id("u")[2:14].upper()}

    def _holder(self, fund: Body) -> str:
        if fund["account_type"] == "bank_account":
            return str(fund["bank_account"]["name"])
        return str(self._existing("contact", fund["contact_id"])["name"])
