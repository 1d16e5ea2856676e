"""Runs several programs together: when one of them or this process ends, all are stopped."""

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

REAPER = Path(__file__).with_name("orphan_reaper.py")
# Seconds to finish, to hand work back, and for servers to close: together under the 15 s limit.
FINISH, REQUEUE, CLOSE = 8.0, 2.5, 3.0


@dataclass
class Supervisor:
    """Stops programs first, with time to finish, then the servers they need."""

    lock: int
    servers: list[Child] = field(default_factory=list)
    programs: list[Child] = field(default_factory=list)
    tails: list["Tail"] = field(default_factory=list)
    reaper: subprocess.Popen[bytes] | None = None

    def protect(self) -> None:
        """Start the process that kills our children if we are killed."""
        self.reaper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", str(REAPER)],
            stdin=subprocess.PIPE,
            pass_fds=[self.lock],
            start_new_session=True,
        )

    def adopt_server(self, child: Child) -> None:
        self.servers.append(child)
        self.register_with_reaper(child)

    def adopt(self, child: Child) -> Child:
        self.programs.append(child)
        self.register_with_reaper(child)
        self.tails.append(Tail(child.name, child.log))
        return child

    def register_with_reaper(self, child: Child) -> None:
        if self.reaper and self.reaper.stdin:
            self.reaper.stdin.write(f"{child.process.pid}\n".encode())
            self.reaper.stdin.flush()

    def watch(self) -> None:
        """Copy the programs' logs to the terminal until one of them ends, which is an error."""
        while True:
            self.echo()
            for child in self.servers + self.programs:
                if not child.running:
                    self.echo()
                    why = exit_reason(child.process.returncode)
                    raise StackError(
                        f"{child.name} stopped ({why}), so everything was stopped; "
                        f"its reason is in {child.log}. Start again with `make run`."
                    )
            time.sleep(0.1)

    def echo(self) -> None:
        for tail in self.tails:
            tail.echo()

    def stop(self) -> None:
        """Let running requests and tasks finish, then kill what is left."""
        self.end(self.programs, within=FINISH)
        for child in self.programs:
            if child.running:
                child.process.send_signal(child.requeue_signal)
        self.wait(self.programs, within=REQUEUE)
        for child in self.programs:
            processes.kill_group(child.process.pid)
        self.end(self.servers, within=CLOSE)
        for child in self.servers:
            processes.kill_group(child.process.pid)
            child.process.wait()
        self.echo()

    def end(self, children: list[Child], *, within: float) -> None:
        for child in children:
            child.terminate()
        self.wait(children, within=within)

    def wait(self, children: list[Child], *, within: float) -> None:
        give_up_at = time.monotonic() + within
        while any(child.running for child in children) and time.monotonic() < give_up_at:
            self.echo()
            time.sleep(0.05)


@dataclass
class Tail:
    """Copies new lines of a log to the terminal, each with its program's name."""

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
    """Print a line; go on when the terminal has gone away."""
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except OSError:
        return


def exit_reason(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    return f"ended by {signal.Signals(-code).name}"
