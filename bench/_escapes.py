"""What a decoder that was taken over would try. Each attempt says whether it got through.

`attempt` runs as a job in the sandbox, and outside it to show that the attempt works at all. It
imports what it needs before the sandbox closes.
"""

import ctypes
import ctypes.util
import errno
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(ctypes.util.find_library("c") or None, use_errno=True)
SECONDS = 5
#: How long the program of `replace_itself` takes.
SLEEP = 2
#: Numbers of system calls on x86-64 that Python and the C library do not offer.
PTRACE, PROCESS_VM_READV, MEMFD_CREATE, IO_URING_SETUP = 101, 310, 319, 425
ADD_KEY, BPF, USERFAULTFD, PERF_EVENT_OPEN, OPEN_TREE = 248, 321, 323, 298, 428


def call(number: int, *arguments: Any) -> int:
    """A system call by its number, below Python."""
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    found: int = LIBC.syscall(ctypes.c_long(number), *wide)
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return found


def read_file(path: str, **_: Any) -> bool:
    return len(Path(path).read_bytes()) > 0


def read_file_by_descriptor(path: str, **_: Any) -> bool:
    return len(os.read(os.open(path, os.O_RDONLY), 64)) > 0


def map_file(path: str, **_: Any) -> bool:
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        return len(mapped[:1]) > 0


def read_file_through_proc(path: str, **_: Any) -> bool:
    return len(Path(f"/proc/self/root{path}").read_bytes()) > 0


def read_file_relatively(path: str, **_: Any) -> bool:
    up = "/".join([".."] * (Path.cwd().as_posix().count("/") + 1))
    return len(Path(f"{up}{path}").read_bytes()) > 0


def list_folder(path: str, **_: Any) -> bool:
    return next(Path(path).parent.iterdir(), None) is not None


def link_file(path: str, folder: str, **_: Any) -> bool:
    Path(folder, f"link-{os.getpid()}").hardlink_to(path)
    return True


def environ_of_parent(secret: str, pid: int, **_: Any) -> bool:
    return secret.encode() in Path(f"/proc/{pid}/environ").read_bytes()


def environ_of_anyone(secret: str, **_: Any) -> bool:
    def texts() -> Iterator[bytes]:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                yield (folder / "environ").read_bytes()
            except OSError:
                continue

    return any(secret.encode() in text for text in texts())


def own_environ(secret: str, **_: Any) -> bool:
    inherited = (
        Path("/proc/self/environ").read_bytes() if Path("/proc/self/environ").exists() else b""
    )
    return secret in os.environ.values() or secret.encode() in inherited


def memory_of_parent(pid: int, address: int, **_: Any) -> bool:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        return len(memory.read(8)) == 8


def memory_by_system_call(pid: int, address: int, **_: Any) -> bool:
    class Vector(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    into = ctypes.create_string_buffer(8)
    here, there = Vector(ctypes.addressof(into), 8), Vector(address, 8)
    got = call(PROCESS_VM_READV, pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return got == 8


def trace_parent(pid: int, **_: Any) -> bool:
    call(PTRACE, 0x4206, pid, 0, 0)  # PTRACE_SEIZE
    return True


def signal_parent(pid: int, **_: Any) -> bool:
    os.kill(pid, 0)
    return True


def connect_unix(unix: str, **_: Any) -> bool:
    with socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(SECONDS)
        talk.connect(unix)
    return True


def connect_abstract(abstract: str, **_: Any) -> bool:
    with socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(SECONDS)
        talk.connect("\0" + abstract)
    return True


def connect_tcp(port: int, **_: Any) -> bool:
    with socket.create_connection(("127.0.0.1", port), SECONDS):
        return True


def connect_tcp6(port6: int, **_: Any) -> bool:
    with socket.create_connection(("::1", port6), SECONDS):
        return True


def send_udp(port: int, **_: Any) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talk:
        return talk.sendto(b"x", ("127.0.0.1", port)) == 1


def listen(**_: Any) -> bool:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
    return True


def netlink(**_: Any) -> bool:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW):
        return True


def inherited_sockets(**_: Any) -> bool:
    """A connection of the parent that is still open here, but not the one of the job."""
    found = 0
    for number in range(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0] % 65536):
        try:
            with socket.socket(fileno=os.dup(number)) as talk:
                found += talk.family in (socket.AF_INET, socket.AF_INET6)
        except OSError:
            continue
    return found > 0


