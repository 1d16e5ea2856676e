"""Appeals: the agent contests an entry or the decision once, and another reviewer answers."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired, Refusal
from proctoring import conf
from proctoring.delivery.locks import lock_sitting
from proctoring.models import Appeal, Observation, ReviewCase, Ruling, Sitting
from proctoring.results import ledger
from proctoring.review import queries, services

LONGEST_TEXT = 1000


class NothingToContest(Refusal):
    """The entry had no consequence, or there is no decision against the agent."""

    code = "nothing_to_contest"
    message = "This had no consequence for you, so there is nothing to contest."


class AlreadyContested(Refusal):
    """Each entry and the decision can be contested once."""

    code = "already_contested"
    message = "You have contested this already. Each entry can be contested once."


class AppealWindowOver(Refusal):
    """The days for an appeal are over."""

    code = "appeal_window_over"
    message = "The time to contest this is over. Write to us from Help."


class AppealTextTooLong(Refusal):
    """The text has more than a thousand characters."""

    code = "text_too_long"
    status = 422
    field = "text"
    message = f"Use at most {LONGEST_TEXT:,} characters."


def can_contest_decision(sitting: Sitting, now: datetime) -> bool:
    """Whether the decision itself can be contested now."""
    return (
        sitting.state in (Sitting.State.UPHELD, Sitting.State.VOIDED)
        and now <= ledger.appeal_until(sitting)
        and not sitting.appeals.filter(observation=None).exists()
    )


@transaction.atomic
def file_appeal(
    *, sitting: Sitting, observation: Observation | None, text: str, by: User, at: datetime
) -> Appeal:
    """Contest an entry, or the decision if no entry is named. A person answers by the due date."""
    text = text.strip()
    if not text:
        raise ReasonRequired("Say what is wrong with it.", code="text_needed", field="text")
    if len(text) > LONGEST_TEXT:
        raise AppealTextTooLong
    locked = lock_sitting(sitting)
    if Appeal.objects.filter(sitting=locked, observation=observation).exists():
        raise AlreadyContested
    _require_contestable(locked, observation, at)
    due_at = at + conf.appeal_answer_time()
    case = services.open_case(locked, reasons=[ReviewCase.Reason.APPEAL], at=at, due_at=due_at)
    appeal = Appeal.objects.create(
        sitting=locked, observation=observation, case=case, text=text, filed_at=at, due_at=due_at
    )
    audit.record_event(by=by, action="appeal.filed", on=appeal, at=at)
    return appeal


def _require_contestable(locked: Sitting, observation: Observation | None, at: datetime) -> None:
    """Raise unless it stands against the agent, and the time is not over."""
    if not locked.is_scored:
        raise NothingToContest
    if observation is None:
        if locked.state not in (Sitting.State.UPHELD, Sitting.State.VOIDED):
            raise NothingToContest
    else:
        ruling = observation.rulings.order_by("-number").first()
        if (
            ruling is None
            or ruling.standing == Ruling.Standing.NOTED
            or ruling.verdict == Ruling.Verdict.DISMISSED
        ):
            raise NothingToContest
    if at > ledger.appeal_until(locked):
        raise AppealWindowOver


@transaction.atomic
def decide_appeal(*, appeal: Appeal, outcome: str, answer: str, by: User, at: datetime) -> Appeal:
    """Answer an appeal. Whoever decided or ruled before may not."""
    locked = lock_sitting(appeal.sitting)
    row = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if row.decided_at is not None:
        raise InvalidTransition
    if queries.is_involved(locked, by) or has_ruled(row, by):
        raise services.OtherReviewerNeeded
    answer = answer.strip()[:LONGEST_TEXT]
    if not answer:
        raise ReasonRequired(
            "Enter an answer. The agent will see it.", code="answer_needed", field="answer"
        )
    case = row.case
    if case is not None and case.decided_at is None:
        services.lock_case(case, by=by, at=at)
    if outcome == Appeal.Outcome.OVERTURNED:
        _overturn(locked, row, answer=answer, by=by, at=at)
    row.outcome, row.answer, row.decided_by, row.decided_at = outcome, answer, by, at
    row.save(update_fields=["outcome", "answer", "decided_by", "decided_at", "updated_at"])
    audit.record_event(by=by, action="appeal.decided", on=row, at=at, new={"outcome": outcome})
    _close_if_done(locked, by=by, at=at)
    services.tell(
        locked,
        "appeal_answered",
        at=at,
        is_overturned=outcome == Appeal.Outcome.OVERTURNED,
        contested="an entry" if row.observation_id else "the decision",
        answer=answer,
    )
    return row


def has_ruled(appeal: Appeal, person: User) -> bool:
    """Whether this person ruled on the contested entry."""
    observation = appeal.observation
    return observation is not None and observation.rulings.filter(by=person).exists()


def _overturn(locked: Sitting, row: Appeal, *, answer: str, by: User, at: datetime) -> None:
    if row.observation is not None:
        services.add_ruling(
            row.observation, verdict=Ruling.Verdict.DISMISSED, reason=answer, by=by, at=at
        )
    elif locked.state != Sitting.State.CLEARED:
        services.clear_locked(locked, by=by, at=at)


def _close_if_done(locked: Sitting, *, by: User, at: datetime) -> None:
    """Close a case that was open for appeals only, once all of them are answered."""
    case = queries.open_case_of(locked)
    is_done = not queries.waiting_appeals(locked).exists()
    if case is None or not is_done or locked.state == Sitting.State.FLAGGED:
        return
    overturned = case.appeals.filter(outcome=Appeal.Outcome.OVERTURNED).exists()
    verdict = ReviewCase.Verdict.CLEAR if overturned else ReviewCase.Verdict.UPHOLD
    reason = "All that the agent contested was answered."
    services.close_case(case, verdict=verdict, reason=reason, by=by, at=at)
