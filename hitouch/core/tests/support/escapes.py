"""Attempts of a compromised decoder. Each function succeeds or raises `OSError`."""

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = tuple[dict[str, Any], bytes]
libc = ctypes.CDLL(None, use_errno=True)
#: Loaded before the confinement, as an attacker would bring his own code.
_seccompy = __import__("seccompy.syscalls")


def attempt(data: bytes, *, name: str, **facts: Any) -> Answer:
    """Sandbox job: whether this attempt succeeds, or the error it ends with."""
    try:
        found = ATTEMPTS[name](**facts)
    except OSError as denied:
        return {"denied": denied.errno}, b""
    return {"succeeded": repr(found)[:200]}, b""


def system_calls(data: bytes, *, skip: list[int], extra: int = 0) -> Answer:
    """Sandbox job: the numbers of system calls that are neither refused nor absent."""
    open_to_us = []
    for number in range(600):
        if number in skip:
            continue
        result = libc.syscall(number | extra, 0, 0, 0, 0, 0, 0)
        if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
            open_to_us.append(number)
    return {"open": open_to_us}, b""


def descriptors(data: bytes) -> Answer:
    """Sandbox job: the open file descriptors, and which of them lead to a file with content."""
    found = []
    for number in range(4096):
        try:
            os.get_inheritable(number)
        except OSError:
            continue
        found.append(number)
    return {"open": found, "readable": [len(os.read(each, 1)) for each in found[:1]]}, b""


def inspect_system(data: bytes) -> Answer:
    """Sandbox job: the environment, and the sizes of limits that it could raise."""
    limits = {
        name: resource.getrlimit(getattr(resource, name)) for name in ("RLIMIT_CPU", "RLIMIT_AS")
    }
    return {"environment": dict(os.environ), "limits": limits}, b""


def sleep_deaf(data: bytes) -> Answer:
    """Sandbox job: blocks every signal that can be blocked, and never ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    threading.Event().wait()
    return {}, b""


def compute_in_threads(data: bytes) -> Answer:
    """Sandbox job of an ordinary decoder: threads, memory, a clock, random numbers."""
    results: list[int] = []
    workers = [threading.Thread(target=results.append, args=(n,)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return {"sum": sum(results), "random": len(os.urandom(8))}, bytearray(1 << 20)[:4]


def _call(name: str, *arguments: Any) -> int:
    number = _seccompy.syscalls.syscall_nr(name)
    result = int(libc.syscall(number, *arguments))
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _open(call: str, path: str) -> int:
    if call == "open":
        return _call("open", path.encode(), 0)
    if call == "openat2":
        return _call("openat2", -100, path.encode(), (ctypes.c_uint64 * 3)(), 24)
    return _call(call, -100, path.encode(), 0)


def _connect(family: int, kind: int, address: Any) -> None:
    with socket.socket(family, kind) as talk:
        talk.settimeout(2)
        talk.connect(address if isinstance(address, str) else tuple(address))
        talk.send(b"x")


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _executable_memory() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


def _make_executable() -> None:
    page = mmap.mmap(-1, 4096)
    start = ctypes.addressof(ctypes.c_char.from_buffer(page))
    if libc.mprotect(ctypes.c_void_p(start), 4096, 7) != 0:
        raise OSError(ctypes.get_errno(), "mprotect")


def _write(path: str) -> None:
    Path(path).write_bytes(b"left behind")


def _process_memory(pid: int) -> None:
    vector = (ctypes.c_uint64 * 2)(ctypes.addressof(ctypes.create_string_buffer(8)), 8)
    _call("process_vm_readv", pid, vector, 1, vector, 1, 0)


def _raise_limit() -> None:
    _call("prlimit64", 0, resource.RLIMIT_CPU, (ctypes.c_uint64 * 2)(999, 999), 0)


def _pass_descriptor() -> None:
    ours, theirs = socket.socketpair()
    socket.send_fds(ours, [b"x"], [theirs.fileno()])


ATTEMPTS: dict[str, Callable[..., Any]] = {
    "read": _read,
    "open": _open,
    "list": os.listdir,
    "stat": os.stat,
    "readlink": os.readlink,
    "connect": _connect,
    "write": _write,
    "unlink": os.unlink,
    "fork": _fork,
    "vfork": lambda: subprocess.run(["/bin/true"], check=True),
    "exec": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),  # noqa: S606
    "shell": lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "id"], {}),
    "kill": lambda pid: os.kill(pid, signal.SIGTERM),
    "kill group": lambda: os.killpg(0, 0),
    "kill thread": lambda pid: _call("tgkill", pid, pid, 0),
    "queue signal": lambda pid: _call("rt_sigqueueinfo", pid, 0, 0),
    "ptrace": lambda pid: _call("ptrace", 16, pid, 0, 0),
    "process memory": _process_memory,
    "process descriptor": lambda pid: _call("pidfd_open", pid, 0),
    "executable memory": _executable_memory,
    "make executable": _make_executable,
    "raise limit": _raise_limit,
    "stop alarm": lambda: signal.setitimer(signal.ITIMER_REAL, 0),
    "handle signal": lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
    "become root": lambda: os.setuid(0),
    "leave root directory": lambda: os.chroot(".."),
    "new namespace": lambda: _call("unshare", 0x10000000),
    "mount": lambda: _call("mount", b"proc", b"/", b"proc", 0, 0),
    "io_uring": lambda: _call("io_uring_setup", 8, (ctypes.c_char * 120)()),
    "memory file": lambda: _call("memfd_create", b"x", 0),
    "secret keys": lambda: _call("keyctl", 0, -3, 0),
    "shared memory": lambda: _call("shmget", 1, 4096, 0o1600),
    "trace kernel": lambda: _call("bpf", 0, 0, 0),
    "dump core": lambda: _call("prctl", 4, 1, 0, 0, 0),
    "pair of sockets": _pass_descriptor,
}
