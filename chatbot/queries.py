"""What help can be asked: the answer to a question, and a person's tickets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.urls import reverse

from accounts.models import User
from chatbot.models import Conversation, FaqCategory, FaqEntry, Message, Ticket, TicketMessage
from hitouch.core.web.queues import WorkQueue

#: At or above this an answer is given. On 201 labelled messages, which avoid the entries' own
#: words, all 6 that reached it were right and none of those without an answer did: it says
#: little, and what it says holds. What people really ask belongs in `variants`.
ANSWER_FROM = 0.5
#: Two entries nearer to each other than this are a doubt, and a doubt is offered, not answered.
MIN_LEAD = 0.05
#: From here on a question is offered.
OFFER_FROM = 0.25
MAX_SUGGESTIONS = 3
# Stems without the words that every question has. Trigrams forgive typing errors, shared stems
# ask for the same subject; the mean of both separates right from wrong better than either. The
# best phrasing of an entry counts.
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
    """What is known about a question: an answer, or questions that come near, or nothing."""

    entry: FaqEntry | None
    confidence: float
    near: list[FaqEntry]


def match_faq(question: str) -> FaqMatch:
    """Look a question up among the active entries. Says nothing when it is not sure."""
    text = question.replace("\x00", " ")
    ranked: list[Any] = list(FaqEntry.objects.raw(_MATCH, {"text": text, "limit": MAX_SUGGESTIONS}))
    scores = [float(entry.score) for entry in ranked] + [0.0, 0.0]
    if scores[0] >= ANSWER_FROM and scores[0] - scores[1] >= MIN_LEAD:
        return FaqMatch(ranked[0], scores[0], [])
    return FaqMatch(None, scores[0], [entry for entry in ranked if entry.score >= OFFER_FROM])


def categories() -> QuerySet[FaqCategory]:
    """Headings with their active entries, in the order of the page."""
    entries = FaqEntry.objects.active().order_by("position", "question")
    filled = FaqCategory.objects.filter(entries__is_active=True).distinct()
    return filled.order_by("position", "title").prefetch_related(Prefetch("entries", entries))


def live_conversation(user: User, *, now: datetime) -> Conversation | None:
    """The conversation that goes on, if it was not left for hours."""
    return user.conversations.live(now).order_by("-last_at").first()


def transcript(conversation: Conversation | None) -> QuerySet[Message]:
    """What was said, in order."""
    said = Message.objects.filter(conversation=conversation)
    return said.select_related("entry").order_by("at", "created_at")


def tickets_of(user: User) -> QuerySet[Ticket]:
    """A person's tickets, newest first."""
    return user.tickets.order_by("-opened_at", "id")


def recent_tickets(user: User) -> QuerySet[Ticket]:
    """A person's tickets with `last_at`; those that wait for the person first."""
    last = TicketMessage.objects.filter(ticket=OuterRef("pk")).order_by("-at").values("at")[:1]
    waits = Case(When(state=Ticket.State.WAITING, then=0), default=1)
    return user.tickets.annotate(last_at=Subquery(last)).order_by(waits, "-last_at", "id")


def thread(ticket: Ticket) -> QuerySet[TicketMessage]:
    """The messages of a ticket, in order."""
    return ticket.messages.select_related("by").order_by("at", "created_at")


def entries_with_usage() -> QuerySet[FaqEntry]:
    """Entries with how often each was given and how often it helped, counted from messages."""
    return FaqEntry.objects.select_related("category").annotate(
        given=Count("messages"),
        helped=Count("messages", filter=Q(messages__feedback=Message.Feedback.HELPFUL)),
    )


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Tickets that wait for support."""
    tickets = Ticket.objects.waiting_for_staff()
    found = tickets.aggregate(count=Count("pk"), oldest=Min("opened_at"))
    url = reverse("admin:chatbot_ticket_changelist") + "?state__in=OPEN,IN_PROGRESS"
    return [WorkQueue("Support tickets to answer", found["count"], found["oldest"], url, "Support")]
