"""Confinement: a compromised decoder cannot read files, connect, or start programs."""

import errno
import os
import platform
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from seccompy import syscalls

from hitouch.core import sandbox
from hitouch.core.files import storage
from hitouch.core.sandbox import checks, confinement, limits
from hitouch.core.tests.support.hostile import pdf, picture

ESCAPES = "hitouch.core.tests.support.escapes"
#: The kernel lets these pass any filter; they do nothing but end or fail when called by hand.
UNFILTERED = ("uprobe", "uretprobe")
MISBEHAVING = "hitouch.core.tests.support.misbehaving"
ROOT = Path(sandbox.ROOT)


def attempt(name: str, **facts: Any) -> dict[str, Any]:
    return sandbox.run(f"{ESCAPES}:attempt", b"", name=name, **facts)[0]


def assert_denied(name: str, **facts: Any) -> None:
    answer = attempt(name, **facts)
    assert answer.get("denied") in (errno.EPERM, errno.ENOSYS), answer


def fork_server_pid() -> int:
    sandbox.run(f"{ESCAPES}:descriptors", b"")
    process = sandbox._fork_server.process
    assert process is not None
    return process.pid


PATHS = {
    "keys": lambda: str(ROOT / "var/secrets/keys"),
    "settings": lambda: str(ROOT / "hitouch/settings/__init__.py"),
    "our source": lambda: __file__,
    "passwords": lambda: "/etc/passwd",
    "own environment": lambda: "/proc/self/environ",
    "environment of the site": lambda: f"/proc/{os.getpid()}/environ",
    "environment of the fork server": lambda: f"/proc/{fork_server_pid()}/environ",
    "environment of the first process": lambda: "/proc/1/environ",
    "own memory": lambda: "/proc/self/mem",
    "random device": lambda: "/dev/urandom",
    "private files": lambda: str(settings.HITOUCH_PRIVATE_FILES),
    "the interpreter": lambda: sys.executable,
}


@pytest.mark.parametrize("path", PATHS)
def test_no_file_is_read(path: str) -> None:
    """No file can be opened, not even a public one."""
    assert_denied("read", path=PATHS[path]())


@pytest.mark.parametrize("call", ["open", "openat", "openat2"])
def test_no_way_of_opening_is_forgotten(call: str) -> None:
    """All system calls that open by path are refused."""
    assert_denied("open", call=call, path="/etc/passwd")


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("list", {"path": "/"}),
        ("stat", {"path": "/etc/passwd"}),
        ("readlink", {"path": "/proc/self/exe"}),
        ("write", {"path": "left"}),
        ("write", {"path": "/var/left"}),
        ("unlink", {"path": "left"}),
    ],
)
def test_directories_are_closed_too(name: str, facts: dict[str, Any]) -> None:
    """Directories cannot be listed, and files not created or removed."""
    assert_denied(name, **facts)


def test_the_database_and_the_cache_are_out_of_reach() -> None:
    """Neither by the sockets of the servers of this test, which do listen, nor by their ports."""
    host, port = (
        str(connection.settings_dict["HOST"]),
        int(connection.settings_dict["PORT"] or 5432),
    )
    path = f"{host}/.s.PGSQL.{port}"
    if host.startswith("/"):
        with socket.socket(socket.AF_UNIX) as reachable:
            reachable.connect(path)
    for family, address in [
        (socket.AF_UNIX, path),
        (socket.AF_UNIX, "\0abstract"),
        (socket.AF_INET, ["127.0.0.1", port]),
        (socket.AF_INET6, ["::1", port]),
    ]:
        assert_denied("connect", family=family, kind=socket.SOCK_STREAM, address=address)


def test_the_network_is_out_of_reach() -> None:
    """No connection, datagram or name lookup works, although the port is open."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        address = list(server.getsockname())
        assert_denied("connect", family=socket.AF_INET, kind=socket.SOCK_STREAM, address=address)
    for address in (["127.0.0.1", 53], ["192.0.2.1", 53]):
        assert_denied("connect", family=socket.AF_INET, kind=socket.SOCK_DGRAM, address=address)
    assert_denied("connect", family=socket.AF_NETLINK, kind=socket.SOCK_RAW, address=[0, 0])


@pytest.mark.parametrize("name", ["fork", "vfork", "exec", "shell"])
def test_no_program_is_started(name: str) -> None:
    """Neither a copy of itself nor another program."""
    assert_denied(name)


@pytest.mark.parametrize(
    "name",
    ["kill", "kill thread", "queue signal", "ptrace", "process memory", "process descriptor"],
)
def test_other_processes_cannot_be_signalled(name: str) -> None:
    """The site and the fork server are neither signalled nor read."""
    for pid in (os.getpid(), fork_server_pid()):
        assert_denied(name, pid=pid)


@pytest.mark.parametrize(
    "name",
    [
        "executable memory", "make executable", "raise limit", "stop alarm", "handle signal",
        "become root", "leave root directory", "new namespace", "mount", "io_uring",
        "memory file", "secret keys", "shared memory", "trace kernel", "dump core",
        "pair of sockets", "kill group",
    ],
)  # fmt: skip
def test_what_an_exploit_needs_is_refused(name: str) -> None:
    """Executable memory, higher limits, privileges and changes of the filter are refused."""
    assert_denied(name)


def test_every_other_system_call_is_refused() -> None:
    """Whatever is not on the list fails, and so it does under the numbers of another ABI."""
    arm = syscalls.arch() == "aarch64"
    known = syscalls.AARCH64_SYSCALLS if arm else syscalls.X86_64_SYSCALLS
    skip = [known[name] for name in (*confinement.ALLOWED, *UNFILTERED) if name in known]
    skip.append(336)  # uprobe on x86-64, newer than the table
    assert sandbox.run(f"{ESCAPES}:system_calls", b"", skip=skip)[0] == {"open": []}
    x32 = 0x4000_0000
    assert sandbox.run(f"{ESCAPES}:system_calls", b"", skip=[], extra=x32)[0] == {"open": []}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_list_fits_both_architectures(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each listed system call has a number on both architectures."""
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert confinement.is_supported()
    for name in ("futex", "mmap", "read", "sendto", "clone", "newfstatat", "exit_group"):
        assert syscalls.syscall_nr(name) is not None
    confinement.Confinement(required=True)


