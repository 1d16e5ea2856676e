"""Wait for a condition, with one deadline that is long enough for a busy machine."""

import time
from collections.abc import Callable
from typing import TypeVar

#: A wait in vain fails after this long. A wait that succeeds ends as soon as the condition holds.
DEADLINE_SECONDS = 60.0
DEADLINE_MS = DEADLINE_SECONDS * 1000

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T],
    explain: Callable[[], str] = str,
    *,
    seconds: float = DEADLINE_SECONDS,
    every: float = 0.02,
) -> T:
    """Call `condition` until its result is true, and return the result.

    Raises AssertionError when `seconds` are over, with the text that `explain` returns.
    """
    give_up_at = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < give_up_at, f"not within {seconds:.0f} s\n{explain()}"
        time.sleep(every)
    return result
