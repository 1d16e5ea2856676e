"""The alarm when one language is answered less often than the others."""

from datetime import timedelta
from math import comb
from random import Random

import pytest

from chatbot.analytics import language_alarm
from chatbot.analytics.language_alarm import LanguageComparison, alarm_name
from chatbot.models import DailyFigures
from conftest import NOON
from hitouch.core.india_time import day_of
from hitouch.core.models import OperationsAlarm, OutboxMessage
from hitouch.core.monitoring import alarms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def put(language: str, episodes: int, answered: int, *, at=NOON - DAY) -> None:
    """Figures of a day, with nothing but answers and passes."""
    outcomes = {"FAQ": answered, "UNANSWERED": episodes - answered}
    DailyFigures.objects.update_or_create(
        day=day_of(at),
        language=language,
        defaults={"figures": {"episodes": episodes, "outcomes": outcomes}, "computed_at": at},
    )


def raised() -> list[str]:
    return list(OperationsAlarm.objects.values_list("name", flat=True))


def test_raised_once_and_cleared(settings):
    """A language behind is told to operations once, not each day, and cleared when it is not."""
    settings.HITOUCH_OPERATIONS_MAIL = "ops@example.com"
    put("EN", 400, 320)
    put("HI", 100, 50)
    for number in range(5):
        language_alarm.check_languages(now=NOON + number * DAY)
    assert raised() == [alarm_name("HI")]
    assert OutboxMessage.objects.filter(template="core/alarm").count() == 1
    assert alarms.work_queues(now=NOON)[0].count == 1
    put("HI", 100, 79)
    language_alarm.check_languages(now=NOON)
    assert raised() == []


@pytest.mark.parametrize(
    ("english", "hindi"),
    [((400, 320), (49, 10)), ((400, 320), (100, 77)), ((40, 32), (100, 20)), ((0, 0), (100, 20))],
    ids=["few", "small", "few-others", "alone"],
)
def test_not_raised(english, hindi):
    """Few episodes, or a small difference, raise nothing."""
    put("EN", *english)
    put("HI", *hindi)
    language_alarm.check_languages(now=NOON)
    assert raised() == []


def test_only_the_last_days_count():
    """Days before the last 14, and today, are left out."""
    put("EN", 400, 320)
    put("HI", 100, 20, at=NOON - 15 * DAY)
    put("HINGLISH", 100, 20, at=NOON)
    assert {each.language: each.episodes for each in language_alarm.comparisons(now=NOON)} == {
        "EN": 400, "HI": 0, "HINGLISH": 0,
    }  # fmt: skip


def fisher(comparison: LanguageComparison) -> float:
    """Fisher's exact test, one-sided, of which the observed case counts half (mid-p)."""
    whole = comparison.episodes + comparison.other_episodes
    answered = comparison.answered + comparison.other_answered
    ways = comb(whole, comparison.episodes)
    chances = [
        comb(answered, count) * comb(whole - answered, comparison.episodes - count) / ways
        for count in range(comparison.answered + 1)
    ]
    return sum(chances) - chances[-1] / 2


def test_agrees_with_an_exact_test():
    """The probability is that of Fisher's exact test, but for the approximation."""
    chance = Random(7)
    for _ in range(300):
        episodes, others = chance.randrange(50, 400), chance.randrange(50, 400)
        rate = chance.uniform(0.3, 0.9)
        answered = sum(chance.random() < rate * 0.9 for _ in range(episodes))
        other_answered = sum(chance.random() < rate for _ in range(others))
        found = LanguageComparison("HI", episodes, answered, others, other_answered)
        assert abs(fisher(found) - found.probability) < 0.02
        if found.is_behind:
            assert fisher(found) < 0.02


def test_equal_rates_raise_few_alarms():
    """When all languages are equal, an alarm is raised in about one of 100 cases at most."""
    chance = Random(8)
    behind = 0
    for _ in range(2000):
        answered = sum(chance.random() < 0.7 for _ in range(120))
        other_answered = sum(chance.random() < 0.7 for _ in range(500))
        behind += LanguageComparison("HI", 120, answered, 500, other_answered).is_behind
    assert behind <= 40
