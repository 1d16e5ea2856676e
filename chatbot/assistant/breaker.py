"""The circuit breaker of the language model: after failures it is not asked for a while.

One state for all processes, in Valkey: `failures` in a row and `until` when no call is made
(milliseconds). After that time one call is a trial; its success closes the breaker.
"""

from datetime import datetime
from functools import cache
from typing import Any

import redis
from django.conf import settings

from chatbot.assistant.budget import valkey

KEY = "hitouch:help-model:breaker"
TRIAL_KEY = "hitouch:help-model:trial"
#: So many failures in a row open the breaker, for the first of these times; each failed trial
#: doubles it up to the longest.
MOST_FAILURES = 3
FIRST_SECONDS = 30
LONGEST_SECONDS = 600
TRIAL_SECONDS = 15
KEPT_SECONDS = 3600
ALLOWS = """
local until_ms = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if until_ms == 0 then return 1 end
if until_ms > tonumber(ARGV[1]) then return 0 end
return redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[2]) and 1 or 0
"""
FAILED = """
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local seconds = tonumber(ARGV[2])
if failures >= tonumber(ARGV[3]) then
  local longer = tonumber(ARGV[4]) * 2 ^ math.min(failures - tonumber(ARGV[3]), 10)
  seconds = math.max(seconds, math.min(longer, tonumber(ARGV[5])))
end
if seconds > 0 then
  redis.call('HSET', KEYS[1], 'until', string.format('%d', tonumber(ARGV[1]) + seconds * 1000))
end
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('DEL', KEYS[2])
return seconds
"""


def allows(*, now: datetime) -> bool:
    """Whether a call may be made. Raises `redis.RedisError` when Valkey does not answer."""
    return bool(
        _script(settings.REDIS_URL, ALLOWS)(keys=[KEY, TRIAL_KEY], args=[_ms(now), TRIAL_SECONDS])
    )


def record_success() -> None:
    """Close the breaker: the model has given a valid answer."""
    valkey().delete(KEY, TRIAL_KEY)


def record_failure(*, now: datetime, retry_after: int = 0) -> None:
    """Count a failure. A server that named a time is not asked before it."""
    _script(settings.REDIS_URL, FAILED)(
        keys=[KEY, TRIAL_KEY],
        args=[_ms(now), retry_after, MOST_FAILURES, FIRST_SECONDS, LONGEST_SECONDS, KEPT_SECONDS],
    )


def is_open(*, now: datetime) -> bool:
    """Whether no call is made now."""
    until = valkey().hget(KEY, "until")
    return until is not None and int(until) > _ms(now)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@cache
def _script(url: str, text: str) -> Any:
    client = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
    return client.register_script(text)
