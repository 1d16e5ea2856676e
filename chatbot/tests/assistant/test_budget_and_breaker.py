"""Budget and circuit breaker of the language model."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis

from chatbot.assistant import breaker, budget
from chatbot.tests.assistant.conftest import forget
from conftest import NOON


@pytest.fixture(autouse=True)
def fresh(settings: Any) -> Iterator[None]:
    """Nothing counted before or after a test."""
    valkey = settings.REDIS_URL
    forget()
    yield
    forget(valkey)


def test_a_person_has_a_budget_a_day(settings: Any) -> None:
    """Beyond the person's tokens of a day nothing is reserved; the next day it is again."""
    settings.HITOUCH_HELP_MODEL_TOKENS_PER_PERSON_A_DAY = 1000
    assert budget.reserve("a", 600, now=NOON)
    assert budget.reserve("a", 600, now=NOON) is None
    assert budget.reserve("b", 600, now=NOON)
    assert budget.reserve("a", 600, now=NOON + timedelta(days=1))


def test_all_people_have_a_budget_together(settings: Any) -> None:
    """Twenty at the same time do not pass the limit together."""
    settings.HITOUCH_HELP_MODEL_TOKENS_A_DAY = 1000
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: budget.reserve(str(n), 100, now=NOON), range(20)))
    assert sum(each is not None for each in made) == 10
    assert budget.used_today(NOON) == 1000


def test_a_call_counts_what_it_used() -> None:
    """The reservation is corrected; an unknown use keeps the estimate."""
    first, second = budget.reserve("a", 600, now=NOON), budget.reserve("a", 300, now=NOON)
    assert first
    assert second
    first.settle(200)
    second.settle(0)
    assert budget.used_today(NOON) == 500


def test_three_failures_open_the_breaker() -> None:
    """Then nothing is asked for a while; one trial follows, whose failure doubles the time."""
    for _ in range(2):
        breaker.record_failure(now=NOON)
    assert breaker.allows(now=NOON)
    breaker.record_failure(now=NOON)
    assert not breaker.allows(now=NOON + timedelta(seconds=29))
    later = NOON + timedelta(seconds=31)
    assert breaker.allows(now=later)
    assert not breaker.allows(now=later), "only one trial"
    breaker.record_failure(now=later)
    assert not breaker.allows(now=later + timedelta(seconds=59))
    assert breaker.allows(now=later + timedelta(seconds=61))


def test_a_success_closes_the_breaker() -> None:
    """Failures count only in a row."""
    for _ in range(2):
        breaker.record_failure(now=NOON)
    breaker.record_success()
    breaker.record_failure(now=NOON)
    assert breaker.allows(now=NOON)


def test_a_named_time_is_kept() -> None:
    """A server that says when to come back is not asked before."""
    breaker.record_failure(now=NOON, retry_after=60)
    assert breaker.is_open(now=NOON + timedelta(seconds=59))
    assert not breaker.is_open(now=NOON + timedelta(seconds=61))


def test_without_valkey_nothing_is_allowed(settings: Any) -> None:
    """Both fail with Valkey's error, which means that the model is not asked."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(redis.RedisError):
        breaker.allows(now=NOON)
    with pytest.raises(redis.RedisError):
        budget.reserve("a", 1, now=NOON)
