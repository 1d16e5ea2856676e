"""Replaces itself with another program that ends with its parent. A script with no local imports.

Usage: exec_child.py PARENT_PID DEATH_SIGNAL UID GID BYPASS_PERMISSIONS PROGRAM [ARGUMENT ...]
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS = 1, 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
libc = ctypes.CDLL(None, use_errno=True)


def become(uid: int, gid: int, *, bypass_permissions: bool) -> None:
    """Change to another user; with `bypass_permissions`, keep only CAP_DAC_OVERRIDE."""
    if bypass_permissions:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if bypass_permissions:
        keep_folder_access()


def keep_folder_access() -> None:
    """Keep CAP_DAC_OVERRIDE across exec: the database's user has to read programs under /root."""
    bit = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    libc.capset(header, sets)
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def main(arguments: list[str]) -> None:
    parent, death_signal, uid, gid, bypass_permissions = map(int, arguments[:5])
    if uid >= 0:
        become(uid, gid, bypass_permissions=bool(bypass_permissions))
    # After the change of user, which clears the signal.
    libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(arguments[5], arguments[5:])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
