"""Confines the sandbox's children: no files, no network, no other processes, no programs.

The fork server calls `isolate()` once, for the namespaces that all of its children share. Each
child calls `Confinement.apply` when everything it needs is loaded and its input is received. From
then on it can compute, allocate memory, start threads, and write its answer to one socket.

The system call filter (seccomp) is what this rests on. Landlock, namespaces, an empty root
directory and another user are added where the kernel and the container allow them, so that
a mistake in one of them does not open the machine.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import seccompy
from seccompy import syscalls

NOBODY = 65534
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = (
    0x0400_0000,
    0x0800_0000,
    0x1000_0000,
    0x4000_0000,
)
CLONE_THREAD, PROT_EXEC, AT_EMPTY_PATH = 0x0001_0000, 0x4, 0x1000
F_GETFD, F_SETFD, F_GETFL = 1, 2, 3
CAPABILITY_VERSION_3 = 0x2008_0522
#: The same numbers on all architectures.
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
#: Access rights that a Landlock version knows: to files, to TCP ports, and what it can isolate
#: (abstract sockets and signals).
LANDLOCK_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
LANDLOCK_NETWORK, LANDLOCK_SCOPES = (4, 0b11), (6, 0b11)
CAPSET = {"x86_64": 126, "aarch64": 91}
FILES_OPEN = 16

#: Memory, threads, clocks, and the end of the process: what computing needs. Ordered by use.
ALLOWED = (
    "futex", "mmap", "munmap", "mprotect", "madvise", "mremap", "brk", "read", "write", "sendto",
    "recvfrom", "readv", "writev", "lseek", "fstat", "newfstatat", "close", "poll", "ppoll",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "times", "getrusage", "getrandom", "sched_yield", "sched_getaffinity", "getcpu", "membarrier",
    "clone", "set_robust_list", "set_tid_address", "rseq", "rt_sigprocmask", "rt_sigreturn",
    "sigaltstack", "restart_syscall", "getpid", "gettid", "getuid", "geteuid", "getgid",
    "getegid", "uname", "sysinfo", "getrlimit", "prlimit64", "exit", "exit_group",
)  # fmt: skip
#: Conditions on their arguments.
MASKED, EQUAL = seccompy.CmpOp.MASKED_EQ, seccompy.CmpOp.EQ
CONDITIONS: dict[str, tuple[seccompy.ArgCmp, ...]] = {
    "mmap": (seccompy.ArgCmp(2, MASKED, 0, PROT_EXEC),),
    "mprotect": (seccompy.ArgCmp(2, MASKED, 0, PROT_EXEC),),
    "clone": (seccompy.ArgCmp(0, MASKED, CLONE_THREAD, CLONE_THREAD),),
    "newfstatat": (seccompy.ArgCmp(3, MASKED, AT_EMPTY_PATH, AT_EMPTY_PATH),),
    "sendto": (seccompy.ArgCmp(4, EQUAL, 0),),
    "prlimit64": (seccompy.ArgCmp(0, EQUAL, 0), seccompy.ArgCmp(2, EQUAL, 0)),
}
#: Libraries take another way when these do not exist; a refusal would be an error to them.
ABSENT = ("clone3", "faccessat2", "statx", "openat2")


class ConfinementError(Exception):
    """The system calls of this process cannot be filtered."""


def is_supported() -> bool:
    """Whether this machine can filter system calls."""
    try:
        return seccompy.supported() and bool(syscalls.arch())
    except (seccompy.SeccompError, OSError, ValueError):
        return False


def landlock_version() -> int:
    """The version of Landlock in the kernel; 0 without it."""
    return max(0, _libc().syscall(LANDLOCK_CREATE_RULESET, None, 0, 1))


class Confinement:
    """What a child applies to itself; prepared once in the fork server.

    When not `required`, a machine without system call filters does without them: for development.
    """

    def __init__(self, *, required: bool) -> None:
        self.required = required
        self.filter = _filter() if is_supported() else None
        self.parent = os.getpid()
        self.nowhere = _open_empty_directory()
        self.null = os.open(os.devnull, os.O_RDWR)

    def apply(self, keep: int) -> None:
        """Confine this process to the file descriptor `keep`. Raises `ConfinementError`."""
        if self.filter is None and self.required:
            raise ConfinementError
        os.environ.clear()
        for stream in range(3):
            os.dup2(self.null, stream)
        if self.filter is None:
            return
        _best_effort(lambda: os.fchdir(self.nowhere), lambda: os.chroot("."))
        _close_all_but(keep)
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES_OPEN, FILES_OPEN))
        _drop_privileges()
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        _restrict_by_landlock(landlock_version())
        prctl(PR_SET_DUMPABLE, 0)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self.parent:  # it ended before the line above
            raise ConfinementError
        try:
            self.filter.load()
        except seccompy.SeccompError as fault:
            raise ConfinementError from fault


def isolate() -> None:
    """Move this process to a network without interfaces, where that is allowed.

    As root without a user namespace, so that children can become another user; else with one.
    """
    apart = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0 and _libc().unshare(apart) == 0:
        return
    if _libc().unshare(apart | CLONE_NEWUSER) == 0:
        _best_effort(
            lambda: Path("/proc/self/setgroups").write_text("deny"),
            lambda: Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1"),
            lambda: Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1"),
        )


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process."""
    if _libc().prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _filter() -> seccompy.Filter:
    """The allow-list; everything else fails with EPERM, and a foreign ABI ends the process."""
    allowed = seccompy.Filter(default=int(seccompy.Action.ERRNO) | errno.EPERM)
    arm = syscalls.arch() == "aarch64"
    known = syscalls.AARCH64_SYSCALLS if arm else syscalls.X86_64_SYSCALLS
    for name in ALLOWED:
        if name in known:
            allowed.allow(name, args=CONDITIONS.get(name))
    for command in (F_GETFD, F_SETFD, F_GETFL):
        allowed.allow("fcntl", args={1: command})
    for name in ABSENT:
        if name in known:
            allowed.errno(name, errno.ENOSYS)
    allowed.program  # noqa: B018  compiled here, not in each child
    return allowed


