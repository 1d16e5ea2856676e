"""Rate limits: at most so many attempts in any period of so many seconds (sliding window).

Each attempt is an entry of a sorted set in Valkey. One script removes old entries, counts and
adds, so that parallel requests are counted exactly. When Valkey is down the request is answered
with 503: limits fail closed.
"""

import math
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import redis
from django.conf import settings

from hitouch.core.crypto import keyed_hash
from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import wait_text

#: Removes expired entries, then adds this attempt if the limit allows it.
#: Returns {attempts left or -1, milliseconds to wait}.
SPEND = """
local now, period, tries = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - period)
local used = redis.call('ZCARD', KEYS[1])
if used >= tries then
  local oldest = redis.call('ZRANGE', KEYS[1], used - tries, used - tries, 'WITHSCORES')
  return {-1, tonumber(oldest[2]) + period - now}
end
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('PEXPIRE', KEYS[1], period)
return {tries - used - 1, 0}
"""


class RateLimited(Refusal):
    """The limit is reached; `retry_after` is the number of seconds to wait."""

    code = "too_many_tries"
    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many attempts. Wait {wait_text(retry_after)} and try again.")


@dataclass(frozen=True)
class Attempt:
    """One counted attempt."""

    key: str
    entry: str
    left: int

    def give_back(self) -> None:
        """Uncount the attempt, because it succeeded."""
        _valkey(settings.REDIS_URL).zrem(self.key, self.entry)


@dataclass(frozen=True)
class RateLimit:
    """At most `tries` attempts in any `seconds` seconds, counted separately for each subject."""

    name: str
    tries: int
    seconds: int

    def spend(self, who: str, *, at: datetime) -> Attempt:
        """Count one attempt. Raises `RateLimited` when none are left."""
        key, entry = self._key(who), secrets.token_hex(8)
        now = int(at.timestamp() * 1000)
        arguments = [now, self.seconds * 1000, self.tries, entry]
        left, wait = _script(settings.REDIS_URL)(keys=[key], args=arguments)
        if left < 0:
            raise RateLimited(max(1, math.ceil(wait / 1000)))
        return Attempt(key, entry, left)

    def _key(self, who: str) -> str:
        return f"hitouch:tries:{self.name}:{keyed_hash('limit', who)}"


@cache
def _valkey(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


@cache
def _script(url: str) -> Any:
    return _valkey(url).register_script(SPEND)
