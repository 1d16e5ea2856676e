"""The fake RazorpayX keeps its protocol: Razorpay's own client drives it and judges it."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import razorpay
from razorpay.errors import BadRequestError, ServerError, SignatureVerificationError

from hitouch.fakes.payouts import states
from hitouch.fakes.payouts.bank import OPENING_BALANCE
from hitouch.fakes.payouts.faults import FaultPlan
from hitouch.fakes.razorpayx import ACCOUNT, FakeRazorpayX
from hitouch.fakes.server import FakeResponse, FakeServer, Request
from tests.support.waiting import wait_until

AUTH = (FakeRazorpayX.key_id, FakeRazorpayX.key_secret)
DAY = 86_400.0


def client_of(url: str) -> razorpay.Client:
    client = razorpay.Client(auth=AUTH, base_url=f"{url}/payouts")
    client.session.trust_env = False
    return client


class Rail:
    """The fake with Razorpay's client."""

    def __init__(self, fake: FakeRazorpayX, url: str) -> None:
        self.fake, self.url, self.client = fake, url, client_of(url)

    def fund(self, number: str = "501001234567", vpa: str = "") -> str:
        contact = self.client.post("/v1/contacts", {"name": "Nila Rao", "type": "vendor"})
        bank = {"name": "Nila Rao", "ifsc": "HDFC0001234", "account_number": number}
        account = {"account_type": "bank_account", "bank_account": bank}
        if vpa:
            account = {"account_type": "vpa", "vpa": {"address": vpa}}
        made = self.client.fund_account.create({"contact_id": contact["id"], **account})
        return str(made["id"])

    def body(self, number: str = "501001234567", **changes: Any) -> dict[str, Any]:
        return {
            "account_number": ACCOUNT,
            "fund_account_id": self.fund(number),
            "amount": 10_000,
            "currency": "INR",
            "mode": "IMPS",
            "purpose": "payout",
            "queue_if_low_balance": True,
            "reference_id": "ref-1",
            "narration": "HitouchCX",
        } | changes

    def send(self, body: dict[str, Any], key: str = "") -> Any:
        headers = {"X-Payout-Idempotency": key or str(uuid.uuid4())}
        return self.client.post("/v1/payouts", body, headers=headers)

    def fetch(self, payout: Any) -> Any:
        return self.client.get(f"/v1/payouts/{payout['id']}", {})

    def net(self, payout: Any) -> int:
        return -sum(
            move["credit"] - move["debit"]
            for move in self.fake.bank.moves()
            if move["source"]["id"] == payout["id"]
        )


@pytest.fixture
def rail() -> Iterator[Rail]:
    fake = FakeRazorpayX(seconds=10)
    server = FakeServer([fake]).in_thread()
    yield Rail(fake, server.url)
    server.close()


class Listener:
    """Receives webhooks, and answers with the next status it was told to."""

    prefix = "events"

    def __init__(self) -> None:
        self.got: list[Request] = []
        self.statuses: Iterator[int] = itertools.repeat(200)

    def answer(self, request: Request) -> FakeResponse:
        self.got.append(request)
        return FakeResponse(next(self.statuses))

    def names(self) -> list[str]:
        return [str(request.json["event"]) for request in self.got]


@pytest.fixture
def listener(rail: Rail) -> Iterator[Listener]:
    heard = Listener()
    server = FakeServer([heard]).in_thread()
    rail.fake.webhook_url = f"{server.url}/events/"
    yield heard
    server.close()


def test_a_payout_is_processed(rail: Rail) -> None:
    """Contact, fund account, payout; the money moves once, with a UTR and a running balance."""
    sent = rail.send(rail.body())
    assert (sent["status"], sent["utr"], sent["entity"]) == ("processing", None, "payout")
    rail.fake.bank.advance(10)
    done = rail.fetch(sent)
    assert (done["status"], done["status_details"]["reason"]) == ("processed", "payout_processed")
    assert len(done["utr"]) == 12
    told = rail.client.get("/v1/transactions", {"account_number": ACCOUNT})["items"]
    assert [row["balance"] for row in told] == [OPENING_BALANCE - 10_000, OPENING_BALANCE]
    assert told[0]["source"]["utr"] == done["utr"]
    found = rail.client.get("/v1/payouts", {"account_number": ACCOUNT, "reference_id": "ref-1"})
    assert [row["id"] for row in found["items"]] == [sent["id"]]


