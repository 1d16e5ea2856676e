"""Races of the support desk on a real PostgreSQL: takeover, and assignment while processes die.

`bench/chatbot_desk.py 50 100` makes 50 takeovers and 100 tickets a thread. Support joins 200
conversations in threads while processes of the assistant answer in them without pause; a control
shows that the measure sees a leak, with an assistant that does not ask under the lock. Then eight
threads and a process open tickets; the process is killed with SIGKILL, again and again, and another
one goes on.
"""

import importlib
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from _harness import report
from _own_database import own_database

TAKEOVERS, TICKETS_A_THREAD = 200, 50
THREADS, MEMBERS, ASSISTANTS, KILLS = 8, 5, 2, 10
#: A control is shorter: it only has to show that a leak is seen.
CONTROL = 60
#: Seconds until the races are given up.
LONGEST = 300
ANSWER = "An answer of the assistant."
processes = multiprocessing.get_context("fork")


def main() -> None:
    """Measure and report."""
    takeovers = int(sys.argv[1]) if len(sys.argv) > 1 else TAKEOVERS
    each = int(sys.argv[2]) if len(sys.argv) > 2 else TICKETS_A_THREAD
    os.environ |= {"HITOUCH_HELP_OPEN_TICKETS": "1000000", "HITOUCH_DATABASE_POOL": "16"}
    with own_database():
        desk = Desk()
        figures = desk.assignment(each)
        control = desk.takeovers(min(CONTROL, takeovers), is_careful=False)
        print(f"control, mode asked before the lock: {control.leaked} leaked of {control.answers}")
        found = desk.takeovers(takeovers, is_careful=True)
        print(
            f"{takeovers} takeovers, {found.answers} answers of the assistant before or between "
            f"them, median {found.median_ms:.0f} ms"
        )
        figures |= {
            "answers of the assistant after a takeover": (found.leaked, 0),
            "takeovers that failed": (found.failed, 0),
            "conversations in the wrong mode": (found.wrong, 0),
            "controls in which no leak was seen": (control.leaked == 0, 0),
        }
    report(figures)


