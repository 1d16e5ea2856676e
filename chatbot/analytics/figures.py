"""Counts of the figures of a day, their sums, and the rates made of sums.

Counts are nested dictionaries of whole numbers, so that those of a range are the sums of its days
and a percentile of a range is exact: times are kept as how often each occurred.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from chatbot.analytics.episodes import (
    ANSWERED,
    AnswerStanding,
    Durability,
    Episode,
    EpisodeOutcome,
    QuestionTurn,
)
from chatbot.analytics.rows import FigureRows
from chatbot.models.figures import ALL_LANGUAGES
from hitouch.core.india_time import day_of

#: Scores of a ticket that count as satisfied.
SATISFIED_FROM = 4
Path = tuple[str, ...]
Key = tuple[date, str]


class DayCounts:
    """Counts by day and language; each is added to all languages as well."""

    def __init__(self) -> None:
        self.by_key: dict[Key, Counter[Path]] = defaultdict(Counter)

    def add(self, key: Key, *path: str, count: int = 1) -> None:
        """Add to the figure at a path."""
        for language in (key[1], ALL_LANGUAGES):
            self.by_key[key[0], language][path] += count

    def figures(self, day: date, language: str) -> dict[str, Any]:
        """The figures of a day as nested dictionaries."""
        found: dict[str, Any] = {}
        for path, count in self.by_key[day, language].items():
            level = found
            for name in path[:-1]:
                level = level.setdefault(name, {})
            level[path[-1]] = count
        return found


def count_rows(
    rows: FigureRows, turns: Mapping[Any, list[QuestionTurn]], episodes: Iterable[Episode]
) -> DayCounts:
    """Everything that is counted in the days of these rows."""
    counts = DayCounts()
    for conversation_turns in turns.values():
        _count_conversation(counts, conversation_turns)
    for episode in episodes:
        _count_episode(counts, episode)
    _count_support(counts, rows)
    return counts


def _count_conversation(counts: DayCounts, turns: list[QuestionTurn]) -> None:
    first = turns[0].question
    began = day_of(first.at), first.language
    counts.add(began, "conversations")
    counts.add(began, "messages", count=sum(1 + len(turn.replies) for turn in turns))
    for turn in turns:
        key = day_of(turn.question.at), turn.question.language
        reply = turn.first_reply
        counts.add(key, "questions")
        counts.add(key, "replies", reply.source if reply else "NONE")
        if reply and reply.latency_ms is not None:
            counts.add(key, "milliseconds", reply.source, str(reply.latency_ms))
        for each in turn.replies:
            if each.source == "FAQ":
                counts.add(key, "entries", str(each.entry), "given")
            if each.feedback:
                counts.add(key, "thumbs", each.source, each.feedback)
                if each.source == "FAQ":
                    counts.add(key, "entries", str(each.entry), each.feedback)


def _count_episode(counts: DayCounts, episode: Episode) -> None:
    key = day_of(episode.first.at), episode.first.language
    counts.add(key, "episodes")
    counts.add(key, "outcomes", episode.outcome.value)
    if episode.is_rejected:
        counts.add(key, "rejected")
    answer = episode.answer
    if answer is None:
        return
    if episode.standing:
        counts.add(key, "standings", episode.standing.value)
    if episode.durability:
        counts.add(key, "durability", episode.outcome.value, episode.durability.value)
    topic = str(answer.category) if answer.category else answer.source
    counts.add(key, "topics", topic)


def _count_support(counts: DayCounts, rows: FigureRows) -> None:
    for ticket in rows.tickets:
        key = day_of(ticket.opened_at), ticket.language
        counts.add(key, "tickets")
        if ticket.first_answer_at is not None:
            waited = int((ticket.first_answer_at - ticket.opened_at).total_seconds())
            counts.add(key, "seconds", "TICKET", str(waited))
    for custom in rows.custom_questions:
        key = day_of(custom.opened_at), custom.language
        counts.add(key, "custom_questions")
        if custom.answered_at is not None:
            waited = int((custom.answered_at - custom.opened_at).total_seconds())
            counts.add(key, "seconds", "CUSTOM", str(waited))
    for rating in rows.ratings:
        key = day_of(rating.at), rating.language
        group = "direct" if rating.is_direct else "after_help"
        counts.add(key, "satisfaction", group, "ratings")
        counts.add(key, "satisfaction", group, "points", count=rating.score)
        if rating.score >= SATISFIED_FROM:
            counts.add(key, "satisfaction", group, "satisfied")


def merge(all_figures: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The sums of several figures."""
    total: dict[str, Any] = {}
    for figures in all_figures:
        _add(total, figures)
    return total