def test_a_key_makes_one_payout(rail: Rail) -> None:
    """The same key gives the latest state, another body is refused, after 7 days it is new."""
    body, key = rail.body(), str(uuid.uuid4())
    first = rail.send(body, key)
    rail.fake.bank.advance(10)
    again = rail.send(body, key)
    assert (again["id"], again["status"]) == (first["id"], "processed")
    with pytest.raises(BadRequestError, match="Different request body"):
        rail.send(body | {"amount": 20_000}, key)
    rail.fake.bank.advance(7 * DAY)
    assert rail.send(body, key)["id"] != first["id"]


def test_the_same_details_give_the_same_fund_account(rail: Rail) -> None:
    """Contacts and fund accounts are found again by their details."""
    assert rail.fund() == rail.fund()
    assert rail.fund() != rail.fund("501001234568")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 99}, "amount"),
        ({"amount": "10000"}, "amount"),
        ({"amount": 5_00_000_01}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"mode": "UPI"}, "mode"),
        ({"mode": "imps"}, "mode"),
        ({"mode": "RTGS"}, "amount"),
        ({"purpose": "gift"}, "purpose"),
        ({"narration": "Hitouch/CX"}, "narration"),
        ({"narration": "x" * 31}, "narration"),
        ({"reference_id": "x" * 41}, "reference_id"),
        ({"account_number": "1"}, "account_number"),
        ({"fund_account_id": "fa_00000000000000"}, "fund_account_id"),
    ],
)
def test_bad_payouts_are_refused(rail: Rail, changes: dict[str, Any], field: str) -> None:
    """With status 400 and the documented error; no money moves."""
    answer = httpx.post(
        f"{rail.url}/payouts/v1/payouts",
        auth=AUTH,
        json=rail.body(**changes),
        headers={"X-Payout-Idempotency": str(uuid.uuid4())},
    )
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["code"], error["field"]) == ("BAD_REQUEST_ERROR", field)
    assert set(error) == {"code", "description", "source", "step", "reason", "metadata", "field"}
    assert rail.fake.bank.balance() == OPENING_BALANCE


def test_a_key_and_credentials_are_needed(rail: Rail) -> None:
    """A missing key is 400 and names the header; foreign credentials are 401."""
    for key in ("", "abc", "x" * 37, "a/b-c"):
        with pytest.raises(BadRequestError, match=r"[Ii]dempotency key"):
            rail.client.post("/v1/payouts", rail.body(), headers={"X-Payout-Idempotency": key})
    stranger = razorpay.Client(auth=("x", "y"), base_url=f"{rail.url}/payouts")
    with pytest.raises(BadRequestError, match="Authentication failed"):
        stranger.get("/v1/payouts", {"account_number": ACCOUNT})


@pytest.mark.parametrize(
    ("ending", "states_seen", "paid"),
    [
        ("8001", ["processing", "failed"], False),
        ("8002", ["processing", "reversed"], False),
        ("8003", ["processing", "processed", "reversed"], False),
        ("8004", ["processing", "processed", "processed"], True),
        ("8005", ["processing", "processing", "processed"], True),
        ("8006", ["processing", "failed", "reversed"], False),
        ("8007", ["processing", "reversed", "failed"], False),
    ],
)
def test_outcomes(
    rail: Rail, listener: Listener, ending: str, states_seen: list[str], paid: bool
) -> None:
    """The account number selects the outcome; the bank's own list says where the money is."""
    sent = rail.send(rail.body(f"50100123{ending}"))
    for _ in range(4):
        rail.fake.bank.advance(DAY)
    events = [
        r.json["payload"]["payout"]["entity"] for r in listener.got if "payout" in r.json["payload"]
    ]
    # Events may overtake each other.
    assert sorted(event["status"] for event in events) == sorted(states_seen)
    assert rail.net(sent) == (10_000 if paid else 0)
    assert bool(rail.fetch(sent)["utr"]) == ("processed" in states_seen)


def test_only_documented_edges_exist(rail: Rail) -> None:
    """Of all pairs of states those on the page on the life cycle are possible, no other."""
    names = {*states.EDGES, *itertools.chain(*states.EDGES.values())} - {""}
    possible = {(was, now) for was in names for now in names if states.allows(was, now)}
    changes = {(was, now) for was, now in possible if was != now}
    assert len(changes) == 16
    assert {("processed", "reversed"), ("failed", "reversed"), ("reversed", "failed")} < changes
    sent = rail.send(rail.body())
    answer = httpx.post(
        f"{rail.url}/payouts/_config/move", auth=AUTH, json={"id": sent["id"], "status": "queued"}
    )
    assert answer.status_code == 400


