"""Wait for a condition, with one deadline that is long enough for a busy machine."""

import time
from collections.abc import Callable
from typing import TypeVar

#: A wait in vain fails after this long. A wait that succeeds ends as soon as the condition holds.
DEADLINE_SECONDS = 60.0
DEADLINE_MS = DEADLINE_SECONDS * 1000
POLL_SECONDS = 0.02

T = TypeVar("T")


def wait_until(condition: Callable[[], T], explain: Callable[[], str] = str) -> T:
    """Call `condition` until its result is true, and return the result.

    Raises AssertionError after a minute, with the text that `explain` returns.
    """
    give_up_at = time.monotonic() + DEADLINE_SECONDS
    while not (result := condition()):
        assert time.monotonic() < give_up_at, f"not within {DEADLINE_SECONDS:.0f} s\n{explain()}"
        time.sleep(POLL_SECONDS)
    return result
