"""The case card: what the person asked before the ticket, what was offered, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounts.models import User
from chatbot.desk import queries
from chatbot.faq import queries as faq
from chatbot.models import (
    HelpLanguage,
    Message,
    SatisfactionRating,
    SealedSecret,
    Ticket,
)
from hitouch.core.masking import mask_contact
from hitouch.core.web.humanize import date_text
from onboarding.steps import queries as steps
from proctoring import queries as proctoring

#: Other tickets of the person that the card shows.
MOST_TICKETS = 5


@dataclass(frozen=True)
class OfferedEntry:
    """An FAQ entry that was given as the answer, or suggested."""

    entry_id: UUID
    question: str
    probability: float | None
    is_answer: bool
    was_chosen: bool

    @property
    def percent(self) -> int | None:
        return None if self.probability is None else round(self.probability * 100)


@dataclass(frozen=True)
class AskedQuestion:
    """A message of the person to the assistant, what it answered, and whether that helped."""

    text: str
    at: datetime
    answer: str = ""
    answer_source: str = ""
    offered: Sequence[OfferedEntry] = ()
    feedback: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """What support may know about the person; contacts only in part."""

    name: str
    kind: str
    contacts: list[str]
    status: str
    joined_at: datetime
    clearance: str
    level: str


@dataclass(frozen=True)
class TicketCard:
    """Everything beside the thread."""

    person: PersonFacts
    asked: list[AskedQuestion]
    other_tickets: list[Ticket]
    secrets: list[SealedSecret] = field(default_factory=list)
    satisfaction: SatisfactionRating | None = None


def case_card(ticket: Ticket) -> TicketCard:
    """The card of a ticket, read with a fixed number of queries."""
    others = Ticket.objects.filter(user=ticket.user_id).exclude(pk=ticket.pk)
    return TicketCard(
        person=_person(ticket.user),
        asked=_asked(ticket),
        other_tickets=list(others.order_by("-opened_at", "id")[:MOST_TICKETS]),
        secrets=list(ticket.secrets.order_by("number")),
        satisfaction=SatisfactionRating.objects.filter(ticket=ticket).first(),
    )


def _person(user: User) -> PersonFacts:
    agent = user.agent_or_none
    clearance = steps.clearance_of(agent) if agent else None
    cleared = f"Since {date_text(clearance.cleared_at)}" if clearance else "Not yet"
    return PersonFacts(
        name=user.name,
        kind="Agent" if agent else "Client's member",
        contacts=[mask_contact(contact) for contact in user.contacts],
        status=user.get_status_display(),
        joined_at=user.created_at,
        clearance=cleared if agent else "",
        level=proctoring.best_level(agent) if agent else "",
    )


def _asked(ticket: Ticket) -> list[AskedQuestion]:
    """Questions with their answers, oldest first; what was said later is in the thread."""
    said = [
        message
        for message in queries.transcript(ticket.conversation)
        if message.at <= ticket.opened_at
    ]
    titles = _titles(said)
    found: list[AskedQuestion] = []
    question: Message | None = None
    for message in said:
        if message.is_from_person:
            if question:
                found.append(AskedQuestion(question.text, question.at))
            question = message
        elif question and message.source not in (Message.Source.SYSTEM, Message.Source.STAFF):
            found.append(_answered(question, message, titles))
            question = None
    return [*found, AskedQuestion(question.text, question.at)] if question else found


def _titles(said: Sequence[Message]) -> dict[UUID, str]:
    """The questions of the entries that were given or suggested; staff read English."""
    keys = [message.entry_id for message in said if message.entry_id]
    keys += [offer.entry_id for message in said for offer in message.suggestions.all()]
    answers = faq.answers_of(keys, language=HelpLanguage.EN)
    return {pk: answer.question for pk, answer in answers.items()}


def _answered(question: Message, answer: Message, titles: dict[UUID, str]) -> AskedQuestion:
    offered = [
        OfferedEntry(
            row.entry_id,
            titles.get(row.entry_id, row.entry.key),
            row.probability,
            False,
            row.chosen_at is not None,
        )
        for row in answer.suggestions.all()
    ]
    if answer.entry:
        title = titles.get(answer.entry.pk, answer.entry.key)
        offered.insert(0, OfferedEntry(answer.entry.pk, title, answer.confidence, True, False))
    return AskedQuestion(
        text=question.text,
        at=question.at,
        answer=answer.text,
        answer_source=answer.get_source_display(),
        offered=offered,
        feedback=answer.get_feedback_display() if answer.feedback else "",
    )