def run_program(**_: Any) -> bool:
    return subprocess.run(["/bin/echo", "x"], stdout=subprocess.PIPE, check=False).stdout == b"x\n"


def run_shell(**_: Any) -> bool:
    with os.popen("echo x") as said:  # noqa: S605
        return said.read() == "x\n"


def spawn(**_: Any) -> bool:
    return os.posix_spawn("/bin/true", ["true"], {}) > 0


def replace_itself(**_: Any) -> bool:
    """Execute a program in this process; only a failure returns."""
    os.execv("/bin/sleep", ["sleep", str(SLEEP)])  # noqa: S606


def program_in_memory(**_: Any) -> bool:
    made = call(MEMFD_CREATE, b"x", 0)
    os.write(made, Path("/bin/true").read_bytes())
    return os.posix_spawn(f"/proc/self/fd/{made}", ["x"], {}) > 0


def write_file(folder: str, **_: Any) -> bool:
    return Path(folder, f"written-{os.getpid()}").write_bytes(b"x") == 1


def remove_file(folder: str, **_: Any) -> bool:
    Path(folder, "victim").unlink()
    return True


def rename_file(folder: str, **_: Any) -> bool:
    Path(folder, "other-victim").rename(Path(folder, f"renamed-{os.getpid()}"))
    return True


def change_mode(path: str, **_: Any) -> bool:
    Path(path).chmod(0o644)
    return True


def new_namespace(**_: Any) -> bool:
    if LIBC.unshare(0x10000000) != 0:  # CLONE_NEWUSER
        raise OSError(ctypes.get_errno(), "unshare")
    return True


def rings(**_: Any) -> bool:
    return call(IO_URING_SETUP, 1, ctypes.create_string_buffer(120)) >= 0


def keys_of_kernel(**_: Any) -> bool:
    return call(ADD_KEY, b"user", b"x", b"x", 1, -2) >= 0


def shared_memory(**_: Any) -> bool:
    return int(LIBC.shmget(0, 4096, 0o1600)) >= 0


def raise_limits(**_: Any) -> bool:
    """More processor time than the job was given."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY,) * 2)
    return soft != resource.RLIM_INFINITY or hard == resource.RLIM_INFINITY


def file_in_a_thread(path: str, **_: Any) -> bool:
    """From a second thread, if the confinement was set for one thread only."""
    found: list[int] = []

    def read() -> None:
        found.append(len(Path(path).read_bytes()))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(SECONDS)
    return bool(found)


Attempt = Callable[..., bool]
ATTEMPTS: dict[str, tuple[Attempt, ...]] = {
    "keys": (
        read_file, read_file_by_descriptor, map_file, read_file_through_proc, read_file_relatively,
        list_folder, link_file, file_in_a_thread,
    ),
    "environment": (
        environ_of_parent, environ_of_anyone, own_environ, memory_of_parent, memory_by_system_call,
        trace_parent, signal_parent,
    ),
    "database": (connect_unix, connect_abstract, inherited_sockets),
    "network": (connect_tcp, connect_tcp6, send_udp, listen, netlink),
    "exec": (
        run_program, run_shell, spawn, replace_itself, program_in_memory,
    ),
    "other": (
        write_file, remove_file, rename_file, change_mode, new_namespace, rings, keys_of_kernel,
        shared_memory, raise_limits,
    ),
}  # fmt: skip
BY_NAME = {each.__name__: each for group in ATTEMPTS.values() for each in group}


def attempt(data: bytes, *, how: str, **target: Any) -> tuple[dict[str, Any], bytes]:
    """One attempt, as a job. What is refused counts as stopped."""
    try:
        through = BY_NAME[how](**target)
        why = ""
    except OSError as fault:
        through, why = False, errno.errorcode.get(fault.errno or 0, str(fault))
    except Exception as fault:
        through, why = False, type(fault).__name__
    return {"through": through, "why": why}, b""


if __name__ == "__main__":
    import json

    signal.alarm(2 * SECONDS)
    order = json.loads(sys.argv[1])
    if order["how"] == "replace_itself":
        print(json.dumps({"through": True}), flush=True)
    print(json.dumps(attempt(b"", **order)[0]))