def _open_empty_directory() -> int:
    """A descriptor of a directory that is empty and removed, so that nothing can be put into it."""
    folder = tempfile.mkdtemp()
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    finally:
        Path(folder).rmdir()


def _close_all_but(keep: int) -> None:
    os.closerange(3, keep)
    os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))


def _drop_privileges() -> None:
    """Become nobody, and give up all capabilities."""
    if os.geteuid() == 0:
        _best_effort(
            lambda: os.setgroups([]),
            lambda: os.setresgid(NOBODY, NOBODY, NOBODY),
            lambda: os.setresuid(NOBODY, NOBODY, NOBODY),
        )
    head = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    number = CAPSET.get(platform.machine().lower())
    if number:
        _libc().syscall(number, ctypes.byref(head), ctypes.byref((ctypes.c_uint32 * 6)()))


def _restrict_by_landlock(version: int) -> None:
    """Handle every right that the kernel knows, and grant none."""
    if not version:
        return
    files = (1 << LANDLOCK_RIGHTS.get(version, 16)) - 1
    network = LANDLOCK_NETWORK[1] if version >= LANDLOCK_NETWORK[0] else 0
    scopes = LANDLOCK_SCOPES[1] if version >= LANDLOCK_SCOPES[0] else 0
    rights = (ctypes.c_uint64 * 3)(files, network, scopes)
    size = 24 if scopes else 16 if network else 8
    ruleset = _libc().syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(rights), size, 0)
    if ruleset >= 0:
        _libc().syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


def _best_effort(*steps: Callable[[], object]) -> None:
    """Do each step that the kernel or the container allows."""
    for step in steps:
        with suppress(OSError):
            step()
