"""The life of a dispute: who opens it, who answers, and what silence does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import AuditEvent
from conftest import NOON
from gigs import tasks
from gigs.applications import services as application_services
from gigs.disputes import deadlines
from gigs.disputes import services as dispute_services
from gigs.disputes.subjects import Side, find_subject
from gigs.models import Dispute, DisputeMessage, Member
from gigs.tests.disputes.cases import (
    approved,
    code_of,
    dispute_of,
    negotiated,
    rejected,
    submitted,
)
from gigs.tests.support.marketplace import DAY, hire, make_slot, owner_of, seat
from hitouch.core import india_time
from hitouch.core.models import OutboxMessage


def told() -> list[str]:
    """The templates of the messages that were queued for disputes, in alphabetical order."""
    rows = OutboxMessage.objects.filter(template__startswith="gigs/dispute")
    return sorted(rows.values_list("template", flat=True))


def test_a_dispute_is_opened_and_contested(asha: Any, fixed: Any):
    """The other side has three working days; its answer begins the negotiation."""
    dispute = dispute_of(rejected(asha, fixed), asked_paise=5_000_00)
    assert (dispute.state, dispute.kind, dispute.side) == ("OPEN", "WORK", "AGENT")
    assert dispute.due_at == deadlines.after_working_days(NOON, 3)
    assert told() == ["gigs/dispute_opened"] * 2
    by = owner_of(fixed.client)
    facts = {"side": Side.CLIENT, "by": by, "at": NOON}
    dispute = dispute_services.contest(dispute=dispute, text="They were not.", **facts)
    assert dispute.state == "NEGOTIATION"
    assert dispute.due_at == deadlines.after_working_days(NOON, 10)
    assert [message.text for message in dispute.messages.all()] == ["They were not."]
    assert code_of(lambda: dispute_services.contest(dispute=dispute, text="Again", **facts)) == (
        "answered_already"
    )
    assert list(dispute.events.values_list("became", flat=True)) == ["OPEN", "NEGOTIATION"]
    actions = AuditEvent.objects.filter(on_id=str(dispute.pk)).values_list("action", flat=True)
    assert sorted(actions) == ["dispute.answered", "dispute.opened"]


def test_only_the_other_side_answers(asha: Any, fixed: Any):
    """Who opened a dispute neither contests nor accepts it, and only they withdraw it."""
    dispute = dispute_of(rejected(asha, fixed))
    own = {"dispute": dispute, "side": Side.AGENT, "by": asha.user, "at": NOON}
    other = {**own, "side": Side.CLIENT, "by": owner_of(fixed.client)}
    assert code_of(lambda: dispute_services.contest(**own, text="No")) == "wrong_side"
    assert code_of(lambda: dispute_services.accept(**own)) == "wrong_side"
    assert code_of(lambda: dispute_services.escalate(**own, reason="Now")) == "not_answered_yet"
    assert code_of(lambda: dispute_services.withdraw(**other, reason="x")) == "wrong_side"
    message = {"dispute": dispute, "author": Side.CLIENT, "by": owner_of(fixed.client), "at": NOON}
    assert code_of(lambda: dispute_services.add_message(**message, text="Hm")) == "answer_first"


def test_nobody_answers_themselves(asha: Any, fixed: Any):
    """An agent who is also a member of the client is not its voice."""
    work = rejected(asha, fixed)
    Member.objects.create(user=asha.user, client=fixed.client, role="MANAGER")
    assert code_of(lambda: dispute_of(work, Side.CLIENT, by=asha.user)) == "own_case"
    dispute = dispute_of(work)
    facts = {"dispute": dispute, "side": Side.CLIENT, "by": asha.user, "at": NOON}
    assert code_of(lambda: dispute_services.accept(**facts)) == "own_case"
    assert code_of(lambda: dispute_services.contest(**facts, text="No")) == "own_case"


@pytest.mark.parametrize("answered", [False, True])
def test_silence_goes_to_staff(answered: bool, asha: Any, fixed: Any, at_noon: Any):
    """It decides for nobody: the deadline passes the dispute to staff, once, after a reminder."""
    work = rejected(asha, fixed)
    dispute = negotiated(work) if answered else dispute_of(work)
    assert dispute.due_at is not None
    at_noon.move_to(dispute.due_at - DAY)
    tasks.sweep()
    tasks.sweep()
    assert told().count("gigs/dispute_due") == (3 if answered else 2)
    at_noon.move_to(dispute.due_at - timedelta(seconds=1))
    tasks.sweep()
    dispute.refresh_from_db()
    assert dispute.state == ("NEGOTIATION" if answered else "OPEN")
    at_noon.move_to(dispute.due_at)
    tasks.sweep()
    tasks.sweep()
    dispute.refresh_from_db()
    assert dispute.state == "ESCALATED"
    last = dispute.events.order_by("pk").last()
    assert last is not None
    assert (last.by, last.why.startswith("No")) == (None, True)
    assert told().count("gigs/dispute_escalated") == 3


def test_working_days_leave_out_weekends_and_national_holidays():
    """From a Thursday, three working days end with the Tuesday; 15 August is none."""
    thursday = NOON - (NOON.weekday() - 3) * DAY
    due = deadlines.after_working_days(thursday, 3) - timedelta(seconds=1)
    assert india_time.day_of(due) == (thursday + 5 * DAY).date()
    independence = NOON.replace(year=2028, month=8, day=14)  # a Monday
    due = deadlines.after_working_days(independence, 1) - timedelta(seconds=1)
    assert india_time.day_of(due).day == 16


def test_one_live_dispute_per_subject(asha: Any, fixed: Any):
    """By either side, also in the database; after the end the same side does not begin again."""
    work = rejected(asha, fixed)
    dispute = dispute_of(work)
    assert code_of(lambda: dispute_of(work)) == "disputed_already"
    assert code_of(lambda: dispute_of(work, Side.CLIENT)) == "disputed_already"
    copy = Dispute.objects.get(pk=dispute.pk)
    copy.pk, copy._state.adding = None, True
    copy.id = type(dispute.pk)(int=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    facts = {"side": Side.AGENT, "reason": "Cleared up", "by": asha.user, "at": NOON}
    dispute_services.withdraw(dispute=dispute, **facts)
    again = dispute_of(work)
    dispute_services.withdraw(dispute=again, **facts)
    assert code_of(lambda: dispute_of(work)) == "disputed_before"
    assert dispute_of(work, Side.CLIENT).state == "OPEN"
    closed = {"dispute": again, "author": Side.AGENT, "by": asha.user, "at": NOON}
    assert code_of(lambda: dispute_services.add_message(**closed, text="?")) == "dispute_closed"


def test_what_can_be_disputed(asha: Any, ravi: Any, opportunity: Any, fixed: Any):
    """Decided applications and work, shifts that are over, gigs; within 30 days."""
    application = application_services.apply(opportunity=opportunity, agent=ravi, now=NOON)
    assert code_of(lambda: dispute_of(application)) == "not_disputable_yet"
    application_services.reject(
        application=application, by=owner_of(opportunity.client), at=NOON, reason="Full"
    )
    assert code_of(lambda: dispute_of(application, asked_paise=100)) == "no_money_in_dispute"
    assert dispute_of(application).gig is None
    gig = hire(asha, fixed)
    work = submitted(gig)
    assert code_of(lambda: dispute_of(work)) == "not_disputable_yet"
    assert dispute_of(gig).work is None


def test_a_shift_is_disputed_after_its_end(asha: Any, opportunity: Any):
    """And 30 days later nobody disputes it any more."""
    hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    end = claim.slot.ends_at
    assert code_of(lambda: dispute_of(claim, at=end - DAY)) == "not_disputable_yet"
    assert code_of(lambda: dispute_of(claim, at=end + 31 * DAY)) == "dispute_too_late"
    assert dispute_of(claim, at=end + 30 * DAY).kind == "SHIFT"


def test_amounts_are_bounded(asha: Any, ravi: Any, fixed: Any):
    """An agent asks for no more than the gig pays; a client for no more than was approved."""
    work = rejected(asha, fixed)
    for paise in (0, -1, 5_000_01, 10**15):
        assert code_of(lambda paise=paise: dispute_of(work, asked_paise=paise)) == "ask_too_high"
    assert code_of(lambda: dispute_of(work, Side.CLIENT, asked_paise=100)) == "no_money_in_dispute"
    paid = approved(ravi, fixed)
    assert code_of(lambda: dispute_of(paid, Side.CLIENT, asked_paise=5_000_01)) == "ask_too_high"
    assert dispute_of(paid, Side.CLIENT, asked_paise=5_000_00).asked_paise == 5_000_00


def test_messages_are_limited_and_never_change(asha: Any, fixed: Any):
    """Thirty of a side in a day; the database refuses edits and deletions."""
    dispute = negotiated(rejected(asha, fixed))
    facts = {"dispute": dispute, "author": Side.AGENT, "by": asha.user}
    for number in range(dispute_services.MOST_MESSAGES):
        dispute_services.add_message(**facts, text=f"Message {number}", at=NOON)
    full = {**facts, "text": "One more"}
    assert code_of(lambda: dispute_services.add_message(**full, at=NOON)) == "too_many_messages"
    assert dispute_services.add_message(**full, at=NOON + DAY).text == "One more"
    assert told().count("gigs/dispute_message") == 2  # the owner and the manager, once in a row
    rows = DisputeMessage.objects.filter(dispute=dispute)
    for change in (lambda: rows.update(text="Other"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert code_of(lambda: dispute_services.add_message(**(full | {"text": " "}), at=NOON)) == (
        "text_missing"
    )


def test_a_side_has_few_live_disputes(asha: Any, orchid: Any, opportunity: Any):
    """So that nobody is flooded."""
    gig = hire(asha, opportunity)
    start = 3 * DAY
    claims = [
        seat(asha, make_slot(opportunity, start + number * DAY))
        for number in range(dispute_services.MOST_LIVE)
    ]
    later = NOON + 20 * DAY
    for claim in claims:
        dispute_of(claim, at=later)
    assert code_of(lambda: dispute_of(gig, at=later)) == "too_many_disputes"


def test_staff_open_for_a_side(asha: Any, fixed: Any, staff_without_role: Any):
    """It is recorded that they did; staff who are concerned do not."""
    work = rejected(asha, fixed)
    subject = find_subject("WORK", work.pk)
    assert subject is not None
    facts = {"subject": subject, "side": Side.AGENT, "statement": "She called us.", "at": NOON}
    owner = owner_of(fixed.client)
    assert code_of(lambda: dispute_services.open_for_side(**facts, by=owner)) == "not_impartial"
    dispute = dispute_services.open_for_side(**facts, by=staff_without_role)
    assert (dispute.is_by_staff, dispute.opened_by) == (True, staff_without_role)
    assert told() == ["gigs/dispute_opened"] * 2 + ["gigs/dispute_opened_for_you"]


def test_texts_hold_no_aadhaar_number(asha: Any, fixed: Any):
    """As everywhere."""
    number = "2345 6789 0124"
    work = rejected(asha, fixed)
    assert code_of(lambda: dispute_of(work, statement=f"Ask {number}")) == "full_aadhaar_number"
