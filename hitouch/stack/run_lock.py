"""The lock that allows one `manage.py up` per var folder."""

import fcntl
import os
import time
from pathlib import Path

from hitouch.stack.errors import StackError
from hitouch.stack.paths import StackPaths

# Longer than orphan_reaper needs after a run that was killed.
TIMEOUT_SECONDS = 12.0


def acquire(paths: StackPaths) -> int:
    """The descriptor of the locked file; a child that inherits it holds the lock too."""
    lock = os.open(paths.lock, os.O_RDWR | os.O_CREAT, 0o644)
    give_up_at = time.monotonic() + TIMEOUT_SECONDS
    while not try_acquire(lock):
        refuse_if_running(lock, paths)
        if time.monotonic() > give_up_at:
            raise StackError(f"The last run on {paths.var} is still ending: try again in a moment.")
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


def refuse_if_running(lock: int, paths: StackPaths) -> None:
    holder = os.pread(lock, 20, 0).decode().strip()
    if holder and is_manage_py(holder):
        raise StackError(
            f"HitouchCX already runs on {paths.var} (process {holder}): end it first, "
            "or set HITOUCH_VAR and HITOUCH_PORT to run a second one."
        )


def is_manage_py(pid: str) -> bool:
    try:
        return b"manage.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
