"""Reads of conversations: the current one, and its thread as the user sees it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from chatbot.desk import wording as desk_wording
from chatbot.faq import queries as faq
from chatbot.models import Conversation, HelpPreference, Message, MessageSuggestion
from chatbot.models.conversations import IDLE_AFTER

Mode = Conversation.Mode
IN_A_TICKET = (Mode.WAITING, Mode.PERSON)
#: Messages in one view of a thread.
PAGE_SIZE = 50
#: Messages before the question that the assistant is told.
HISTORY = 10
#: From then on a page shows no dots any more; see `services.PENDING_FOR`, when a sweep answers.
TYPING_FOR = timedelta(seconds=12)
#: The kinds of a line of the site after which custom question and person are offered.
OFFERING = ("PASS", "NONE_OF_THESE", "NOT_HELPFUL", "FAILED")


@dataclass(frozen=True)
class Suggestion:
    """A question that was offered with "did you mean"."""

    entry_id: UUID
    question: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class ThreadItem:
    """One message of a thread.

    `author` is YOU, ASSISTANT, SUPPORT or SYSTEM. `offers` says whether to offer the team and a
    person below it.
    """

    id: UUID
    author: str
    text: str
    at: datetime
    name: str = ""
    source: str = ""
    language: str = ""
    heading: str = ""
    heading_url: str = ""
    links: Sequence[dict[str, str]] = ()
    suggestions: Sequence[Suggestion] = ()
    is_rateable: bool = False
    feedback: str = ""
    offers: bool = False


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A conversation as its user sees it, oldest message first."""

    conversation: Conversation | None = None
    items: Sequence[ThreadItem] = ()
    has_earlier: bool = False
    mode: str = Mode.BOT
    answered_by: str = ""
    is_typing: bool = False
    is_late: bool = False

    @property
    def stamp(self) -> str:
        """A mark that differs whenever the thread does."""
        parts: list[Any] = [self.mode, self.answered_by, self.is_typing, self.is_late]
        parts += [(item.id, item.feedback, item.offers) for item in self.items[-5:]]
        parts += [each.is_chosen for item in self.items[-5:] for each in item.suggestions]
        return ":".join(map(str, [self.conversation and self.conversation.pk, *parts]))


def current_conversation(user: User, *, now: datetime) -> Conversation | None:
    """The conversation in which the user's next message goes, if there is one.

    One with the assistant ends when it was idle. One with support goes on while its ticket does.
    """
    open_ones = user.conversations.open().filter(
        Q(mode__in=IN_A_TICKET) | Q(last_at__gt=now - IDLE_AFTER)
    )
    return open_ones.select_related("ticket").first()


def shown_conversation(user: User, *, now: datetime) -> Conversation | None:
    """The current conversation, or one that was closed a short while ago."""
    current = current_conversation(user, now=now)
    if current is not None:
        return current
    recent = user.conversations.filter(last_at__gt=now - IDLE_AFTER)
    return recent.order_by("-last_at").first()


def messages_of(user: User) -> QuerySet[Message]:
    """Messages in the user's conversations."""
    return Message.objects.filter(conversation__user=user).select_related("conversation")


def history(message: Message) -> list[Message]:
    """The last messages before a question, oldest first."""
    before = message.conversation.messages.filter(at__lte=message.at).exclude(pk=message.pk)
    return list(before.order_by("-at", "-created_at")[:HISTORY])[::-1]


def question_of(message: Message) -> Message | None:
    """The user's question that a message answers."""
    found: Message | None = message
    while found is not None and not found.is_from_person:
        found = found.in_reply_to
    return found


def allows_model(user: User) -> bool:
    """Whether the user's messages may be sent to a language model."""
    return not HelpPreference.objects.filter(user=user, allows_model=False).exists()


