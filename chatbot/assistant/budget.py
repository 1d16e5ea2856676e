"""How many tokens of the language model are used: by each person, and in all, on a day in India.

Counters in Valkey. Tokens are reserved before a call and corrected after it, so that parallel
calls cannot pass the limit together. Without Valkey nothing is sent to the model.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import redis
from django.conf import settings

from hitouch.core.crypto import keyed_hash
from hitouch.core.india_time import day_of

KEPT_SECONDS = 2 * 24 * 3600
#: Adds the tokens to both counters, or to none if a limit would be passed. Returns 1 or 0.
RESERVE = """
local tokens = tonumber(ARGV[1])
for place, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') + tokens > tonumber(ARGV[place + 1]) then return 0 end
end
for place, key in ipairs(KEYS) do
  redis.call('INCRBY', key, tokens)
  redis.call('EXPIRE', key, ARGV[4])
end
return 1
"""


@dataclass(frozen=True)
class Reservation:
    """Tokens that were counted before a call."""

    keys: tuple[str, str]
    tokens: int

    def settle(self, used: int) -> None:
        """Correct the counters to what was used; 0 if not known keeps the estimate."""
        if not used or used == self.tokens:
            return
        with valkey().pipeline() as pipeline:
            for key in self.keys:
                pipeline.incrby(key, used - self.tokens)
                pipeline.expire(key, KEPT_SECONDS)
            pipeline.execute()


def reserve(who: str, tokens: int, *, now: datetime) -> Reservation | None:
    """Count the tokens for this person; None if the day's budget does not allow them.

    Raises `redis.RedisError` when Valkey does not answer.
    """
    day = day_of(now).isoformat()
    keys = (
        f"hitouch:help-model:tokens:{day}:{keyed_hash('help-model', who)}",
        f"hitouch:help-model:tokens:{day}",
    )
    limits = [
        settings.HITOUCH_HELP_MODEL_TOKENS_PER_PERSON_A_DAY,
        settings.HITOUCH_HELP_MODEL_TOKENS_A_DAY,
    ]
    done = _script(settings.REDIS_URL)(keys=list(keys), args=[tokens, *limits, KEPT_SECONDS])
    return Reservation(keys, tokens) if done else None


def used_today(now: datetime) -> int:
    """The tokens of all people today."""
    return int(valkey().get(f"hitouch:help-model:tokens:{day_of(now).isoformat()}") or 0)


def valkey() -> redis.Redis:
    """The client of Valkey for budget and breaker."""
    return _client(settings.REDIS_URL)


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)


@cache
def _script(url: str) -> Any:
    return _client(url).register_script(RESERVE)
