"""The bank account of the fake RazorpayX: payouts, their states, balance and transactions."""

import json
import secrets
import time
from typing import Any

from hitouch.fakes.payouts import orders, states
from hitouch.fakes.payouts.errors import CallRefused
from hitouch.fakes.payouts.faults import BANK, FaultPlan
from hitouch.fakes.payouts.states import PlannedChange
from hitouch.fakes.payouts.store import Body, Store
from hitouch.fakes.payouts.webhooks import Webhooks

KEY_LASTS = 7 * states.DAY
#: The account was opened so long ago.
YEAR = 365 * states.DAY
OPENING_BALANCE = 10_00_00_000_00
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def new_id(start: str) -> str:
    """An id in RazorpayX's format."""
    return f"{start}_{''.join(secrets.choice(ALPHABET) for _ in range(14))}"


def utr_of(mode: str, number: int) -> str:
    """A UTR in the rail's format: 16 characters for NEFT, 22 for RTGS, 12 digits otherwise."""
    if mode == "NEFT":
        return f"HDFCN{number:011d}"
    return f"HDFCR5{number:016d}" if mode == "RTGS" else f"5{number:011d}"


def _opening_source() -> Body:
    return {
        "id": new_id("bt"), "entity": "bank_transfer", "payer_name": "HitouchCX",
        "payer_account": "000111222000", "payer_ifsc": "UTIB0000002", "mode": "NEFT",
        "bank_reference": "AXIR000000000000", "amount": OPENING_BALANCE,
    }  # fmt: skip