class Desk:
    """The models and services, imported after Django's set-up, and some people."""

    def __init__(self) -> None:
        self.models: Any = importlib.import_module("chatbot.models")
        self.services: Any = importlib.import_module("chatbot.desk.services")
        self.takeover: Any = importlib.import_module("chatbot.desk.takeover")
        self.assigned: Any = importlib.import_module("chatbot.desk.assignment")
        self.db: Any = importlib.import_module("django.db")
        self.now: Callable[[], Any] = importlib.import_module("django.utils.timezone").now
        self.people: Any = importlib.import_module("conftest")
        self.made = 0

    def user(self) -> Any:
        """A new agent's account."""
        self.made += 1
        return self.people.make_user(f"Person{self.made}", phone=f"+9198762{self.made:05}")

    def member(self, name: str, *, on_duty: bool) -> Any:
        """A member of support, with room for all tickets."""
        user = self.people.make_staff(name, "support")
        self.models.SupportMember.objects.create(user=user, capacity=30_000)
        if on_duty:
            self.services.go_on_duty(user=user, at=self.now())
        return user

    def connect_anew(self) -> None:
        """Forget the pool of connections that a forked process has from its parent."""
        type(self.db.connections["default"])._connection_pools.clear()
        del self.db.connections["default"]

    # Takeover

    def takeovers(self, count: int, *, is_careful: bool) -> "Takeovers":
        """Join conversations in threads while the assistant answers in them."""
        by = self.member(f"Joiner{'' if is_careful else 'Control'}", on_duty=False)
        talks = []
        for _ in range(count):
            user = self.user()
            talk = self.models.Conversation.objects.create(user=user, last_at=self.now())
            talks.append((talk.pk, user.pk))
        keys, ended = [talk for talk, _ in talks], processes.Event()
        self.db.connection.close()
        answering = [
            processes.Process(target=self.answer_all, args=(keys, ended, is_careful, number))
            for number in range(ASSISTANTS)
        ]
        for process in answering:
            process.start()
        deadline = time.monotonic() + LONGEST
        while self.answers(keys) < min(10, count) and time.monotonic() < deadline:
            time.sleep(0.05)
        found = Takeovers()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda talk: self.join(talk, by, found), talks))
        time.sleep(0.5)
        ended.set()
        for process in answering:
            process.join(LONGEST)
        self.judge(keys, found)
        return found

    def join(self, talk: tuple[UUID, UUID], by: Any, found: "Takeovers") -> None:
        """The user asks for a person, or support answers in a conversation given back before."""
        conversation = self.models.Conversation.objects.get(pk=talk[0])
        time.sleep(random.random() * 0.02)
        began = time.perf_counter()
        try:
            ticket = self.services.request_person(
                user=conversation.user, conversation=conversation, at=self.now()
            )
            if random.random() < 0.5:
                self.services.answer(ticket=ticket, by=by, text="Hello.", at=self.now())
                self.services.hand_back(ticket=ticket, by=by, at=self.now())
                time.sleep(random.random() * 0.02)
                self.services.answer(ticket=ticket, by=by, text="Me again.", at=self.now())
        except Exception as fault:
            print(f"takeover failed: {fault!r}")
            found.failed += 1
        found.seconds.append(time.perf_counter() - began)
        self.db.connection.close()

    def answer_all(self, keys: list[UUID], ended: Any, is_careful: bool, seed: int) -> None:
        """What a process of the assistant does: answer in any conversation, again and again."""
        self.connect_anew()
        drawn = random.Random(seed)
        while not ended.is_set():
            for key in drawn.sample(keys, len(keys)):
                if ended.is_set():
                    break
                (self.deliver if is_careful else self.deliver_carelessly)(key)
        self.db.connection.close()

    def deliver(self, key: UUID) -> None:
        """Store an answer if the conversation is still the assistant's, asked under the lock."""
        with self.db.transaction.atomic():
            talk = self.takeover.lock_conversation(key)
            if talk.mode == "BOT":
                self.takeover.say(talk, ANSWER, self.now())

    def deliver_carelessly(self, key: UUID) -> None:
        """The defect: the mode is asked, and the answer stored some milliseconds later."""
        talk = self.models.Conversation.objects.get(pk=key)
        if talk.mode == "BOT":
            time.sleep(0.005)
            self.takeover.say(talk, ANSWER, self.now())

    def answers(self, keys: list[UUID]) -> int:
        """How many answers the assistant has stored."""
        rows = self.models.Message.objects.filter(conversation__in=keys, text=ANSWER)
        return int(rows.count())

    def judge(self, keys: list[UUID], found: "Takeovers") -> None:
        """Count answers that were stored while the conversation was not in mode BOT.

        Rows are written under the lock of the conversation, so their moments are in its order.
        """
        for talk in self.models.Conversation.objects.filter(pk__in=keys):
            found.wrong += talk.mode not in ("WAITING", "PERSON")
            lines = talk.messages.order_by("created_at").values_list("text", "source", "decision")
            is_silent = False
            for text, source, decision in lines:
                if text == ANSWER:
                    found.answers += 1
                    found.leaked += is_silent
                elif "answers again" in text:
                    is_silent = False
                elif source == "SYSTEM" and ("Ticket" in text or "joined" in decision):
                    is_silent = True

    # Assignment

    def assignment(self, each: int) -> dict[str, tuple[float, float]]:
        """Open tickets from eight threads and a process that is killed again and again."""
        members = [self.member(f"Member{number}", on_duty=False) for number in range(MEMBERS)]
        for member in members:
            self.services.go_on_duty(user=member, at=self.now())
        users = [self.user() for _ in range(THREADS * 4)]
        self.db.connection.close()
        gates = [processes.Event() for _ in range(KILLS)]
        counts = [processes.Value("i", 0) for _ in range(KILLS)]
        doomed = [
            processes.Process(
                target=self.open_until_killed, args=(users, gate, counts[number], number)
            )
            for number, gate in enumerate(gates)
        ]
        for process in doomed:
            process.start()
        opened: list[UUID] = []
        faults: Counter[str] = Counter()
        killer = threading.Thread(target=kill_in_turn, args=(doomed, gates, counts))
        began = time.perf_counter()
        killer.start()
        with ThreadPoolExecutor(THREADS) as pool:
            for number in range(THREADS):
                pool.submit(self.open_some, users, each, number, opened, faults)
        killer.join()
        seconds = time.perf_counter() - began
        self.assigned.assign_waiting(at=self.now())
        tickets = self.models.Ticket.objects.prefetch_related("assignments")
        found = {ticket.pk: ticket for ticket in tickets}
        loads = self.loads(members)
        running = {
            key: [row for row in ticket.assignments.all() if row.ended_at is None]
            for key, ticket in found.items()
        }
        print(
            f"{len(found)} tickets, {len(opened)} by threads, {len(found) - len(opened)} by "
            f"{KILLS} killed processes; {len(found) / seconds:.0f} a second; loads {loads}"
        )
        self.models.SupportDuty.objects.filter(until=None).update(until=self.now())
        if faults:
            print(dict(faults))
        return {
            "tickets lost": (len([key for key in opened if key not in found]), 0),
            "tickets without a member": (sum(not rows for rows in running.values()), 0),
            "tickets with two members": (sum(len(rows) > 1 for rows in running.values()), 0),
            "tickets assigned otherwise than recorded": (
                sum(
                    bool(rows) and rows[0].member_id != found[key].assigned_to_id
                    for key, rows in running.items()
                ),
                0,
            ),
            "tickets half open": (sum(not found[key].messages.exists() for key in found), 0),
            "spread of the loads": (max(loads) - min(loads), 1),
            "openings that failed": (sum(faults.values()), 0),
        }

    def loads(self, members: list[Any]) -> list[int]:
        """Tickets to answer of each member."""
        rows = self.assigned.to_answer()
        return [rows.filter(assigned_to=member).count() for member in members]

    def open_one(self, users: list[Any], drawn: random.Random) -> UUID:
        """Open a ticket of some user."""
        ticket = self.services.open_ticket(
            user=drawn.choice(users), subject="My shift", text="Late.", at=self.now()
        )
        key: UUID = ticket.pk
        return key

    def open_some(
        self, users: list[Any], count: int, seed: int, opened: list[UUID], faults: Counter[str]
    ) -> None:
        """One thread's tickets."""
        drawn = random.Random(seed)
        for _ in range(count):
            try:
                opened.append(self.open_one(users, drawn))
            except Exception as fault:
                faults[repr(fault)[:200]] += 1
        self.db.connection.close()

    def open_until_killed(self, users: list[Any], gate: Any, count: Any, seed: int) -> None:
        """What a doomed process does once its gate opens."""
        self.connect_anew()
        gate.wait(LONGEST)
        drawn = random.Random(1000 + seed)
        while True:
            self.open_one(users, drawn)
            count.value += 1


class Takeovers:
    """What was counted of the takeovers."""

    def __init__(self) -> None:
        self.answers = self.leaked = self.failed = self.wrong = 0
        self.seconds: list[float] = []

    @property
    def median_ms(self) -> float:
        """The time of a takeover by the median."""
        return sorted(self.seconds)[len(self.seconds) // 2] * 1000


def kill_in_turn(doomed: list[Any], gates: list[Any], counts: list[Any]) -> None:
    """Let each process open two tickets, and kill it at some moment of the next ones."""
    for process, gate, count in zip(doomed, gates, counts, strict=True):
        gate.set()
        deadline = time.monotonic() + LONGEST
        while count.value < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(random.random() * 0.5)
        os.kill(process.pid, signal.SIGKILL)
        process.join()


if __name__ == "__main__":
    main()
