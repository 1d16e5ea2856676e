"""Queries of help: FAQ matching, conversations, tickets and work queues."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.urls import reverse

from accounts.models import User
from chatbot.models import Conversation, FaqCategory, FaqEntry, Message, Ticket, TicketMessage
from hitouch.core.web.queues import WorkQueue, queue_of

#: Minimum score at which an entry is given as the answer. On 201 labelled messages that avoid
#: the entries' own words, all 6 that reached it were correct, and no message without an answer
#: did: precision before recall. Real questions of users belong in `variants`.
ANSWER_FROM = 0.5
#: Minimum lead of the best entry over the second; below it both are suggested instead.
MIN_LEAD = 0.05
#: Minimum score at which an entry is suggested.
OFFER_FROM = 0.25
MAX_SUGGESTIONS = 3
# Compares stems (without stop words). The score is the mean of trigram similarity, which tolerates
# typing errors, and the share of common stems, which measures the subject; the mean separates right
# from wrong answers better than either. The best phrasing of an entry counts.
_MATCH = """
WITH asked AS (
    SELECT tsvector_to_array(to_tsvector('english', %(text)s)) AS stems
), phrasing AS (
    SELECT entry.id, tsvector_to_array(to_tsvector('english', said.text)) AS stems
      FROM chatbot_faqentry entry, unnest(array_append(entry.variants, entry.question)) said(text)
     WHERE entry.is_active
), compared AS (
    SELECT phrasing.id, cardinality(phrasing.stems) + cardinality(asked.stems) AS all_stems,
           cardinality(ARRAY(SELECT unnest(phrasing.stems) INTERSECT SELECT unnest(asked.stems)))
               AS shared,
           similarity(array_to_string(phrasing.stems, ' '), array_to_string(asked.stems, ' '))
               AS alike
      FROM phrasing, asked
), scored AS (
    SELECT id,
           max((alike + coalesce(shared::float / nullif(all_stems - shared, 0), 0)) / 2) AS score
      FROM compared GROUP BY id
)
SELECT entry.*, scored.score
  FROM scored JOIN chatbot_faqentry entry USING (id)
 ORDER BY score DESC, entry.id
 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class FaqMatch:
    """Result of matching a question: a sure answer, or similar questions, or nothing."""

    entry: FaqEntry | None
    confidence: float
    near: list[FaqEntry]


def match_faq(question: str) -> FaqMatch:
    """Match a question against the active entries."""
    text = question.replace("\x00", " ")
    ranked: list[Any] = list(FaqEntry.objects.raw(_MATCH, {"text": text, "limit": MAX_SUGGESTIONS}))
    scores = [float(entry.score) for entry in ranked] + [0.0, 0.0]
    if scores[0] >= ANSWER_FROM and scores[0] - scores[1] >= MIN_LEAD:
        return FaqMatch(ranked[0], scores[0], [])
    return FaqMatch(None, scores[0], [entry for entry in ranked if entry.score >= OFFER_FROM])


def categories() -> QuerySet[FaqCategory]:
    """Categories that have active entries, with these, in the order of the help page."""
    entries = FaqEntry.objects.active().order_by("position", "question")
    filled = FaqCategory.objects.filter(entries__is_active=True).distinct()
    return filled.order_by("position", "title").prefetch_related(Prefetch("entries", entries))


def live_conversation(user: User, *, now: datetime) -> Conversation | None:
    """The user's current conversation, if it has not gone idle."""
    return user.conversations.live(now).order_by("-last_at").first()


def transcript(conversation: Conversation | None) -> QuerySet[Message]:
    """The messages of a conversation, oldest first."""
    rows = Message.objects.filter(conversation=conversation)
    return rows.select_related("entry").order_by("at", "created_at")


def tickets_of(user: User) -> QuerySet[Ticket]:
    """A user's tickets, newest first."""
    return user.tickets.order_by("-opened_at", "id")


def recent_tickets(user: User) -> QuerySet[Ticket]:
    """A user's tickets with `last_at` (newest message), answered ones first."""
    last = TicketMessage.objects.filter(ticket=OuterRef("pk")).order_by("-at").values("at")[:1]
    answered_first = Case(When(state=Ticket.State.WAITING, then=0), default=1)
    return user.tickets.annotate(last_at=Subquery(last)).order_by(answered_first, "-last_at", "id")


def thread(ticket: Ticket) -> QuerySet[TicketMessage]:
    """The messages of a ticket, oldest first."""
    return ticket.messages.select_related("by").order_by("at", "created_at")


def entries_with_usage() -> QuerySet[FaqEntry]:
    """Entries with `given` (times shown) and `helped` (times rated helpful)."""
    return FaqEntry.objects.select_related("category").annotate(
        given=Count("messages"),
        helped=Count("messages", filter=Q(messages__feedback=Message.Feedback.HELPFUL)),
    )


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Work queues of support."""
    url = reverse("admin:chatbot_ticket_changelist") + "?state__in=OPEN,IN_PROGRESS"
    rows, label = Ticket.objects.waiting_for_staff(), "Support tickets to answer"
    return [queue_of(rows, since="opened_at", label=label, url=url, group="Support")]
