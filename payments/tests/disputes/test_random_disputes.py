"""Disputes in random order: no illegal state, no money twice, no dead end."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Agent
from conftest import NOON, make_agent, make_staff
from gigs.disputes import bids, resolutions, services
from gigs.disputes.subjects import Side
from gigs.engagements import services as gig_services
from gigs.models import Dispute, DisputeResolution, Gig, Work
from gigs.models.disputes import LIVE
from gigs.tests.disputes.cases import dispute_of, submitted
from gigs.tests.support.marketplace import hire, make_client, make_member, make_opportunity
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Payment
from tests.support.funding import CRORE_PAISE, seed_rates

PRICE = 5_000_00
DAY = timedelta(days=1)
ACTS = (
    "open_agent", "open_client", "contest", "accept", "say", "bid_agent", "bid_client", "escalate",
    "withdraw", "pay", "nothing", "reopen", "reduce", "confirm", "submit", "approve", "reject",
    "end", "wait",
)  # fmt: skip


class Life:
    """One gig at a fixed price, its people, and the clock."""

    def __init__(self) -> None:
        self.client = make_client(f"Client {Gig.objects.count()}")
        self.member = make_member(f"Olga{Gig.objects.count()}", self.client)
        self.agent: Agent = make_agent(f"Asha{Gig.objects.count()}", level="B2")
        self.desk = make_staff(f"Dev{Gig.objects.count()}", "operations")
        self.second = make_staff(f"Esha{Gig.objects.count()}", "operations")
        facts = {"pay_kind": "FIXED", "rate_paise": PRICE, "hours_each": 0, "headcount": 1}
        self.gig = hire(self.agent, make_opportunity(self.client, **facts))
        self.at: datetime = NOON

    @property
    def work(self) -> Work:
        return Work.objects.filter(gig=self.gig).latest("submitted_at", "created_at")

    @property
    def dispute(self) -> Dispute:
        return Dispute.objects.filter(gig=self.gig).latest("opened_at", "created_at")

    def do(self, act: str, paise: int) -> None:
        """Try one act; a refusal, or a row that is not there, changes nothing."""
        self.gig = Gig.objects.get(pk=self.gig.pk)
        try:
            with transaction.atomic():
                getattr(self, f"_{act}")(paise)
        except (Refusal, Work.DoesNotExist, Dispute.DoesNotExist, DisputeResolution.DoesNotExist):
            return

    def _open_agent(self, paise: int) -> None:
        facts = {"at": self.at, "by": self.agent.user, "asked_paise": paise or None}
        dispute_of(self.work, Side.AGENT, **facts)

    def _open_client(self, paise: int) -> None:
        facts = {"at": self.at, "by": self.member.user, "asked_paise": paise or None}
        dispute_of(self.work, Side.CLIENT, **facts)

    def _who(self, side: str) -> dict[str, Any]:
        by = self.agent.user if side == Side.AGENT else self.member.user
        return {"dispute": self.dispute, "side": side, "by": by, "at": self.at}

    def _other(self) -> str:
        return Side.CLIENT if self.dispute.side == Side.AGENT else Side.AGENT

    def _contest(self, paise: int) -> None:
        services.contest(text="No.", **self._who(self._other()))

    def _accept(self, paise: int) -> None:
        services.accept(**self._who(self._other()))

    def _say(self, paise: int) -> None:
        facts = self._who(Side.AGENT)
        services.add_message(author=facts.pop("side"), text="Listen.", **facts)

    def _bid_agent(self, paise: int) -> None:
        bids.place_bid(amount_paise=paise, **self._who(Side.AGENT))

    def _bid_client(self, paise: int) -> None:
        bids.place_bid(amount_paise=paise, **self._who(Side.CLIENT))

    def _escalate(self, paise: int) -> None:
        services.escalate(reason="No way", **self._who(Side.AGENT))

    def _withdraw(self, paise: int) -> None:
        services.withdraw(reason="Settled", **self._who(self.dispute.side))

    def _decide(self, action: str, paise: int = 0) -> None:
        resolutions.decide(
            dispute=self.dispute, action=action, amount_paise=paise, reason="Seen", by=self.desk,
            at=self.at,
        )  # fmt: skip

    def _pay(self, paise: int) -> None:
        self._decide("PAY", paise)

    def _nothing(self, paise: int) -> None:
        self._decide("NOTHING")

    def _reopen(self, paise: int) -> None:
        self._decide("REOPEN_WORK")

    def _reduce(self, paise: int) -> None:
        self._decide("REDUCE_PAY", paise)

    def _confirm(self, paise: int) -> None:
        rows = self.dispute.resolutions.filter(state="PROPOSED")
        resolutions.confirm(resolution=rows.get(), by=self.second, at=self.at)

    def _submit(self, paise: int) -> None:
        submitted(self.gig, at=self.at)

    def _approve(self, paise: int) -> None:
        work_services.approve_work(work=self.work, member=self.member, at=self.at)

    def _reject(self, paise: int) -> None:
        facts = {"member": self.member, "comment": "Wrong", "at": self.at}
        work_services.reject_work(work=self.work, **facts)

    def _end(self, paise: int) -> None:
        gig_services.end_gig(gig=self.gig, why="Over", by=self.member.user, at=self.at)

    def _wait(self, paise: int) -> None:
        self.at += 2 * DAY
        for dispute in Dispute.objects.past_deadline(self.at).filter(gig=self.gig):
            services.escalate_late(dispute=dispute, at=self.at)

    def finish(self) -> None:
        """Bring everything to its end, as time and staff always can."""
        for _ in range(10):
            self.do("wait", 0)
        for dispute in Dispute.objects.live().filter(gig=self.gig):
            for waiting in dispute.resolutions.filter(state="PROPOSED"):
                facts = {"reason": "Anew", "by": self.second, "at": self.at}
                resolutions.reject(resolution=waiting, **facts)
            self._decide("NOTHING")
        for work in Work.objects.with_client().filter(gig=self.gig):
            work_services.auto_approve(work=work, at=self.at + 30 * DAY)
        self.do("end", 0)


@pytest.mark.django_db
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from([0, 1, 2_000_00, PRICE])),
                max_size=16))  # fmt: skip
def test_any_order_of_acts_leaves_the_money_right(acts: list[tuple[str, int]]):
    """Whatever is tried: every payment is earned once, and in the end nothing is reserved."""
    with transaction.atomic():
        seed_rates()
        life = Life()
        for act in [("submit", 0), ("reject", 0), *acts]:
            life.do(*act)
            check(life)
        life.finish()
        check(life)
        assert not Dispute.objects.filter(gig=life.gig, state__in=LIVE).exists()
        assert Gig.objects.get(pk=life.gig.pk).has_ended
        found = ledger_queries.money_of(life.client)
        gross = sum(
            row.gross_paise + row.client_gst_paise for row in Payment.objects.filter(gig=life.gig)
        )
        assert (found.reserved_paise, found.available_paise) == (0, CRORE_PAISE - gross)
        transaction.set_rollback(True)


def check(life: Life) -> None:
    assert invariants.check_money() == []
    for dispute in Dispute.objects.filter(gig=life.gig):
        applied = dispute.resolutions.filter(state="APPLIED")
        assert applied.count() == (dispute.state in ("SETTLED", "DECIDED"))
        paid = sum(row.paid_paise for row in applied)
        source = Payment.objects.filter(kind="RESOLUTION", source_id__in=applied.values("pk"))
        assert sum(row.gross_paise for row in source) == paid
