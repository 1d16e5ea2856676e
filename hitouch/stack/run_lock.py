"""One run at a time on one var folder."""

import fcntl
import os
import time
from pathlib import Path

from hitouch.stack.errors import StackError
from hitouch.stack.paths import Places

# A little longer than the guard's patience with a run that was killed.
PATIENCE = 12.0


def acquire(its: Places) -> int:
    """The open, locked file; whoever inherits it holds the folder too."""
    lock = os.open(its.lock, os.O_RDWR | os.O_CREAT, 0o644)
    give_up_at = time.monotonic() + PATIENCE
    while not try_acquire(lock):
        refuse_if_running(lock, its)
        if time.monotonic() > give_up_at:
            raise StackError(f"The last run on {its.var} is still ending: try again in a moment.")
        time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def try_acquire(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def refuse_if_running(lock: int, its: Places) -> None:
    holder = os.pread(lock, 20, 0).decode().strip()
    if holder and is_ours(holder):
        raise StackError(
            f"HitouchCX already runs on {its.var} (process {holder}): end it first, "
            "or set HITOUCH_VAR and HITOUCH_PORT to run a second one."
        )


def is_ours(pid: str) -> bool:
    try:
        return b"manage.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