def _add(total: dict[str, Any], figures: Mapping[str, Any]) -> None:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            _add(total.setdefault(name, {}), value)
        else:
            total[name] = total.get(name, 0) + value


@dataclass(frozen=True)
class ResponseTimes:
    """Mean and 95th percentile of times, in the unit in which they were counted."""

    count: int
    mean: float | None
    p95: float | None

    @classmethod
    def of(cls, counted: Mapping[str, int]) -> ResponseTimes:
        """The 95th percentile is the smallest time that at least 95 % do not exceed."""
        times = sorted((int(time), count) for time, count in counted.items())
        total = sum(count for _, count in times)
        if not total:
            return cls(0, None, None)
        mean = sum(time * count for time, count in times) / total
        reached = 0
        for time, count in times:
            reached += count
            if reached * 100 >= total * 95:
                return cls(total, mean, time)
        raise AssertionError("the last time reaches the total")


@dataclass(frozen=True)
class Summary:
    """What pages and API show of figures."""

    figures: Mapping[str, Any]

    def count(self, *path: str) -> int:
        """The count at a path; 0 if there is none."""
        level: Any = self.figures
        for name in path:
            level = level.get(name, {}) if isinstance(level, Mapping) else {}
        return level if isinstance(level, int) else 0

    def table(self, *path: str) -> Mapping[str, Any]:
        """The counts below a path."""
        level: Any = self.figures
        for name in path:
            level = level.get(name, {})
        return level if isinstance(level, Mapping) else {}

    @property
    def messages_per_conversation(self) -> float | None:
        return share(self.count("messages"), self.count("conversations"))

    @property
    def faq_hit_rate(self) -> float | None:
        """Questions whose first reply was an entry of the FAQ."""
        return share(self.count("replies", "FAQ"), self.count("questions"))

    @property
    def ai_rate(self) -> float | None:
        """Questions whose first reply was written by the model."""
        return share(self.count("replies", "AI"), self.count("questions"))

    @property
    def escalation_rate(self) -> float | None:
        """Episodes that ended in a ticket."""
        return share(self.count("outcomes", EpisodeOutcome.TICKET), self.count("episodes"))

    @property
    def answered(self) -> int:
        """Episodes that the assistant answered and after which the person did not return."""
        given = sum(self.count("outcomes", outcome) for outcome in ANSWERED)
        return given - self.count("standings", AnswerStanding.RETURNED)

    @property
    def answer_rate(self) -> float | None:
        return share(self.answered, self.count("episodes"))

    @property
    def durable(self) -> int:
        return sum(self.count("durability", each, Durability.DURABLE) for each in ANSWERED)

    @property
    def durable_rate(self) -> float | None:
        """Durable ones of the answered episodes of which 7 days have passed."""
        failed = sum(self.count("durability", each, Durability.NOT_DURABLE) for each in ANSWERED)
        return share(self.durable, self.durable + failed)

    @property
    def helpful_rate(self) -> float | None:
        """Thumbs up of all thumbs."""
        thumbs = self.table("thumbs").values()
        helpful = sum(each.get("HELPFUL", 0) for each in thumbs)
        return share(helpful, helpful + sum(each.get("NOT_HELPFUL", 0) for each in thumbs))

    def satisfied_rate(self, group: str) -> float | None:
        """Ratings of 4 or 5 of tickets: `direct` is the baseline of people alone."""
        return share(
            self.count("satisfaction", group, "satisfied"),
            self.count("satisfaction", group, "ratings"),
        )

    @property
    def satisfied_after_help(self) -> float | None:
        return self.satisfied_rate("after_help")

    @property
    def satisfied_direct(self) -> float | None:
        return self.satisfied_rate("direct")

    @cached_property
    def times(self) -> dict[str, ResponseTimes]:
        """Milliseconds of the assistant's replies by source; `ALL` is all of them."""
        by_source = self.table("milliseconds")
        together = merge(by_source.values())
        return {
            name: ResponseTimes.of(counted)
            for name, counted in {**by_source, "ALL": together}.items()
        }

    @property
    def waits(self) -> dict[str, ResponseTimes]:
        """Seconds until people answered: first answers of tickets, and custom questions."""
        return {name: ResponseTimes.of(counted) for name, counted in self.table("seconds").items()}


def share(part: int, whole: int) -> float | None:
    """The quotient; None without a whole."""
    return part / whole if whole else None
