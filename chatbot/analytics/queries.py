"""Figures of Help for pages and API: of a range of days, in one language or in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Func, JSONField, Value

from chatbot.analytics.figures import ResponseTimes, Summary, merge
from chatbot.models import DailyFigures, FaqCategory, FaqEntry, HelpLanguage
from chatbot.models.figures import ALL_LANGUAGES
from hitouch.core.india_time import day_of

#: Days that are shown unless others are chosen, until yesterday; and the most that can be chosen.
USUAL_DAYS = 28
MOST_DAYS = 366
#: A plot of more days than this shows weeks.
MOST_BARS = 62
MOST_TOPICS = 15
MOST_ENTRIES = 15
WEEK = 7
ONE_DAY = timedelta(days=1)
SOURCE_LABELS = {
    "FAQ": "FAQ",
    "SUGGESTION": "Suggestions",
    "FACTS": "Own record",
    "AI": "AI",
    "SYSTEM": "No answer",
    "STAFF": "Staff",
    "ALL": "All replies of Help",
    "TICKET": "First answer to a ticket",
    "CUSTOM": "Answer to a custom question",
}


@dataclass(frozen=True)
class FiguresPeriod:
    """One day, or a week of a long range."""

    first: date
    last: date
    summary: Summary

    @property
    def name(self) -> str:
        """Such as "3 Nov", of a week its first day."""
        return f"{self.first.day} {self.first:%b}"


@dataclass(frozen=True)
class TopicCount:
    """Answered episodes about a category, or from one source without a category."""

    name: str
    count: int


@dataclass(frozen=True)
class EntryCount:
    """How often an entry was given, and its thumbs."""

    question: str
    given: int
    helpful: int
    not_helpful: int


@dataclass(frozen=True)
class RangeFigures:
    """The figures of a range."""

    first: date
    last: date
    language: str
    total: Summary
    periods: Sequence[FiguresPeriod]
    by_language: Mapping[str, Summary]
    #: When the oldest row of the range was computed; None if there is none.
    computed_at: datetime | None

    @property
    def is_weekly(self) -> bool:
        return any(period.first != period.last for period in self.periods)


def usual_range(now: datetime) -> tuple[date, date]:
    """The days until today that are shown unless others are chosen."""
    today = day_of(now)
    return today - (USUAL_DAYS - 1) * ONE_DAY, today


def figures_of(first: date, last: date, language: str = "") -> RangeFigures:
    """The figures of a range, in two queries."""
    language = language or ALL_LANGUAGES
    rows = DailyFigures.objects.filter(day__range=(first, last), language=language)
    by_day: dict[date, Mapping[str, Any]] = {}
    computed = []
    for day, figures, computed_at in rows.values_list("day", "figures", "computed_at"):
        by_day[day] = figures
        computed.append(computed_at)
    return RangeFigures(
        first=first,
        last=last,
        language=language,
        total=Summary(merge(by_day.values())),
        periods=_periods(first, last, by_day),
        by_language=by_language(first, last),
        computed_at=min(computed, default=None),
    )


def by_language(first: date, last: date) -> dict[str, Summary]:
    """The figures of each language, without its times and entries, which are most of a row."""
    rows = DailyFigures.objects.filter(day__range=(first, last)).exclude(language=ALL_LANGUAGES)
    small = Func(
        "figures",
        Value("milliseconds"),
        Value("entries"),
        arg_joiner=" - ",
        template="(%(expressions)s)",
        output_field=JSONField(),
    )
    found: dict[str, list[Mapping[str, Any]]] = {name: [] for name in HelpLanguage.values}
    for name, figures in rows.annotate(small=small).values_list("language", "small"):
        found[name].append(figures)
    return {name: Summary(merge(figures)) for name, figures in found.items()}


def _periods(
    first: date, last: date, by_day: Mapping[date, Mapping[str, Any]]
) -> list[FiguresPeriod]:
    days = (last - first).days + 1
    length = WEEK if days > MOST_BARS else 1
    found = []
    for number in range(0, days, length):
        begins = first + number * ONE_DAY
        ends = min(last, begins + (length - 1) * ONE_DAY)
        inside = [
            by_day[day]
            for offset in range((ends - begins).days + 1)
            if (day := begins + offset * ONE_DAY) in by_day
        ]
        found.append(FiguresPeriod(begins, ends, Summary(merge(inside))))
    return found


def topics_of(total: Summary) -> list[TopicCount]:
    """What was answered most, by category; answers without one by their source."""
    counts = total.table("topics")
    titles = {str(pk): title for pk, title in FaqCategory.objects.values_list("pk", "title")}
    found = [
        TopicCount(titles.get(name) or SOURCE_LABELS.get(name, "Deleted category"), count)
        for name, count in counts.items()
    ]
    return sorted(found, key=lambda topic: (-topic.count, topic.name))[:MOST_TOPICS]


def entries_of(total: Summary) -> list[EntryCount]:
    """The entries that were given most, with their thumbs."""
    counts = total.table("entries")
    given = sorted(counts, key=lambda name: (-counts[name].get("given", 0), name))[:MOST_ENTRIES]
    names = {str(row.pk): str(row) for row in FaqEntry.objects.filter(pk__in=given)}
    return [
        EntryCount(
            names.get(name, "Deleted entry"),
            counts[name].get("given", 0),
            counts[name].get("HELPFUL", 0),
            counts[name].get("NOT_HELPFUL", 0),
        )
        for name in given
    ]


def times_of(total: Summary) -> list[tuple[str, ResponseTimes]]:
    """Response times in seconds by source, those of people last."""
    order = list(SOURCE_LABELS)
    known = {name: _in_seconds(times) for name, times in total.times.items()} | total.waits
    found = sorted(known.items(), key=lambda pair: order.index(pair[0]))
    return [(SOURCE_LABELS[name], times) for name, times in found if times.count]


def _in_seconds(times: ResponseTimes) -> ResponseTimes:
    if times.mean is None or times.p95 is None:
        return times
    return ResponseTimes(times.count, times.mean / 1000, times.p95 / 1000)