def test_low_balance_queues(rail: Rail) -> None:
    """Without enough money a payout is queued, cancelled on request, or sent after a deposit."""
    body = rail.body(amount=OPENING_BALANCE, mode="NEFT")
    rail.send(body)
    queued, other = (rail.send(rail.body(reference_id=f"q{n}", mode="NEFT")) for n in range(2))
    assert (queued["status"], queued["status_details"]["reason"]) == ("queued", "low_balance")
    with pytest.raises(BadRequestError, match="enough balance"):
        rail.send(rail.body(queue_if_low_balance=False))
    assert rail.client.post(f"/v1/payouts/{other['id']}/cancel", {})["status"] == "cancelled"
    rail.fake.bank.deposit(10_000)
    rail.fake.bank.advance(10)
    assert [rail.fetch(row)["status"] for row in (queued, other)] == ["processed", "cancelled"]
    assert len(rail.fetch(queued)["utr"]) == 16
    with pytest.raises(BadRequestError):
        rail.client.post(f"/v1/payouts/{queued['id']}/cancel", {})


def test_queued_for_three_months_fails(rail: Rail) -> None:
    """Money that never comes: the payout fails and nothing was debited."""
    rail.send(rail.body(amount=OPENING_BALANCE, mode="NEFT"))
    queued = rail.send(rail.body(reference_id="q"))
    rail.fake.bank.advance(91 * DAY)
    assert rail.fetch(queued)["status"] == "failed"
    assert rail.net(queued) == 0


def test_events_are_signed(rail: Rail, listener: Listener) -> None:
    """Razorpay's own check accepts the signature of the raw body, and of no other body."""
    rail.send(rail.body())
    rail.fake.bank.advance(10)
    assert sorted(set(listener.names())) == [
        "payout.initiated", "payout.processed", "transaction.created",
    ]  # fmt: skip
    for request in listener.got:
        raw, signed = request.body.decode(), request.headers["x-razorpay-signature"]
        check = rail.client.utility.verify_webhook_signature
        assert check(raw, signed, rail.fake.webhook_secret)
        with pytest.raises(SignatureVerificationError):
            check(raw + " ", signed, rail.fake.webhook_secret)
    assert len({request.headers["x-razorpay-event-id"] for request in listener.got}) == 3


def test_unanswered_events_are_sent_again(rail: Rail, listener: Listener) -> None:
    """With growing pauses and the same id; after 24 hours the webhook is disabled."""
    listener.statuses = itertools.chain([500, 302, 404], itertools.repeat(200))
    rail.fake.bank.deposit(100)
    for pause in (0, 1, 2, 4, 60):
        rail.fake.bank.advance(pause)
    assert len(listener.got) == 4
    assert len({request.headers["x-razorpay-event-id"] for request in listener.got}) == 1
    listener.statuses = itertools.repeat(500)
    rail.fake.bank.deposit(100)
    for _ in range(40):
        rail.fake.bank.advance(3600)
    count = len(listener.got)
    rail.fake.bank.deposit(100)
    rail.fake.bank.advance(3600)
    assert len(listener.got) == count


