"""Kills the processes left by a `manage.py up` that was killed. A script with no local imports.

It reads the ids of process groups from its standard input, which ends when `up` ends for any
reason. It has inherited the lock of the var folder, so the next start waits until it is done.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 5.0


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
    give_up_at = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < give_up_at and groups:
        groups = {group for group in groups if alive(group)}
        time.sleep(0.05)
    for group in filter(alive, groups):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
