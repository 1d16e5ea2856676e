"""Ends what is left of a run whose `up` was killed; run as a script, it imports nothing of ours.

It reads process groups from its input. The input ends when `up` does, however that came about.
It holds the lock of the var folder meanwhile, so that the next start waits for the end of this.
"""

import os
import signal
import sys
import time

PATIENCE = 5.0


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> None:
    groups = {int(line) for line in sys.stdin if line.strip()}
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at and groups:
        groups = {group for group in groups if alive(group)}
        time.sleep(0.05)
    for group in filter(alive, groups):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
