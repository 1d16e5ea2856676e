"""How often something may be tried: counters in the cache, one atomic step each.

A window is part of the key, so that a counter never outlives it and the wait is known.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from hitouch.core.crypto import keyed_hash
from hitouch.core.errors import Refusal


class TooManyTries(Refusal):
    """The limit is reached; `retry_after` says how many seconds to wait."""

    code = "too_many_tries"
    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        minutes = max(1, round(retry_after / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"That was tried too often. Wait {wait} and try again.")


@dataclass(frozen=True)
class Limit:
    """So many tries in so many seconds."""

    name: str
    tries: int
    seconds: int

    def _key(self, who: str, at: datetime) -> str:
        window = int(at.timestamp()) // self.seconds
        return f"tries:{self.name}:{keyed_hash('limit', who)}:{window}"

    def spend(self, who: str, *, at: datetime) -> None:
        """Count one try, or refuse when there are none left."""
        key = self._key(who, at)
        cache.add(key, 0, timeout=self.seconds + 60)
        if cache.incr(key) > self.tries:
            raise TooManyTries(self.seconds - int(at.timestamp()) % self.seconds)

    def give_back(self, who: str, *, at: datetime) -> None:
        """Take a try back that turned out right."""
        key = self._key(who, at)
        if cache.get(key, 0) > 0:
            cache.decr(key)


#: Bound to the pair, so that a stranger's wrong tries never lock the owner out.
LOG_IN = Limit("log-in", tries=5, seconds=300)
LOG_IN_FROM_ADDRESS = Limit("log-in-address", tries=30, seconds=60)
#: Reached only with the right password, so it may be bound to the person alone.
SECOND_FACTOR = Limit("second-factor", tries=5, seconds=300)
