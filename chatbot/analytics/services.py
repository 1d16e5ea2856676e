"""Computes the rows of daily figures. Computing a day again replaces its rows."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from chatbot.analytics import figures
from chatbot.analytics.episodes import DURABLE_AFTER, episodes_of, turns_of
from chatbot.analytics.rows import read_rows
from chatbot.models import (
    CustomQuestion,
    DailyFigures,
    HelpLanguage,
    Message,
    SatisfactionRating,
    Ticket,
)
from chatbot.models.figures import ALL_LANGUAGES
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of, midnight

ONE_DAY = timedelta(days=1)
#: Days that are computed again each night: what becomes known within 7 days changes them.
RECENT_DAYS = DURABLE_AFTER.days + 2
#: Days that are read at a time, which bounds the memory.
DAYS_AT_A_TIME = 31
LANGUAGES = (*HelpLanguage.values, ALL_LANGUAGES)


class WrongRange(Refusal):
    """The first day is after the last, or a day has not begun."""

    code = "wrong_range"
    message = "Choose a first day that is not after the last, and no day of the future."
    status = 422


def compute_figures(*, first: date, last: date, now: datetime) -> int:
    """Compute the figures of the days from `first` to `last`; returns how many were written.

    A day with rows stays as it is once a conversation of it is anonymised: what is known of it
    then is less than what was counted.
    """
    if first > last or last > day_of(now):
        raise WrongRange
    written, day = 0, first
    while day <= last:
        until = min(last, day + (DAYS_AT_A_TIME - 1) * ONE_DAY)
        written += _compute(day, until, now=now)
        day = until + ONE_DAY
    return written


def _compute(first: date, last: date, *, now: datetime) -> int:
    rows = read_rows(first, last)
    turns = turns_of(rows.messages, rows.chosen)
    episodes = episodes_of(turns, rows.tickets, rows.custom_questions, now=now)
    counts = figures.count_rows(rows, turns, episodes)
    kept = _final_days(first, last)
    days = [first + number * ONE_DAY for number in range((last - first).days + 1)]
    DailyFigures.objects.bulk_create(
        [
            DailyFigures(
                day=day, language=language, figures=counts.figures(day, language), computed_at=now
            )
            for day in days
            for language in LANGUAGES
            if day not in kept
        ],
        update_conflicts=True,
        unique_fields=["day", "language"],
        update_fields=["figures", "computed_at", "updated_at"],
    )
    return len(set(days) - kept)


def _final_days(first: date, last: date) -> set[date]:
    """Days with rows of which a conversation is anonymised already."""
    starts_at, ends_at = midnight(first), midnight(last + ONE_DAY)
    moments = Message.objects.filter(
        conversation__anonymised_at__isnull=False, at__gte=starts_at, at__lt=ends_at
    ).values_list("at", flat=True)
    anonymised = {day_of(at) for at in moments.iterator()}
    with_rows = DailyFigures.objects.filter(day__in=anonymised, language=ALL_LANGUAGES)
    return set(with_rows.values_list("day", flat=True))


def refresh_figures(*, now: datetime) -> int:
    """Compute the days that may have changed since they were computed. Idempotent."""
    today = day_of(now)
    recent = {today - number * ONE_DAY for number in range(RECENT_DAYS + 1)}
    days = sorted(recent | _changed_days(now - timedelta(days=2), now))
    return sum(compute_figures(first=first, last=last, now=now) for first, last in _ranges(days))


def _changed_days(since: datetime, now: datetime) -> set[date]:
    """Older days of which something became known since a moment."""
    moments = [
        *Message.objects.filter(feedback_at__gte=since).values_list("at", flat=True),
        *Ticket.objects.filter(Q(first_answer_at__gte=since) | Q(opened_at__gte=since)).values_list(
            "opened_at", flat=True
        ),
        *CustomQuestion.objects.filter(answered_at__gte=since).values_list("opened_at", flat=True),
        *SatisfactionRating.objects.filter(at__gte=since).values_list("at", flat=True),
    ]
    return {day_of(at) for at in moments if at <= now}


def _ranges(days: Iterable[date]) -> list[tuple[date, date]]:
    """Successive days as ranges."""
    ranges: list[tuple[date, date]] = []
    for day in days:
        if ranges and day - ranges[-1][1] == ONE_DAY:
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges


def compute_today(*, now: datetime) -> int:
    """Compute yesterday and today as far as it has gone."""
    today = day_of(now)
    return compute_figures(first=today - ONE_DAY, last=today, now=now)
