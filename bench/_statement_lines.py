"""Booked movements and the bank's lines about them, with planted differences."""

import csv
import io
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from conftest import make_agent, make_staff
from hitouch.core.india_time import day_of
from hitouch.core.payout_provider.manual import ManualTransfer
from payments import seeding
from payments.funding import deposits
from payments.ledger import services as ledger
from payments.models import (
    AccountKind,
    Deposit,
    Difference,
    Payout,
    PayoutAttempt,
    StatementLine,
)
from payments.reconciliation import services, statements
from payments.tests.factories import make_bank_account

DAYS = 20
BANKS = ["HDFC", "SBIN", "ICIC", "UTIB", "KKBK"]
#: What may happen to a line, and how many of a thousand.
PLANTS = {"lost": 4, "amount": 4, "twice": 4, "returned": 4, "invented": 4}


@dataclass
class Line:
    day: date
    narration: str
    paise: int


class Statement:
    """The movements of some days, and what the bank says of them."""

    def __init__(self, lines: int, *, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = timezone.now()
        self.count = lines
        self.numbers = iter(self.chance.sample(range(10**9), 3 * lines))
        self.lines: list[Line] = []
        self.expected: Counter[tuple[str, str]] = Counter()

    # The books

    def book(self) -> None:
        """Transfers and deposits in our books, each with its line at the bank."""
        seeding.seed(self.now)
        self.agent = make_agent("Tara")
        self.account = make_bank_account(self.agent)
        received = self.count // 5
        for utr in [self._utr() for _ in range(received)]:
            self._deposit(utr)
        self._transfers([self._utr() for _ in range(self.count - received)])
        self.chance.shuffle(self.lines)
        self.lines.sort(key=lambda line: line.day)

    def _utr(self) -> str:
        """One of each rail's form. Some differ from another one by one digit only."""
        number = next(self.numbers)
        bank = self.chance.choice(BANKS)
        return self.chance.choice([
            f"{bank}N{52026 * 10**6 + number % 10**6:011d}"[:16],
            f"5{number:011d}", f"{bank}R5{number:016d}", f"N{number:015d}",
        ])  # fmt: skip

    def _moment(self) -> datetime:
        return self.now - timedelta(days=self.chance.randrange(3, DAYS), minutes=1)

    def _deposit(self, utr: str) -> None:
        at, paise = self._moment(), self.chance.randrange(1, 50) * 10_000_00
        narration = f"NEFT CR-{utr}-ORCHID RETAIL"
        deposits.receive_deposit(
            amount_paise=paise, utr_number=utr, received_on=day_of(at), narration=narration,
            origin=Deposit.Origin.STATEMENT, at=at,
        )  # fmt: skip
        self._line(utr, at, narration, paise)

    @transaction.atomic
    def _transfers(self, utrs: list[str]) -> None:
        amounts = [
            self.chance.choice([9_410_00, self.chance.randrange(1_00, 90_000_00)]) for _ in utrs
        ]
        for paise, utr in zip(amounts, utrs, strict=True):
            at = self._moment()
            payout = Payout.objects.create(
                agent=self.agent, amount_paise=paise, bank_account=self.account,
                holder_name="Tara", ifsc=self.account.ifsc, last_four=self.account.last_four,
            )  # fmt: skip
            attempt = PayoutAttempt.objects.create(payout=payout, rail="RAZORPAYX", at=at)
            Payout.objects.filter(pk=payout.pk).update(
                state="PROCESSING", rail="RAZORPAYX", started_at=at
            )
            Payout.objects.filter(pk=payout.pk).update(state="COMPLETED", utr=utr, settled_at=at)
            ledger.post_entry(
                kind="TRANSFER_SETTLED", source=attempt, at=at,
                amounts=[(ledger.shared(AccountKind.IN_TRANSIT), payout.amount_paise),
                         (ledger.shared(AccountKind.CASH), -payout.amount_paise)],
            )  # fmt: skip
            forms = [
                f"NEFT DR-{utr}-TARA",
                f"IMPS/P2A/{utr}/TARA/HDFC0001234",
                f"{utr} SALARY TARA",
            ]
            self._line(utr, at, self.chance.choice(forms), -payout.amount_paise)

    # The bank

    def _line(self, utr: str, at: datetime, narration: str, paise: int) -> None:
        day = day_of(at) + timedelta(days=self.chance.choice([0, 0, 0, 1]))
        kinds = [*PLANTS, ""]
        weights = [*PLANTS.values(), 1_000 - sum(PLANTS.values())]
        (plant,) = self.chance.choices(kinds, weights)
        if plant == "returned" and paise > 0:
            plant = ""
        if plant == "lost":
            self.expected["MISSING_THEIRS", utr] += 1
            return
        if plant == "amount":
            paise += self.chance.choice([-1, 1, 100])
            self.expected["AMOUNT", utr] += 1
        self.lines.append(Line(day, narration, paise))
        if plant == "twice":
            self.lines.append(Line(day, f"{narration} ", paise))
            self.expected["DUPLICATE", utr] += 1
        if plant == "returned":
            self.lines.append(Line(day + timedelta(days=1), f"RTN-{utr}-ACCOUNT CLOSED", -paise))
            self.expected["LATE_REVERSAL", utr] += 1
        if plant == "invented":
            other = self._utr()
            self.lines.append(
                Line(day, f"NEFT DR-{other}-NOBODY", -self.chance.randrange(1, 10**6))
            )
            self.expected["MISSING_OURS", other] += 1

    def take_in(self) -> None:
        """Import the statement, and compare."""
        services_at = self.now
        statements.import_statement(
            name="statement.csv", content=self._file(),
            first_day=day_of(self.now) - timedelta(DAYS),
            last_day=day_of(self.now), by=make_staff("Mohan", "finance"), at=services_at,
        )  # fmt: skip
        services.reconcile(provider=ManualTransfer(), at=services_at)

    def _file(self) -> bytes:
        text, balance = io.StringIO(), 10**13
        table = csv.writer(text)
        table.writerow(["Date", "Narration", "Withdrawal Amt.", "Deposit Amt.", "Closing Balance"])
        for line in self.lines:
            balance += line.paise
            rupees = f"{abs(line.paise) / 100:.2f}"
            out, into = (rupees, "") if line.paise < 0 else ("", rupees)
            table.writerow(
                [f"{line.day:%d/%m/%Y}", line.narration, out, into, f"{balance / 100:.2f}"]
            )
        return text.getvalue().encode()

    # The judge

    def judge(self) -> tuple[int, int]:
        """How many planted differences were missed, and how many invented."""
        found: Counter[tuple[str, str]] = Counter()
        for row in Difference.objects.open():
            found[row.kind, row.utr or self._utr_of(row)] += 1
        missed, invented = self.expected - found, found - self.expected
        for name, rows in (("missed", missed), ("invented", invented)):
            for key, number in list(rows.items())[:10]:
                print(name, key, number)
        return sum(missed.values()), sum(invented.values())

    def _utr_of(self, row: Difference) -> str:
        tokens = (
            StatementLine.objects.filter(pk=row.theirs).values_list("tokens", flat=True).first()
        )
        known = {utr for _, utr in self.expected}
        return next(iter(known.intersection(tokens or [])), str(tokens))

    def count_of_planted(self) -> dict[str, int]:
        """Planted differences by kind."""
        kinds: defaultdict[str, int] = defaultdict(int)
        for (kind, _), number in self.expected.items():
            kinds[kind] += number
        return dict(kinds)
