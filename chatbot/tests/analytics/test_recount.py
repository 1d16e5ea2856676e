"""Figures of generated conversations equal an independent count, also after late changes."""

from datetime import timedelta

import pytest

from chatbot.analytics import services
from chatbot.analytics.figures import Summary, merge
from chatbot.models import DailyFigures, Message
from chatbot.tests.analytics import recount
from chatbot.tests.analytics.generated_talks import make_talks
from conftest import NOON, make_user
from hitouch.core.india_time import day_of

pytestmark = pytest.mark.django_db
DAYS = 12


def stored():
    """The rows of daily figures that are not empty, as the second count has them."""
    return {
        f"{row.day} {row.language}": recount.flat(row.figures)
        for row in DailyFigures.objects.all()
        if row.figures
    }


def counted_again(now):
    """The second count, of the days until now."""
    today = str(day_of(now))
    found = recount.recount(recount.export(), recount.micros(now))
    return {key: figures for key, figures in found.items() if key[:10] <= today}


def compute(now, first=NOON - timedelta(days=DAYS + 1)):
    services.compute_figures(first=day_of(first), last=day_of(now), now=now)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equal_to_a_second_count(seed):
    """400 conversations of 30 people in 12 days: every figure of every day and language."""
    users = [make_user(f"user{number}") for number in range(30)]
    make_talks(users, 400, since=NOON - timedelta(days=DAYS), days=DAYS, seed=seed)
    compute(NOON)
    expected = counted_again(NOON)
    assert stored() == expected
    outcomes = Summary(merge(row.figures for row in DailyFigures.objects.filter(language="ALL")))
    assert set(outcomes.table("outcomes")) == {
        "FAQ", "SUGGESTION", "FACTS", "AI", "CUSTOM", "TICKET", "UNANSWERED",
    }  # fmt: skip
    assert {"RETURNED", "ASSUMED", "CONFIRMED", "PENDING"} == set(outcomes.table("standings"))


def test_days_computed_by_themselves_are_the_same():
    """A day is the same whether it is computed alone or with others, and when computed again."""
    users = [make_user(f"user{number}") for number in range(10)]
    make_talks(users, 150, since=NOON - timedelta(days=5), days=5, seed=4)
    compute(NOON)
    together = stored()
    DailyFigures.objects.all().delete()
    for number in range(8):
        day = day_of(NOON) - timedelta(days=number)
        for _ in range(2):
            services.compute_figures(first=day, last=day, now=NOON)
    assert stored() == together


def test_late_changes_are_counted():
    """After eight days durability is known, and a late thumb changes its day."""
    users = [make_user(f"user{number}") for number in range(10)]
    make_talks(users, 120, since=NOON - timedelta(days=2), days=2, seed=5)
    compute(NOON)
    early = stored()
    later = NOON + timedelta(days=8)
    services.refresh_figures(now=later)
    assert stored() == counted_again(later) != early
    rated = Message.objects.filter(source="FAQ", feedback="").first()
    much_later = NOON + timedelta(days=40)
    Message.objects.filter(pk=rated.pk).update(feedback="NOT_HELPFUL", feedback_at=much_later)
    services.refresh_figures(now=much_later)
    assert stored() == counted_again(much_later)


def test_percentiles_are_those_of_all_times():
    """Mean and 95th percentile of a range are exact, though days keep only counts."""
    users = [make_user(f"user{number}") for number in range(10)]
    talks = make_talks(users, 200, since=NOON - timedelta(days=6), days=5, seed=6)
    compute(NOON)
    total = Summary(merge(row.figures for row in DailyFigures.objects.filter(language="ALL")))
    for source, times in total.times.items():
        wanted = [
            row.latency_ms
            for row in talks.messages
            if row.latency_ms is not None and source in (row.source, "ALL")
        ]
        assert (times.count, times.p95) == (len(wanted), recount.percentile_95(wanted))
        assert times.mean == pytest.approx(sum(wanted) / len(wanted))
