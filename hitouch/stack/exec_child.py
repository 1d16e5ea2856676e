"""Becomes another program that ends with its parent; run as a script, it imports nothing of ours.

Usage: child.py PARENT_PID DEATH_SIGNAL UID GID CARRY PROGRAM [ARGUMENT ...]
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS = 1, 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
libc = ctypes.CDLL(None, use_errno=True)


def become(uid: int, gid: int, *, carry: bool) -> None:
    """Give root up; with `carry`, keep only the right to pass closed folders."""
    if carry:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if carry:
        keep_folder_access()


def keep_folder_access() -> None:
    """A clone under /root is closed to the database's user, who still has to read its programs."""
    bit = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    libc.capset(header, sets)
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def main(arguments: list[str]) -> None:
    parent, death_signal, uid, gid, carry = map(int, arguments[:5])
    if uid >= 0:
        become(uid, gid, carry=bool(carry))
    # After the change of user, which clears it.
    libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(arguments[5], arguments[5:])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