def test_a_slow_receiver_is_given_up(rail: Rail, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that takes longer than the limit did not get the event."""
    monkeypatch.setattr("hitouch.fakes.payouts.webhooks.SECONDS", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        rail.fake.webhook_url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        rail.fake.bank.deposit(100)
        rail.fake.bank.advance(0)
    assert rail.fake.webhook_statuses == [0]


def test_webhooks_get_lost_doubled_forged_and_late(rail: Rail, listener: Listener) -> None:
    """By a seeded plan: the same seed gives the same faults."""
    heard = []
    for seed in (1, 1, 2):
        rates = {"webhook_lost": 0.3, "webhook_twice": 0.3, "webhook_late": 0.3}
        plan = FaultPlan(seed, rates, late_seconds=1)
        heard.append([plan.first(tuple(rates), n) for n in range(50)])
    assert heard[0] == heard[1] != heard[2]
    assert set(heard[0]) == {"", *rates}
    rail.fake.bank.plan = FaultPlan(1, dict.fromkeys(["webhook_twice", "webhook_forged"], 1))
    rail.fake.bank.deposit(100)
    rail.fake.bank.advance(0)
    ids = [request.headers["x-razorpay-event-id"] for request in listener.got]
    assert len(ids) == 3
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        ("drop_before", 0), ("error_before", 0),
        ("drop_after", 1), ("reset_after", 1), ("error_after", 1), ("late", 1),
    ],
)  # fmt: skip
def test_faults_of_a_call(rail: Rail, fault: str, made: int) -> None:
    """A call is lost before or after the payout is kept; the same key then makes it one."""
    body, key = rail.body(), str(uuid.uuid4())
    rail.fake.bank.plan = FaultPlan(1, {fault: 1.0}, late_seconds=0.01)
    if fault == "late":
        rail.send(body, key)
    elif fault.startswith("error"):
        with pytest.raises(ServerError):
            rail.send(body, key)
    else:
        with pytest.raises(OSError, match=r"Connection|RemoteDisconnected"):
            rail.send(body, key)
    assert len(list(rail.fake.store.all("payout"))) == made
    rail.fake.bank.plan = FaultPlan()
    rail.send(body, key)
    assert len(list(rail.fake.store.all("payout"))) == 1


def test_stale_answers(rail: Rail) -> None:
    """A search that does not find the payout yet, and a state that is already over."""
    sent = rail.send(rail.body())
    rail.fake.bank.advance(10)
    rail.fake.bank.plan = FaultPlan(1, {"stale": 1.0})
    found = rail.client.get("/v1/payouts", {"account_number": ACCOUNT, "reference_id": "ref-1"})
    assert (found["items"], rail.fetch(sent)["status"]) == ([], "processing")
    rail.fake.bank.plan = FaultPlan()
    assert rail.fetch(sent)["status"] == "processed"


def test_the_rate_limit(rail: Rail) -> None:
    """More calls than allowed are 429, and have no effect."""
    body = rail.body()
    httpx.post(f"{rail.url}/payouts/_config/settings", auth=AUTH, json={"per_second": 1})
    answers = [
        httpx.post(
            f"{rail.url}/payouts/v1/payouts", auth=AUTH, json=body,
            headers={"X-Payout-Idempotency": str(uuid.uuid4())},
        ).status_code
        for _ in range(12)
    ]  # fmt: skip
    assert {200, 429} == set(answers)
    assert len(list(rail.fake.store.all("payout"))) == answers.count(200)


def test_the_approval_workflow(rail: Rail) -> None:
    """A pending payout waits for its approval, or is rejected."""
    httpx.post(f"{rail.url}/payouts/_config/settings", auth=AUTH, json={"approval": True})
    one, two = (rail.send(rail.body(reference_id=f"r{n}")) for n in range(2))
    assert one["status"] == "pending"
    assert rail.client.post(f"/v1/payouts/{one['id']}/approve", {})["status"] == "processing"
    assert rail.client.post(f"/v1/payouts/{two['id']}/reject", {})["status"] == "rejected"
    assert (rail.net(one), rail.net(two)) == (10_000, 0)


def test_parallel_calls_with_one_key(rail: Rail) -> None:
    """Eight calls at once with one key make one payout."""
    body, key = rail.body(), str(uuid.uuid4())
    gate, ids = threading.Barrier(8), []

    def send() -> None:
        client = client_of(rail.url)
        gate.wait()
        made = client.post("/v1/payouts", body, headers={"X-Payout-Idempotency": key})
        ids.append(made["id"])

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


def start_process(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.set_inheritable(True)
        argv = [sys.executable, "-m", "hitouch.fakes", "--folder", str(folder)]
        argv += ["--listening", str(listening.fileno())]
        process = subprocess.Popen(argv, pass_fds=[listening.fileno()])
        return process, f"http://127.0.0.1:{listening.getsockname()[1]}"


def kill(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_it_can_be_killed(tmp_path: Path) -> None:
    """A payout that was answered is there after kill -9, with its key, and goes on."""
    key = str(uuid.uuid4())
    process, url = start_process(tmp_path)
    try:
        rail = Rail(FakeRazorpayX(), url)
        body = rail.body()
        first = rail.send(body, key)
    finally:
        kill(process)
    process, url = start_process(tmp_path)
    try:
        rail = Rail(FakeRazorpayX(), url)
        assert rail.send(body, key)["id"] == first["id"]
        wait_until(lambda: rail.fetch(first)["status"] == "processed")
        moves = httpx.get(f"{url}/payouts/_moves", auth=AUTH).json()
        assert [move["debit"] for move in moves] == [0, 10_000]
    finally:
        kill(process)
