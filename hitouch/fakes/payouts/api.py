"""URLs of payouts, transactions and the fake's own settings, and the faults of answering."""

import json
import time
from collections.abc import Callable
from typing import Any

from hitouch.fakes.payouts import faults
from hitouch.fakes.payouts.bank import Bank
from hitouch.fakes.payouts.errors import CallRefused, server_error, too_many
from hitouch.fakes.payouts.orders import require_object
from hitouch.fakes.payouts.store import Body
from hitouch.fakes.server import Disconnect, FakeResponse, Request, as_json

COUNT = 10
MOST = 100


class TokenBucket:
    """A token bucket: so many calls a second on average and at once."""

    def __init__(self) -> None:
        self.per_second = 0.0
        self._tokens, self._at = 0.0, time.monotonic()

    def set(self, per_second: float) -> None:
        """Change the limit; 0 is none."""
        self.per_second = self._tokens = per_second

    def take(self) -> None:
        """Count a call, or refuse it."""
        if not self.per_second:
            return
        now = time.monotonic()
        self._tokens = min(self.per_second, self._tokens + (now - self._at) * self.per_second)
        self._at = now
        if self._tokens < 1:
            raise too_many()
        self._tokens -= 1


class PayoutApi:
    """Answers the calls about payouts and transactions."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.limit = TokenBucket()
        self.limit.set(float(bank.store.setting("per_second", 0)))

    def answer(self, request: Request) -> FakeResponse | Disconnect | None:
        """The answer with the faults of the plan, or None when the URL is somebody else's."""
        handler = self._handler(request)
        if handler is None:
            return None
        if request.path.startswith("/_"):
            return handler(request)
        about = request.headers.get("x-payout-idempotency") or f"{request.method} {request.path}"
        times = self.bank.store.times_asked(about) if self.bank.plan.rates else 0
        fault = self.bank.plan.first(faults.REQUEST, about, times)
        if fault == "error_before":
            raise server_error()
        if fault == "drop_before":
            return Disconnect()
        answer = handler(request)
        return self._spoil(answer, fault)

    def _spoil(self, answer: FakeResponse, fault: str) -> FakeResponse | Disconnect:
        if fault == "error_after":
            raise server_error()
        if fault == "late":
            return FakeResponse(
                answer.status, answer.body, answer.kind, answer.headers,
                seconds=self.bank.plan.late_seconds,
            )  # fmt: skip
        if fault in ("drop_after", "reset_after"):
            return Disconnect(is_reset=fault == "reset_after")
        return answer

    def _handler(self, request: Request) -> Callable[[Request], FakeResponse] | None:
        parts = request.path.strip("/").split("/")
        routes: dict[tuple[str, ...], Callable[[Request], FakeResponse]] = {
            ("POST", "v1", "payouts"): self._create,
            ("GET", "v1", "payouts"): self._list,
            ("GET", "v1", "transactions"): self._transactions,
            ("GET", "_moves"): lambda _: as_json(200, self.bank.moves()),
            ("POST", "_config", "faults"): self._faults,
            ("POST", "_config", "clock"): self._clock,
            ("POST", "_config", "settings"): self._settings,
            ("POST", "_config", "deposit"): self._deposit,
            ("POST", "_config", "move"): self._move,
            ("GET", "_config", "deliveries"): self._deliveries,
        }
        if found := routes.get((request.method, *parts)):
            return found
        match (request.method, *parts):
            case ("GET", "v1", "payouts", _):
                return self._fetch
            case ("GET", "v1", "transactions", _):
                return self._transaction
            case ("POST", "v1", "payouts", _, "cancel"):
                return lambda asked: as_json(200, self.bank.cancel(_id_of(asked)))
            case ("POST", "v1", "payouts", _, "approve" | "reject"):
                return self._decide
        return None

    def _create(self, request: Request) -> FakeResponse:
        key = request.headers.get("x-payout-idempotency", "")
        return as_json(200, self.bank.create(require_object(request.json), key))

    def _fetch(self, request: Request) -> FakeResponse:
        found = self.bank.get(_id_of(request))
        return as_json(200, {**found, **self._lie(found)})

    def _lie(self, payout: Body) -> Body:
        """An answer from a moment ago: a payout that already left is still `processing`."""
        times = self.bank.store.times_asked(f"lie {payout['id']}") if self.bank.plan.rates else 0
        if payout["status"] != "processing" and self.bank.plan.happens(
            "stale", self.bank.store.number_of(payout["id"]), times
        ):
            return {"status": "processing", "utr": None}
        return {}

    def _list(self, request: Request) -> FakeResponse:
        self._require_account(request)
        query, reference = request.query, request.query.get("reference_id", "")
        found = self.bank.store.all("payout", reference=reference, status=query.get("status", ""))
        if reference and self._forgets(reference):
            found = iter(())
        same = {name: query[name] for name in ("fund_account_id", "mode") if name in query}
        return self._page(request, [row for row in found if same.items() <= row.items()])

    def _forgets(self, reference: str) -> bool:
        """Whether a search answers as if the payout were not there yet."""
        times = self.bank.store.times_asked(f"search {reference}") if self.bank.plan.rates else 0
        return self.bank.plan.happens("stale", reference, times)

    def _transactions(self, request: Request) -> FakeResponse:
        self._require_account(request)
        return self._page(request, list(reversed(self.bank.moves())))

    def _transaction(self, request: Request) -> FakeResponse:
        for move in self.bank.moves():
            if move["id"] == _id_of(request):
                return as_json(200, move)
        raise CallRefused(400, "The id provided does not exist")

    def _require_account(self, request: Request) -> None:
        if request.query.get("account_number") != self.bank.account:
            raise CallRefused(400, "The account number field is required.", "account_number")

    @staticmethod
    def _page(request: Request, rows: list[Body]) -> FakeResponse:
        since, until = int(request.query.get("from", 0)), int(request.query.get("to", 2**40))
        within = [row for row in rows if since <= row["created_at"] <= until]
        skip, count = int(request.query.get("skip", 0)), int(request.query.get("count", COUNT))
        if not 1 <= count <= MOST:
            raise CallRefused(400, "The count may not be greater than 100.", "count")
        items = within[skip : skip + count]
        return as_json(200, {"entity": "collection", "count": len(items), "items": items})

    def _decide(self, request: Request) -> FakeResponse:
        is_approved = request.path.endswith("/approve")
        return as_json(200, self.bank.decide(_id_of(request), is_approved=is_approved))

    # The fake's own settings

    def _faults(self, request: Request) -> FakeResponse:
        self.bank.plan = faults.read_plan(request.json)
        self.bank.store.set("plan", request.json)
        return as_json(200, {})

    def _clock(self, request: Request) -> FakeResponse:
        self.bank.advance(float(request.json["advance"]))
        return as_json(200, {"now": self.bank.now()})

    def _settings(self, request: Request) -> FakeResponse:
        known = ("webhook_url", "webhook_secret", "webhook_disabled", "approval", "fees",
                 "per_second", "delay")  # fmt: skip
        for name, value in request.json.items():
            if name not in known:
                raise CallRefused(400, "No such setting.", name)
            self.bank.store.set(name, value)
        self.limit.set(float(self.bank.store.setting("per_second", 0)))
        self.bank.delay = float(self.bank.store.setting("delay", self.bank.delay))
        return as_json(200, {})

    def _deposit(self, request: Request) -> FakeResponse:
        facts = dict(request.json)
        return as_json(200, self.bank.deposit(int(facts.pop("amount")), **facts))

    def _move(self, request: Request) -> FakeResponse:
        facts: dict[str, Any] = dict(request.json)
        return as_json(200, self.bank.change(facts.pop("id"), facts.pop("status"), **facts))

    def _deliveries(self, request: Request) -> FakeResponse:
        rows = self.bank.store.rows(
            "SELECT event_id, body, tries, status, due FROM delivery ORDER BY number"
        )
        names = ("event_id", "event", "tries", "status", "due")
        told = [(row[0], json.loads(row[1])["event"], *row[2:]) for row in rows]
        return as_json(200, [dict(zip(names, row, strict=True)) for row in told])


def _id_of(request: Request) -> str:
    return request.path.strip("/").split("/")[2]
