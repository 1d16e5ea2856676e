"""Queries of help: FAQ matching and conversations."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from chatbot.faq.queries import FaqAnswer, answers_of
from chatbot.models import (
    Conversation,
    FaqText,
    HelpLanguage,
    Message,
)

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
      FROM chatbot_faqentry entry JOIN chatbot_faqphrasing said ON said.entry_id = entry.id
     WHERE entry.is_active AND entry.version_id IS NOT NULL
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
SELECT id, score FROM scored
 ORDER BY score DESC, id
 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class FaqMatch:
    """Result of matching a question: a sure answer, or similar questions, or nothing."""

    entry: FaqAnswer | None
    confidence: float
    near: list[FaqAnswer]


def match_faq(question: str) -> FaqMatch:
    """Match a question against the active entries."""
    text = question.replace("\x00", " ")
    with connection.cursor() as cursor:
        cursor.execute(_MATCH, {"text": text, "limit": MAX_SUGGESTIONS})
        scores = {row[0]: float(row[1]) for row in cursor.fetchall()}
    answers = answers_of(scores, language=HelpLanguage.EN)
    ranked = [(scores[pk], answer) for pk, answer in answers.items()]
    best, second = [*(score for score, _ in ranked), 0.0, 0.0][:2]
    if best >= ANSWER_FROM and best - second >= MIN_LEAD:
        return FaqMatch(ranked[0][1], best, [])
    return FaqMatch(None, best, [answer for score, answer in ranked if score >= OFFER_FROM])


def live_conversation(user: User, *, now: datetime) -> Conversation | None:
    """The user's current conversation, if it has not gone idle."""
    return user.conversations.live(now).order_by("-last_at").first()


def transcript(conversation: Conversation | None) -> QuerySet[Message]:
    """The messages of a conversation, oldest first, with the `question` that was answered."""
    asked = FaqText.objects.filter(version=OuterRef("entry__version"), language=HelpLanguage.EN)
    rows = Message.objects.filter(conversation=conversation)
    rows = rows.annotate(question=Subquery(asked.values("question")[:1]))
    return rows.select_related("entry").order_by("at", "created_at")