class Bank:
    """One business account. Each public method commits before it returns."""

    def __init__(self, store: Store, *, account: str, delay: float, plan: FaultPlan) -> None:
        self.store = store
        self.account = account
        #: Seconds until the bank answers.
        self.delay = delay
        self.plan = plan
        self.webhooks = Webhooks(store, self.now)
        if not store.rows("SELECT 1 FROM move LIMIT 1"):
            self._write_move(_opening_source(), credit=OPENING_BALANCE, at=self.now() - YEAR)

    def now(self) -> float:
        """The clock, which can be set forward."""
        return time.time() + float(self.store.setting("clock_ahead", 0.0))

    def advance(self, seconds: float) -> None:
        """Set the clock forward, do what is due then, and send the events."""
        with self.store.transaction():
            self.store.set("clock_ahead", self.store.setting("clock_ahead", 0.0) + seconds)
        self.take_due_steps()
        self.webhooks.deliver_due()

    # Payouts

    def create(self, body: Body, key: str) -> Body:
        """A new payout, or the one that this key made, in its latest state."""
        orders.require_key(key)
        digest = orders.digest_of(body)
        with self.store.transaction():
            if existing := self.by_key(key, digest, "payout"):
                return existing
            fund = self.store.get("fund_account", str(body.get("fund_account_id")))
            orders.check_payout(body, account=self.account, fund=fund)
            payout = self._new_payout(body)
            self.keep_key(key, digest, payout["id"])
            self._begin(payout, bool(body.get("queue_if_low_balance")))
            return payout

    def by_key(self, key: str, digest: str, kind: str) -> Body | None:
        """What this key made within the last seven days."""
        found = self.store.rows("SELECT digest, id, created_at FROM idempotency WHERE key = ?", key)
        if not found or found[0][2] < self.now() - KEY_LASTS:
            return None
        if found[0][0] != digest:
            other = "Different request body sent for the same Idempotency Header."
            raise CallRefused(400, other, "X-Payout-Idempotency")
        return self.store.get(kind, found[0][1])

    def keep_key(self, key: str, digest: str, entity_id: str) -> None:
        """Remember what a key made."""
        self.store.run(
            "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?)",
            key, digest, entity_id, self.now(),
        )  # fmt: skip

    def _new_payout(self, body: Body) -> Body:
        payout = {
            "id": new_id("pout"),
            "entity": "payout",
            "fund_account_id": body["fund_account_id"],
            "amount": body["amount"],
            "currency": "INR",
            "notes": body.get("notes") or {},
            "fees": 0,
            "tax": 0,
            "status": "",
            "utr": None,
            "mode": body["mode"],
            "purpose": body["purpose"],
            "reference_id": body.get("reference_id"),
            "narration": body.get("narration") or "HitouchCX",
            "batch_id": None,
            "status_details": {},
            "created_at": int(self.now()),
            "fee_type": "free_payout",
        }
        self.store.add("payout", payout)
        return payout

    def _begin(self, payout: Body, may_wait: bool) -> None:
        if self.store.setting("approval", False):
            self.move(payout, "pending")
        elif self.balance() >= self._cost(payout):
            self._process(payout)
        elif may_wait:
            self.move(payout, "queued")
            self._plan(payout, PlannedChange(0, "failed", "insufficient_funds", False, False,
                                    seconds=states.QUEUED_AT_MOST))  # fmt: skip
        else:
            short = "Your account does not have enough balance to carry out the payout operation."
            raise CallRefused(400, short, reason="insufficient_funds")

    def _process(self, payout: Body) -> None:
        payout["fees"], payout["tax"] = self.store.setting("fees", [0, 0])
        self.store.run("DELETE FROM step WHERE id = ?", payout["id"])
        self._book(payout, debit=self._cost(payout))
        self.move(payout, "processing")
        for step in states.OUTCOMES[self._outcome_of(payout)]:
            self._plan(payout, step)

    def _outcome_of(self, payout: Body) -> str:
        fund = self.store.get("fund_account", payout["fund_account_id"]) or {}
        if fund.get("account_type") == "vpa":
            chosen = str(fund["vpa"]["address"]).partition("@")[0]
        else:
            chosen = states.BY_NUMBER.get(str(fund["bank_account"]["account_number"])[-4:], "")
        if chosen in states.OUTCOMES:
            return chosen
        return self.plan.first(BANK, self.store.number_of(payout["id"])) or "well"

    def _plan(self, payout: Body, step: PlannedChange) -> None:
        due = self.now() + step.delays * self.delay + step.seconds
        changes = {
            "status": step.status, "reason": step.reason, "has_utr": step.has_utr,
            "is_debited_back": step.is_debited_back,
        }  # fmt: skip
        self.store.run(
            "INSERT INTO step (id, due, changes) VALUES (?, ?, ?)",
            payout["id"], due, json.dumps(changes),
        )  # fmt: skip

    def move(
        self, payout: Body, status: str, *, reason: str = "", utr: str | None = None,
        is_debited_back: bool = True,
    ) -> Body:  # fmt: skip
        """Change a payout's state along a documented edge, with its money and its event."""
        was = payout["status"]
        if not states.allows(was, status):
            raise CallRefused(400, f"A payout cannot go from {was} to {status}.", "status")
        with self.store.transaction():
            reason = reason or states.SCHEDULED_REASON.get(status, "")
            source, description = states.DETAILS.get(reason, ("business", ""))
            details = {"description": description, "source": source, "reason": reason or None}
            payout |= {"status": status, "status_details": details, "utr": utr or payout["utr"]}
            self.store.save(payout)
            if is_debited_back and status in ("failed", "reversed") and self.taken(payout) > 0:
                self._book(payout, credit=self._cost(payout))
            event = states.EVENTS.get(status, "") if status != was else "payout.updated"
            if event:
                self.webhooks.add(event, "payout", payout, self.plan)
        return payout

    def change(self, payout_id: str, status: str, **facts: Any) -> Body:
        """Move a payout by hand; what the bank had planned for it does not happen."""
        with self.store.transaction():
            payout = self.get(payout_id)
            self.store.run("DELETE FROM step WHERE id = ?", payout_id)
            if status == "processing" and payout["status"] in ("queued", "pending", "scheduled"):
                self._process(payout)
                return payout
            utr = facts.pop("utr", None)
            if status == "processed" and not payout["utr"] and utr is None:
                utr = self._utr(payout)
            return self.move(payout, status, utr=utr or None, **facts)

    def cancel(self, payout_id: str) -> Body:
        """Cancel a queued payout; any other is refused."""
        with self.store.transaction():
            payout = self.get(payout_id)
            if payout["status"] not in ("queued", "scheduled"):
                raise CallRefused(400, "Payout cannot be cancelled in its current state.")
            self.store.run("DELETE FROM step WHERE id = ?", payout_id)
            return self.move(payout, "cancelled")

    def decide(self, payout_id: str, *, is_approved: bool) -> Body:
        """Approve or reject a pending payout."""
        with self.store.transaction():
            payout = self.get(payout_id)
            if payout["status"] != "pending":
                raise CallRefused(400, "Payout is not in pending state.")
            if not is_approved:
                return self.move(payout, "rejected")
            if self.balance() < self._cost(payout):
                return self.move(payout, "queued")
            self._process(payout)
            return payout

    def get(self, payout_id: str) -> Body:
        """A payout by its id."""
        found = self.store.get("payout", payout_id)
        if not found:
            raise CallRefused(400, "The id provided does not exist")
        return found

    # The account

    def balance(self) -> int:
        """Paise in the account."""
        rows = self.store.rows("SELECT balance FROM move ORDER BY number DESC LIMIT 1")
        return int(rows[0][0]) if rows else 0

    def deposit(self, paise: int, **facts: Any) -> Body:
        """Money that comes in; then queued payouts go out, the oldest first.

        The facts are those of the sender's transfer; `account_number` and `currency` make it one
        to another account or of foreign money.
        """
        with self.store.transaction():
            source = {
                "id": new_id("bt"),
                "entity": "bank_transfer",
                "payer_name": facts.get("payer", "Orchid Retail"),
                "payer_account": facts.get("payer_account", "000111222333"),
                "payer_ifsc": facts.get("payer_ifsc", "UTIB0000002"),
                "mode": facts.get("mode", "NEFT"),
                "bank_reference": facts.get("utr", f"AXIR{secrets.randbelow(10**12):012d}"),
                "amount": paise,
            }
            # Their pages document no narration; without one the statement tells it later.
            if narration := facts.get("narration"):
                source["narration"] = narration
            others = {name: facts[name] for name in ("account_number", "currency") if name in facts}
            made = self._write_move(source, credit=paise, **others)
            for payout in reversed(list(self.store.all("payout", status="queued"))):
                if self.balance() >= self._cost(payout):
                    self._process(payout)
            return made

    def _book(self, payout: Body, *, debit: int = 0, credit: int = 0) -> None:
        names = (
            "id", "entity", "fund_account_id", "amount", "notes", "fees", "tax", "status", "utr",
            "mode", "reference_id", "created_at",
        )  # fmt: skip
        self._write_move({name: payout[name] for name in names}, debit=debit, credit=credit)

    def _write_move(
        self, source: Body, *, debit: int = 0, credit: int = 0, at: float = 0, **facts: Any
    ) -> Body:
        balance = self.balance() + credit - debit
        body = {
            "id": new_id("txn"),
            "entity": "transaction",
            "account_number": self.account,
            "amount": debit or credit,
            "currency": "INR",
            "credit": credit,
            "debit": debit,
            "balance": balance,
            "source": source,
            "created_at": int(at or self.now()),
            **facts,
        }
        self.store.run(
            "INSERT INTO move (source, paise, balance, body) VALUES (?, ?, ?, ?)",
            source["id"], credit - debit, balance, json.dumps(body),
        )  # fmt: skip
        self.webhooks.add("transaction.created", "transaction", body, self.plan)
        return body

    def moves(self) -> list[Body]:
        """The bank's own list: every debit and credit, oldest first, with today's UTR."""
        rows = self.store.rows("SELECT body FROM move ORDER BY number")
        found = [json.loads(body) for (body,) in rows]
        for body in found:
            if body["source"]["entity"] == "payout":
                body["source"]["utr"] = self.get(body["source"]["id"])["utr"]
        return found

    def taken(self, payout: Body) -> int:
        """Paise that left the account for this payout and did not come back."""
        rows = self.store.rows("SELECT sum(-paise) FROM move WHERE source = ?", payout["id"])
        return int(rows[0][0] or 0)

    @staticmethod
    def _cost(payout: Body) -> int:
        return int(payout["amount"] + payout["fees"])

    def _utr(self, payout: Body) -> str:
        return utr_of(payout["mode"], self.store.number_of(payout["id"]))

    # Time

    def take_due_steps(self) -> None:
        """Do what the bank does by now."""
        while True:
            with self.store.transaction():
                due = self.store.rows(
                    "SELECT number, id, changes FROM step WHERE due <= ? ORDER BY due LIMIT 1",
                    self.now(),
                )
                if not due:
                    break
                number, payout_id, changes = due[0]
                self.store.run("DELETE FROM step WHERE number = ?", number)
                self._take_step(payout_id, json.loads(changes))

    def _take_step(self, payout_id: str, changes: Body) -> None:
        payout = self.store.get("payout", payout_id)
        if payout is None or not states.allows(payout["status"], changes["status"]):
            return
        has_utr = changes["has_utr"] and changes["status"] == "processed"
        self.move(
            payout,
            changes["status"],
            reason=changes["reason"],
            utr=self._utr(payout) if has_utr else None,
            is_debited_back=changes["is_debited_back"],
        )
