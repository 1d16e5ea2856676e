"""Questions to which Help had no answer, grouped by what they ask."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet

from chatbot.matching import grouping
from chatbot.models import CustomQuestion, FaqPhrasing, HelpLanguage, Message
from hitouch.core.india_time import day_of, midnight

#: Days whose questions are grouped each night, and how many of them, the newest.
DAYS = 30
MOST_GROUPED = 500
#: Texts of a group that are shown, and groups on the page.
MOST_SAMPLES = 5
MOST_GROUPS = 50
#: The groups are kept until they are made again; if that fails, for this many seconds.
KEPT_SECONDS = 3 * 86_400


@dataclass(frozen=True)
class UnansweredGroup:
    """Questions that ask the same: how many, from whom, and some of the texts."""

    language: str
    count: int
    people: int
    last_at: datetime
    samples: Sequence[str]
    #: The newest of them, of which a phrasing or a draft is made.
    message: UUID

    @property
    def language_label(self) -> str:
        return HelpLanguage(self.language).label


def unanswered_messages(first: date, last: date, language: str = "") -> QuerySet[Message]:
    """Questions of these days without an answer, or with one that did not help, newest first.

    Left out: those to which nothing was said, as when somebody asked for a person; those that are
    a phrasing of an entry meanwhile; those that staff answered as a custom question and made an
    entry of; and the texts of anonymised conversations.
    """
    answers = Message.objects.filter(in_reply_to=OuterRef("pk"), source__in=["FAQ", "FACTS", "AI"])
    good = answers.exclude(feedback=Message.Feedback.NOT_HELPFUL)
    known = FaqPhrasing.objects.filter(text=OuterRef("text"))
    made = CustomQuestion.objects.filter(message=OuterRef("pk"), entry__isnull=False)
    rows = Message.objects.filter(
        ~Exists(good),
        ~Exists(known),
        ~Exists(made),
        Exists(Message.objects.filter(in_reply_to=OuterRef("pk"))),
        role=Message.Role.PERSON,
        at__gte=midnight(first),
        at__lt=midnight(last + timedelta(days=1)),
    ).exclude(text="")
    if language:
        rows = rows.filter(language=language)
    return rows.order_by("-at", "id")


def group_unanswered(*, now: datetime) -> int:
    """Group the questions of the last days by the matcher; returns the number of groups.

    Takes the encoder some hundredths of a second for each text, so it is done at night, and only
    ids are kept: a text that is erased or anonymised is gone from the groups as well.
    """
    last = day_of(now)
    total = 0
    for language in HelpLanguage.values:
        rows = unanswered_messages(last - timedelta(days=DAYS), last, language)[:MOST_GROUPED]
        found = list(rows.values_list("pk", "text"))
        groups = grouping.group([text for _, text in found])
        ids = [[str(found[number][0]) for number in numbers] for numbers in groups]
        cache.set(_key(language), ids, KEPT_SECONDS)
        total += len(ids)
    return total


def _key(language: str) -> str:
    return f"help-unanswered-groups:{language}"


def groups_of(first: date, last: date, language: str = "") -> list[UnansweredGroup]:
    """The groups of some days, the largest first.

    Questions that were not grouped yet stand with those of the same words.
    """
    rows = unanswered_messages(first, last, language)
    columns = ("pk", "language", "text", "at", "conversation__user")
    by_group: dict[str, list[tuple[UUID, str, str, datetime, UUID | None]]] = defaultdict(list)
    numbers = _numbers()
    for row in rows.values_list(*columns)[: 4 * MOST_GROUPED]:
        by_group[numbers.get(str(row[0])) or f"{row[1]} {_normal(row[2])}"].append(row)
    groups = [_group(found) for found in by_group.values()]
    groups.sort(key=lambda group: (-group.count, -group.last_at.timestamp(), str(group.message)))
    return groups[:MOST_GROUPS]


def group_of(message: Message) -> list[Message]:
    """The question and those that ask the same, as they were grouped at night, newest first."""
    numbers = _numbers()
    own = numbers.get(str(message.pk))
    like = [pk for pk, name in numbers.items() if own is not None and name == own]
    rows = Message.objects.filter(pk__in=like).exclude(text="").order_by("-at", "id")
    return [message, *(row for row in rows if row != message)]


def _numbers() -> dict[str, str]:
    """A name of the group of each message that was grouped."""
    return {
        message: f"{language} group {number}"
        for language in HelpLanguage.values
        for number, ids in enumerate(cache.get(_key(language)) or ())
        for message in ids
    }


def _normal(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _group(rows: Sequence[tuple[UUID, str, str, datetime, UUID | None]]) -> UnansweredGroup:
    samples = list(dict.fromkeys(text for _, _, text, _, _ in rows))
    return UnansweredGroup(
        language=rows[0][1],
        count=len(rows),
        people=len({user for *_, user in rows if user is not None}),
        last_at=rows[0][3],
        samples=samples[:MOST_SAMPLES],
        message=rows[0][0],
    )


def unanswered_message(pk: UUID) -> QuerySet[Message]:
    """A question of which the text is still there, whatever its day."""
    return Message.objects.filter(pk=pk, role=Message.Role.PERSON).exclude(text="")
