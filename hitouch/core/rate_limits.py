"""How often something may be tried: never more than so many times in any stretch of seconds.

Each try is one entry of a sorted set in Valkey, looked at, counted and added in one script, so
that a hundred at once count exactly (a counter that is read and then written lets more pass).
When Valkey is down nothing can be counted and the door answers 503: limits fail closed.
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

#: Forget what has left the stretch; then add this try, or say in how many milliseconds there is
#: room again. Answers {tries left or -1, milliseconds to wait}.
SPEND = """
local now, stretch, tries = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - stretch)
local used = redis.call('ZCARD', KEYS[1])
if used >= tries then
  local oldest = redis.call('ZRANGE', KEYS[1], used - tries, used - tries, 'WITHSCORES')
  return {-1, tonumber(oldest[2]) + stretch - now}
end
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('PEXPIRE', KEYS[1], stretch)
return {tries - used - 1, 0}
"""


class RateLimited(Refusal):
    """The limit is reached; `retry_after` says how many seconds to wait."""

    code = "too_many_tries"
    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many attempts. Wait {wait_text(retry_after)} and try again.")


@dataclass(frozen=True)
class Attempt:
    """One try that was counted."""

    key: str
    entry: str
    left: int

    def give_back(self) -> None:
        """Count it no longer: it turned out right."""
        _valkey(settings.REDIS_URL).zrem(self.key, self.entry)


@dataclass(frozen=True)
class RateLimit:
    """So many tries in any so many seconds, for each who is counted by itself."""

    name: str
    tries: int
    seconds: int

    def spend(self, who: str, *, at: datetime) -> Attempt:
        """Count one try, or refuse with `TooManyTries` when there are none left."""
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