def thread_of(
    conversation: Conversation | None, *, now: datetime, before: datetime | None = None
) -> Thread:
    """The newest messages of a conversation, or those before a moment."""
    if conversation is None:
        return Thread()
    until = Q(at__lt=before) if before else Q()
    newest = conversation.messages.filter(until).prefetch_related("suggestions")
    rows = list(newest.order_by("-at", "-created_at")[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE][::-1]
    waited = now - conversation.pending_since if conversation.pending_since else None
    items = _items(shown, conversation, is_newest=before is None)
    return Thread(
        conversation=conversation,
        items=items,
        has_earlier=len(rows) > len(shown),
        mode=conversation.mode,
        answered_by=_answered_by(items) if conversation.mode == Mode.PERSON else "",
        is_typing=waited is not None and waited < TYPING_FOR,
        is_late=waited is not None and waited >= TYPING_FOR,
    )


def _answered_by(items: Sequence[ThreadItem]) -> str:
    names = [item.name for item in items if item.name]
    return names[-1] if names else ""


def _items(
    rows: Sequence[Message], conversation: Conversation, *, is_newest: bool
) -> list[ThreadItem]:
    texts, names = _texts(rows), _names(rows)
    last = rows[-1].pk if rows and is_newest and conversation.mode == Mode.BOT else None
    return [_item(row, texts, name=names.get(row.pk, ""), is_last=row.pk == last) for row in rows]


def _names(rows: Sequence[Message]) -> dict[UUID, str]:
    """First names of the members of support who wrote, by message.

    An answer of support is that of the member who joined last.
    """
    joined = {str(row.decision["joined"]) for row in rows if "joined" in row.decision}
    members = User.objects.filter(pk__in=joined).select_related("agent") if joined else []
    by_key = {str(member.pk): member for member in members}
    names, member = {}, None
    for row in rows:
        member = by_key.get(str(row.decision.get("joined")), member)
        is_staff = row.source == Message.Source.STAFF and "custom_question" not in row.decision
        if member and is_staff:
            names[row.pk] = desk_wording.first_name(member, row.language)
    return names


def _texts(rows: Iterable[Message]) -> dict[tuple[UUID, str], faq.FaqAnswer]:
    """The entries that are named in a thread, in the language of the message that names them."""
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        named = wanted.setdefault(row.language, set())
        named.update(each.entry_id for each in row.suggestions.all())
        if row.entry_id:
            named.add(row.entry_id)
    return {
        (answer.entry_id, language): answer
        for language, ids in wanted.items()
        if ids
        for answer in faq.answers_of(ids, language=language).values()
    }


def _item(
    row: Message,
    texts: dict[tuple[UUID, str], faq.FaqAnswer],
    *,
    name: str,
    is_last: bool,
) -> ThreadItem:
    entry = texts.get((row.entry_id, row.language)) if row.entry_id else None
    kind = str(row.decision.get("kind", ""))
    return ThreadItem(
        id=row.pk,
        author=_author(row, kind),
        name=name,
        text=row.text,
        at=row.at,
        source=row.source,
        language=row.language,
        heading=entry.question if entry else "",
        heading_url=reverse("chatbot:answer", args=[entry.key]) if entry else "",
        links=row.links,
        suggestions=_suggestions(row.suggestions.all(), row.language, texts),
        is_rateable=row.is_rateable,
        feedback=row.feedback,
        offers=is_last and kind in OFFERING,
    )


def _author(row: Message, kind: str) -> str:
    if row.is_from_person:
        return "YOU"
    if row.source == Message.Source.STAFF:
        return "SUPPORT"
    is_line = row.source == Message.Source.SYSTEM and kind not in (*OFFERING, "SYSTEM")
    return "SYSTEM" if is_line else "ASSISTANT"


def _suggestions(
    rows: Iterable[MessageSuggestion],
    language: str,
    texts: dict[tuple[UUID, str], faq.FaqAnswer],
) -> list[Suggestion]:
    ordered = sorted(rows, key=lambda row: row.position)
    return [
        Suggestion(row.entry_id, answer.question, row.chosen_at is not None)
        for row in ordered
        if (answer := texts.get((row.entry_id, language)))
    ]
