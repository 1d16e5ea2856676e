"""Keeps a handful of programs running together: one ends, all end; we end, all end."""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from hitouch.stack import processes
from hitouch.stack.errors import StackError
from hitouch.stack.processes import Child

GUARD = Path(__file__).with_name("orphan_reaper.py")
# Together well under the 15 s in which everything has to be gone.
FINISH, GIVE_BACK, CLOSE = 8.0, 2.5, 3.0


@dataclass
class Supervisor:
    """Programs end first and in peace; the servers they need end after them."""

    lock: int
    servers: list[Child] = field(default_factory=list)
    programs: list[Child] = field(default_factory=list)
    tails: list["Tail"] = field(default_factory=list)
    guard: subprocess.Popen[bytes] | None = None

    def protect(self) -> None:
        """Start the guard that ends what we leave behind if we are killed."""
        self.guard = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", str(GUARD)],
            stdin=subprocess.PIPE,
            pass_fds=[self.lock],
            start_new_session=True,
        )

    def adopt_server(self, child: Child) -> None:
        self.servers.append(child)
        self.tell_guard(child)

    def adopt(self, child: Child) -> Child:
        self.programs.append(child)
        self.tell_guard(child)
        self.tails.append(Tail(child.name, child.log))
        return child

    def tell_guard(self, child: Child) -> None:
        if self.guard and self.guard.stdin:
            self.guard.stdin.write(f"{child.process.pid}\n".encode())
            self.guard.stdin.flush()

    def watch(self) -> None:
        """Pass on what they write until one of them ends, which is an error."""
        while True:
            self.echo()
            for child in self.servers + self.programs:
                if not child.running:
                    self.echo()
                    raise StackError(
                        f"{child.name} stopped ({how(child.process.returncode)}), so everything "
                        f"was stopped; its reason is in {child.log}. Start again with `make run`."
                    )
            time.sleep(0.1)

    def echo(self) -> None:
        for tail in self.tails:
            tail.echo()

    def stop(self) -> None:
        """Requests and tasks under way get to finish; then what is left is made to end."""
        self.end(self.programs, within=FINISH)
        for child in self.programs:
            if child.running:
                child.process.send_signal(child.give_back_signal)
        self.wait(self.programs, within=GIVE_BACK)
        for child in self.programs:
            processes.kill_group(child.process.pid)
        self.end(self.servers, within=CLOSE)
        for child in self.servers:
            processes.kill_group(child.process.pid)
            child.process.wait()
        self.echo()

    def end(self, children: list[Child], *, within: float) -> None:
        for child in children:
            child.ask_to_end()
        self.wait(children, within=within)

    def wait(self, children: list[Child], *, within: float) -> None:
        give_up_at = time.monotonic() + within
        while any(child.running for child in children) and time.monotonic() < give_up_at:
            self.echo()
            time.sleep(0.05)


@dataclass
class Tail:
    """Passes new lines of a log on to the terminal, each with its program's name."""

    name: str
    path: Path
    file: IO[bytes] | None = None
    rest: bytes = b""

    def echo(self) -> None:
        if self.file is None:
            self.file = self.path.open("rb")
        *lines, self.rest = (self.rest + self.file.read()).split(b"\n")
        for line in lines:
            say(f"{self.name:<8} | {line.decode(errors='replace')}")


def say(line: str) -> None:
    """Print; a terminal that went away is no reason to stop serving."""
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except OSError:
        return


def how(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    return f"ended by {signal.Signals(-code).name}"
