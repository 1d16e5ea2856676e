"""Conversations with Help by chance: every kind of reply, rating, ticket and return.

FigureRows are inserted in bulk, as services of other features would have written them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pgtrigger

from accounts.models import User
from chatbot.models import (
    Conversation,
    CustomQuestion,
    FaqCategory,
    FaqEntry,
    Message,
    MessageSuggestion,
    SatisfactionRating,
    Ticket,
)

LANGUAGES = ("EN", "EN", "EN", "HINGLISH", "HINGLISH", "HI")
SOURCES = ("FAQ", "FAQ", "FAQ", "SUGGESTION", "SUGGESTION", "FACTS", "AI", "SYSTEM", "SYSTEM", "")
FACTS = ("payments", "next_step", "shift")


@dataclass
class Talks:
    """Rows to insert."""

    random: Random
    entries: list[FaqEntry]
    conversations: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    suggestions: list[MessageSuggestion] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    customs: list[CustomQuestion] = field(default_factory=list)
    ratings: list[SatisfactionRating] = field(default_factory=list)

    def add_talk(self, user: User, at: datetime) -> None:
        """One closed conversation of one to five questions."""
        chance, language = self.random, self.random.choice(LANGUAGES)
        talk = Conversation(
            pk=self.uuid(), user=user, mode="CLOSED", language=language, last_at=at, closed_at=at
        )
        self.conversations.append(talk)
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
            if chance.random() < 0.1:
                language = chance.choice(LANGUAGES)
            at = self.add_turn(talk, language, at)
            at += timedelta(seconds=chance.choice((0, 20, 200, 5000)))

    def uuid(self) -> UUID:
        """An id by the seed, so that a seed always gives the same rows."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def add_turn(self, talk: Conversation, language: str, at: datetime) -> datetime:
        """A question with replies, a rating, perhaps a ticket or a custom question."""
        chance = self.random
        asked = self.say(talk, "PERSON", language, at, text=f"question {chance.randrange(50)}")
        source = chance.choice(SOURCES)
        reply = None
        if source:
            at += timedelta(milliseconds=chance.choice((5, 20, 400, 3000)))
            reply = self.say(talk, source, language, at, asked, latency=chance.randrange(1, 900))
            if source == "SUGGESTION":
                at = self.offer(talk, language, at, asked, reply)
        after = at + timedelta(seconds=chance.choice((0, 1, 60, 90_000)))
        if chance.random() < 0.08:
            self.open_ticket(talk.user, talk, language, after)
        elif chance.random() < 0.03:
            self.open_ticket(talk.user, None, language, after)
        if chance.random() < 0.06:
            self.customs.append(
                CustomQuestion(
                    pk=self.uuid(), user=talk.user, conversation=talk, text="?",
                    message=asked if chance.random() < 0.7 else None, language=language,
                    opened_at=after, answer="Yes.", state="OPEN",
                    answered_at=after + timedelta(seconds=chance.randrange(200_000))
                    if chance.random() < 0.6 else None,
                )
            )  # fmt: skip
        return at

    def offer(
        self, talk: Conversation, language: str, at: datetime, asked: Message, reply: Message
    ) -> datetime:
        """Three suggestions, of which one may be chosen."""
        entries = self.random.sample(self.entries, 3)
        chosen = self.random.choice([None, *entries])
        for position, entry in enumerate(entries, 1):
            self.suggestions.append(
                MessageSuggestion(
                    pk=self.uuid(), message=reply, entry=entry, probability=0.4,
                    position=position, chosen_at=at if entry is chosen else None,
                )
            )  # fmt: skip
        if chosen is None:
            return at
        at += timedelta(seconds=5)
        self.say(talk, "FAQ", language, at, asked, entry=chosen)
        return at

    def say(
        self,
        talk: Conversation,
        source: str,
        language: str,
        at: datetime,
        asked: Message | None = None,
        *,
        entry: FaqEntry | None = None,
        latency: int | None = None,
        text: str = "So.",
    ) -> Message:
        """One message, rated in two of five cases if it can be."""
        chance = self.random
        thumb = chance.choice(("", "", "", "HELPFUL", "NOT_HELPFUL"))
        is_rateable = source in ("FAQ", "FACTS", "AI")
        if source == "FAQ" and entry is None:
            entry = chance.choice(self.entries)
        decision = {"topic": chance.choice(FACTS)} if source == "FACTS" else {}
        message = Message(
            pk=self.uuid(), conversation=talk, role="HELP" if asked else "PERSON", source=source,
            language=language, in_reply_to=asked, entry=entry, text=text, decision=decision,
            confidence=0.9 if entry else None, latency_ms=latency, at=at,
            feedback=thumb if is_rateable else "",
            feedback_at=at if thumb and is_rateable else None,
        )  # fmt: skip
        self.messages.append(message)
        return message

    def open_ticket(
        self, user: Any, talk: Conversation | None, language: str, at: datetime
    ) -> None:
        """A ticket, half of them with a first answer, half of these rated."""
        chance = self.random
        answered = at + timedelta(seconds=chance.randrange(300_000))
        topic = chance.choice([None, chance.choice(self.entries).category])
        ticket = Ticket(
            pk=self.uuid(), user=user, conversation=talk, subject="Help", language=language,
            topic=topic, opened_at=at, first_answer_at=answered if chance.random() < 0.5 else None,
        )  # fmt: skip
        self.tickets.append(ticket)
        if ticket.first_answer_at and chance.random() < 0.5:
            self.ratings.append(
                SatisfactionRating(
                    pk=self.uuid(), ticket=ticket, score=chance.randrange(1, 6), at=answered
                )
            )

    def insert(self) -> None:
        """Insert all rows; conversations are closed from the beginning."""
        with pgtrigger.ignore("chatbot.Conversation:state_start"):
            Conversation.objects.bulk_create(self.conversations, batch_size=2000)
        for rows in (
            self.messages, self.suggestions, self.tickets, self.customs, self.ratings,
        ):  # fmt: skip
            if rows:
                type(rows[0])._default_manager.bulk_create(rows, batch_size=2000)


def make_entries(count: int = 12) -> list[FaqEntry]:
    """Entries in three categories."""
    categories = [FaqCategory.objects.create(title=f"Topic {number}") for number in range(3)]
    return [
        FaqEntry.objects.create(category=categories[number % 3], key=f"entry-{number}")
        for number in range(count)
    ]


def make_talks(users: list[User], count: int, *, since: datetime, days: int, seed: int) -> Talks:
    """Insert so many conversations of these users, spread over days."""
    talks = Talks(Random(seed), make_entries())
    for _ in range(count):
        at = since + timedelta(seconds=talks.random.randrange(days * 86_400))
        talks.add_talk(talks.random.choice(users), at)
    talks.insert()
    return talks
