"""What an agent's own record says about each topic, as sentences and links.

Every function reads by the agent who asks, so that no other person's rows can be in an answer, and
returns None where there is nothing to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Agent
from chatbot.personal.intents import Topic
from chatbot.personal.texts import moment, say, word
from gigs.applications import queries as applications_queries
from gigs.shifts import queries as shifts_queries
from gigs.slots import queries as slots_queries
from hitouch.core import money
from hitouch.core.india_time import month_of
from onboarding.dashboard import steps as onboarding_steps
from onboarding.kyc import queries as kyc_queries
from onboarding.payees import queries as payees_queries
from payments.payouts.weekly import next_due
from payments.statements import queries as statements_queries
from proctoring import queries as proctoring_queries

#: How many applications and shifts an answer names.
MAX_LINES = 3


@dataclass(frozen=True)
class Record:
    """Sentences about one topic, and the pages with the whole record."""

    sentences: list[str]
    links: list[dict[str, str]]


def next_step(agent: Agent, language: str, now: datetime) -> Record:
    """The open step of onboarding."""
    steps = onboarding_steps.steps_for(agent, now)
    done = sum(step.state == "done" for step in steps)
    current = next((step for step in steps if step.state == "open"), None)
    if current is None:
        link = _link("work", language, reverse("gigs:opportunities"))
        return Record([say("steps_done", language)], [link])
    key, title = "step_waits" if current.waits else "step", word(f"step.{current.key}", language)
    sentence = say(key, language, step=title, done=done, all=len(steps))
    return Record([sentence], [_link("step", language, current.url)])


def documents(agent: Agent, language: str, now: datetime) -> Record:
    """The state of the documents, and which are needed again."""
    case = kyc_queries.case_of(agent)
    state = case.state if case else "NONE"
    sentences = [say("documents", language, state=word(f"documents.{state}", language))]
    if case and case.state == case.State.IN_REVIEW and case.submitted_at:
        at = moment(case.submitted_at, language)
        sentences.append(say("documents_sent", language, moment=at))
    if case and case.state in case.SENT_BACK:
        asks = kyc_queries.documents_status(case).asks.values()
        names = ", ".join(ask.document.get_kind_display() for ask in asks)
        sentences += [say("documents_asked", language, documents=names)] if names else []
    return Record(sentences, [_link("documents", language, reverse("onboarding:documents"))])


def level(agent: Agent, language: str, now: datetime) -> Record | None:
    """The language level, and how the last assessment stands; None before the first."""
    sitting = proctoring_queries.latest_sitting(agent)
    if sitting is None:
        return None
    found = proctoring_queries.best_level(agent)
    sentences = [say("level", language, level=found)] if found else []
    state = (
        "OPEN" if sitting.is_open
        else "REVIEW" if sitting.is_under_review
        else "GRADING" if sitting.is_pending
        else "COUNTED" if sitting.counts
        else "NOT_COUNTED"
    )  # fmt: skip
    sentences.append(say("assessment", language, state=word(f"assessment.{state}", language)))
    due = proctoring_queries.review_due(sitting) if state == "REVIEW" else None
    if due:
        sentences.append(say("reviewed_until", language, moment=moment(due, language)))
    return Record(sentences, [_link("assessment", language, reverse("onboarding:assessment"))])


def applications(agent: Agent, language: str, now: datetime) -> Record:
    """How many applications wait, and the newest ones with their states."""
    newest = list(applications_queries.newest_answers(agent)[:MAX_LINES])
    if not newest:
        link = _link("work", language, reverse("gigs:opportunities"))
        return Record([say("no_applications", language)], [link])
    counts = applications_queries.application_counts(agent)
    sentences = [
        say("applications", language, pending=counts.pending, accepted=counts.accepted),
        *(
            say(
                "application",
                language,
                title=row.opportunity.title,
                client=row.opportunity.project.client,
                state=word(f"application.{row.state}", language),
            )
            for row in newest
        ),
    ]
    return Record(sentences, [_link("applications", language, reverse("gigs:applications"))])


def shift(agent: Agent, language: str, now: datetime) -> Record:
    """The shift at work, the next one, and when those after it start."""
    running = shifts_queries.running_session(agent)
    ahead = slots_queries.claims_of(agent).ahead(now).order_by("slot__starts_at")
    claims = list(ahead[: MAX_LINES + 1])
    if running:
        claims = [claim for claim in claims if claim.pk != running.claim_id]
    sentences = list[str]()
    if running:
        sentences.append(
            say(
                "at_work",
                language,
                title=running.gig.title,
                client=running.gig.client,
                start=moment(running.started_at, language),
                end=moment(running.claim.slot.ends_at, language),
            )
        )
    if claims:
        first = claims[0]
        sentences.append(
            say(
                "shift",
                language,
                title=first.gig.title,
                client=first.gig.client,
                start=moment(first.slot.starts_at, language),
                end=moment(first.slot.ends_at, language),
            )
        )
    if starts := "; ".join(moment(each.slot.starts_at, language) for each in claims[1:MAX_LINES]):
        sentences.append(say("more_shifts", language, starts=starts))
    url = reverse("gigs:shifts")
    return Record(sentences or [say("no_shift", language)], [_link("shifts", language, url)])


def payments(agent: Agent, language: str, now: datetime) -> Record:
    """The next and the last payment, what is still to come, and what stands in its way."""
    links = [_link("payments", language, reverse("payments:money"))]
    unpaid_first = statements_queries.payments_unpaid_first(agent)
    coming = unpaid_first.filter(paid_at=None).first()
    last = unpaid_first.exclude(paid_at=None).first()
    if coming is None and last is None:
        return Record([say("no_payments", language)], links)
    sums = statements_queries.earnings_of(agent)
    month = statements_queries.earnings_in(month_of(now), agent)
    sentences = list[str]()
    if coming:
        state = word(f"payment.{coming.state}", language)
        amount, gig = money.rupees(coming.net_paise), coming.gig.title
        sentences.append(say("next_payment", language, amount=amount, gig=gig, state=state))
        sentences.append(_amount("still_to_come", language, sums.outstanding_paise))
        if due := next_due(now):
            sentences.append(say("weekly_payouts", language, moment=moment(due, language)))
        if payees_queries.account_in_use(agent, now) is None:
            sentences.append(say("no_account", language))
            links.append(_link("account", language, reverse("onboarding:bank-account")))
    if sums.held_paise:
        sentences.append(_amount("held", language, sums.held_paise))
    if sums.failed_paise:
        sentences.append(_amount("failed", language, sums.failed_paise))
    if last and last.paid_at:
        amount, at = money.rupees(last.net_paise), moment(last.paid_at, language)
        sentences.append(say("last_payment", language, amount=amount, moment=at))
        sentences.append(_amount("paid_this_month", language, month.paid_paise))
    return Record(sentences, links)


def bank_account(agent: Agent, language: str, now: datetime) -> Record:
    """The account that payments go to, masked, and whether it is verified."""
    links = [_link("account", language, reverse("onboarding:bank-account"))]
    status = payees_queries.account_status_of(agent, now)
    if status is None:
        return Record([say("no_bank_account", language)], links)
    state = word(f"account.{status.state}", language)
    sentence = say("bank_account", language, account=status.account.masked, state=state)
    return Record([sentence], links)


READERS: dict[Topic, Callable[[Agent, str, datetime], Record | None]] = {
    Topic.NEXT_STEP: next_step,
    Topic.DOCUMENTS: documents,
    Topic.LEVEL: level,
    Topic.APPLICATIONS: applications,
    Topic.SHIFT: shift,
    Topic.PAYMENTS: payments,
    Topic.BANK_ACCOUNT: bank_account,
}


def _amount(key: str, language: str, paise: int) -> str:
    return say(key, language, amount=money.rupees(paise))


def _link(key: str, language: str, url: str) -> dict[str, str]:
    return {"label": word(f"link.{key}", language), "url": url}
