"""Delivers the fake RazorpayX's events: signed, at least once, in no promised order.

An event is a row, kept in the transaction of the change that it tells. What is not answered with
2xx within five seconds is sent again with growing pauses; after 24 hours of failures the webhook
is disabled, as documented.
"""

import hashlib
import hmac
import json
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hitouch.fakes.payouts.faults import FaultPlan
from hitouch.fakes.payouts.store import Body, Store

SECONDS = 5
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 3600.0
GIVES_UP_AFTER = 24 * 3600.0
FORGED_SECRET = "a-forger's"  # noqa: S105
AT_ONCE = 4


def sign(secret: str, raw: bytes) -> str:
    """The value of X-Razorpay-Signature."""
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


class Webhooks:
    """The queue of deliveries."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self.store = store
        self.clock = clock
        #: The status of each delivery in this process, 0 when nobody answered.
        self.statuses: list[int] = []
        self._one_at_a_time = threading.Lock()

    @property
    def url(self) -> str:
        """Where events go; empty: nowhere."""
        return str(self.store.setting("webhook_url", ""))

    def add(self, kind: str, name: str, entity: Body, plan: FaultPlan) -> None:
        """Keep an event for delivery, unless the plan loses it."""
        if not self.url or self.store.setting("webhook_disabled", False):
            return
        now, number = self.clock(), self.store.times_asked("event")
        raw = json.dumps(
            {
                "entity": "event",
                "account_id": "acc_00000000000001",
                "event": kind,
                "contains": [name],
                "payload": {name: {"entity": entity}},
                "created_at": int(now),
            }
        ).encode()
        event_id = f"evt_{hashlib.sha256(raw + str(number).encode()).hexdigest()[:14]}"
        if plan.happens("webhook_forged", number):
            self._queue(f"{event_id}f", raw, now, secret=FORGED_SECRET)
        if plan.happens("webhook_lost", number):
            return
        late = 20 * plan.late_seconds if plan.happens("webhook_late", number) else 0
        for _ in range(2 if plan.happens("webhook_twice", number) else 1):
            self._queue(event_id, raw, now + late)

    def add_forged_and_twice(self, kind: str, name: str, entity: Body) -> None:
        """A forged event first, then the true one twice."""
        always = dict.fromkeys(("webhook_forged", "webhook_twice"), 1.0)
        self.add(kind, name, entity, FaultPlan(rates=always))

    def _queue(self, event_id: str, raw: bytes, due: float, *, secret: str = "") -> None:
        self.store.run(
            "INSERT INTO delivery (event_id, body, secret, first_at, due) VALUES (?, ?, ?, ?, ?)",
            event_id, raw, secret, due, due,
        )  # fmt: skip

    def deliver_due(self) -> int:
        """Send what is due, a few at once; returns how many."""
        with self._one_at_a_time:
            return self._deliver_due()

    def _deliver_due(self) -> int:
        due = self.store.rows(
            "SELECT number, event_id, body, secret, first_at, tries FROM delivery"
            " WHERE due <= ? ORDER BY number LIMIT 100", self.clock(),
        )  # fmt: skip
        if len(due) > AT_ONCE:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                list(threads.map(self._deliver, due))
        else:
            for row in due:
                self._deliver(row)
        return len(due)

    def _deliver(self, row: tuple[Any, ...]) -> None:
        number, event_id, raw, secret, first_at, tries = row
        status = self._post(event_id, raw, secret or self.store.setting("webhook_secret", ""))
        self.statuses.append(status)
        now, due = self.clock(), None
        # A forged event is no event of RazorpayX', so nobody repeats it.
        if not 200 <= status < 300 and not secret:
            due = now + min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
            if now - first_at > GIVES_UP_AFTER:
                self.store.set("webhook_disabled", True)
                due = None
        self.store.run(
            "UPDATE delivery SET due = ?, status = ?, tries = tries + 1 WHERE number = ?",
            due, status, number,
        )  # fmt: skip

    def _post(self, event_id: str, raw: bytes, secret: str) -> int:
        request = urllib.request.Request(  # noqa: S310  (the address comes from our own start)
            self.url,
            data=raw,
            headers={
                "Content-Type": "application/json",
                "X-Razorpay-Signature": sign(secret, raw),
                "X-Razorpay-Event-Id": event_id,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return int(answer.status)
        except OSError as fault:
            return int(getattr(fault, "code", 0))
