"""Rate limits: exact under concurrency, in any sliding window."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import redis
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOON
from hitouch.core.rate_limits import Attempt, RateLimit, RateLimited


def valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


FIVE = RateLimit("test", tries=5, seconds=60)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def passes(limit: RateLimit, who: str, moment: datetime) -> bool:
    try:
        limit.spend(who, at=moment)
    except RateLimited:
        return False
    return True


@pytest.mark.parametrize("tries", [1, 2, 5, 30])
def test_sixty_at_once_count_exactly(tries: int) -> None:
    """Of sixty concurrent attempts exactly the limit passes."""
    limit = RateLimit(f"test-{tries}", tries=tries, seconds=60)
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lambda _: passes(limit, "who", NOON), range(60))) == tries


def test_retry_after_is_correct() -> None:
    """The refusal gives the seconds until the next attempt is allowed."""
    for second in range(5):
        FIVE.spend("who", at=at(second * 10))
    with pytest.raises(RateLimited) as refused:
        FIVE.spend("who", at=at(45))
    assert refused.value.retry_after == 15
    assert "15 seconds" in str(refused.value)
    assert not passes(FIVE, "who", at(59.9))
    assert passes(FIVE, "who", at(60))


def test_each_is_counted_alone() -> None:
    """Limits are counted per name and per limit."""
    for _ in range(5):
        FIVE.spend("who", at=NOON)
    assert passes(FIVE, "other", NOON)
    assert passes(RateLimit("test-b", tries=5, seconds=60), "who", NOON)


def test_successful_attempts_are_not_counted() -> None:
    """A returned attempt is not counted; the others are."""
    spent: list[Attempt] = [FIVE.spend("who", at=NOON) for _ in range(5)]
    spent[2].give_back()
    spent[2].give_back()
    assert passes(FIVE, "who", NOON)
    assert not passes(FIVE, "who", NOON)


def test_names_are_not_kept() -> None:
    """Valkey holds neither contacts nor addresses."""
    FIVE.spend("asha@example.com", at=NOON)
    assert not [key for key in valkey().scan_iter() if b"asha" in key]


@given(st.lists(st.floats(0, 300), min_size=1, max_size=60))
def test_no_stretch_ever_holds_more(moments: list[float]) -> None:
    """No window of sixty seconds has more than five successful attempts."""
    valkey().flushdb()
    passed = [second for second in sorted(moments) if passes(FIVE, "who", at(second))]
    for begin in passed:
        assert sum(begin <= second < begin + 59.99 for second in passed) <= 5