def test_no_file_descriptor_is_inherited(tmp_path: Path) -> None:
    """Only the standard streams, which are empty, and the socket are open."""
    with (tmp_path / "secret").open("wb") as leaked:
        os.set_inheritable(leaked.fileno(), True)
        facts = sandbox.run(f"{ESCAPES}:descriptors", b"")[0]
    assert facts["open"][:3] == [0, 1, 2]
    assert len(facts["open"]) == 4
    assert facts["readable"] == [0]


def test_the_environment_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job has no environment variables, and its limits are set."""
    monkeypatch.setenv("HITOUCH_KEYS", "4711")
    facts = sandbox.run(f"{ESCAPES}:inspect_system", b"", limits=limits.Limits(cpu_seconds=2))[0]
    assert facts["environment"] == {}
    assert facts["limits"]["RLIMIT_CPU"] == [2, 2]


def test_a_job_that_blocks_its_alarm_is_killed() -> None:
    """The fork server kills it and serves the next job."""
    with pytest.raises(limits.LimitExceeded):
        sandbox.run(f"{ESCAPES}:sleep_deaf", b"", limits=limits.Limits(patience_seconds=0.2))
    assert sandbox.run(f"{ESCAPES}:compute_in_threads", b"")[0]["sum"] == 3


def test_ordinary_jobs_work() -> None:
    """Threads, memory, clocks, random numbers and the decoders work."""
    facts, data = sandbox.run(f"{ESCAPES}:compute_in_threads", b"")
    assert (facts, data) == ({"sum": 3, "random": 8}, bytes(4))
    for upload in (picture("JPEG"), picture("PNG"), picture("WEBP"), pdf(pages=2)):
        assert storage.fresh_picture(SimpleUploadedFile("a", upload), pages=2)


def test_a_module_is_warmed_up_once() -> None:
    """The fork server calls `warm_up` before the first child of a module."""
    for _ in range(2):
        facts = sandbox.run(f"{MISBEHAVING}:temperature", b"")[0]
        assert facts == {"times": 1, "before": True}


@pytest.mark.parametrize("how", ["long", "deep", "list", "text", "facts"])
def test_an_answer_of_another_form_is_a_crash(how: str) -> None:
    """An invalid answer cannot exhaust memory or raise an unexpected exception."""
    with pytest.raises(limits.LimitExceeded):
        sandbox.run(f"{MISBEHAVING}:lie", b"", how=how)


def run_under(*refused: str, code: str, error: str = "EPERM") -> str:
    """Run code where the kernel refuses these system calls, as containers and old kernels do."""
    script = f"""
import errno, seccompy
under = seccompy.Filter()
for name in {refused!r}:
    under.errno(name, errno.{error})
under.load()
from hitouch.core import sandbox
from hitouch.core.sandbox import limits
{textwrap.dedent(code)}
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


ECHO = """
try:
    print(sandbox.run("hitouch.core.tests.support.misbehaving:echo", b"here")[1])
except limits.LimitExceeded as fault:
    print(fault)
"""


def test_without_filters_no_file_is_decoded() -> None:
    """Jobs are refused; only a development site may run without filters."""
    assert run_under("seccomp", code=ECHO) == "ConfinementError"
    assert run_under("seccomp", code="sandbox.require_confinement(False)" + ECHO) == "b'here'"


def test_the_filter_holds_alone() -> None:
    """In a container without namespaces, on a kernel without Landlock, nothing is read either."""
    code = """
    run = lambda name, **facts: sandbox.run(
        "hitouch.core.tests.support.escapes:attempt", b"", name=name, **facts)[0]
    print(run("read", path="/etc/passwd")["denied"], run("fork")["denied"],
          run("connect", family=1, kind=1, address="/tmp/s")["denied"])
    """
    calls = ("unshare", "chroot", "landlock_create_ruleset", "setresuid", "capset")
    assert run_under(*calls, code=code) == " ".join([str(errno.EPERM)] * 3)


def test_the_fork_server_has_no_network() -> None:
    """Where namespaces are allowed, there is no interface to send through."""
    code = """
    import ctypes, socket
    from hitouch.core.sandbox import confinement
    confinement.isolate()
    print([name for _, name in socket.if_nameindex() if name != "lo"])
    """
    if subprocess.run(
        ["unshare", "--net", "--map-root-user", "true"], capture_output=True
    ).returncode:
        pytest.skip("namespaces are not allowed here")
    assert run_under(code=code) == "[]"


def test_a_machine_that_cannot_confine_is_reported(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """An error where files would be refused, a warning for a development site or an old kernel."""
    assert checks.check_confinement() == []
    monkeypatch.setattr(confinement, "landlock_version", lambda: 0)
    assert [found.id for found in checks.check_confinement()] == ["hitouch.W010"]
    monkeypatch.setattr(confinement, "is_supported", lambda: False)
    assert [found.id for found in checks.check_confinement()] == ["hitouch.E010"]
    settings.DEBUG = True
    assert [found.id for found in checks.check_confinement()] == ["hitouch.W011"]
