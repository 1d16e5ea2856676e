"""Command lines of the web server, worker, beat and the fake providers, and their environment."""

import os
import signal
import sys
from collections.abc import Collection
from pathlib import Path

from hitouch.stack import processes
from hitouch.stack.paths import StackPaths

PROJECT = Path(__file__).resolve().parents[2]


def environment(paths: StackPaths) -> dict[str, str]:
    """The children's environment: the same var folder; bytecode outside the source folders."""
    env = {**os.environ, "HITOUCH_VAR": str(paths.var), "PYTHONUNBUFFERED": "1"}
    compiled = env.get("PYTHONPYCACHEPREFIX") or paths.var / "pycache"
    env["PYTHONPYCACHEPREFIX"] = str(Path(compiled).resolve())
    env["PYTHONDONTWRITEBYTECODE"] = ""
    # Celery warns against root; whoever starts `up` as root knows.
    env.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser")
    return env


def start(
    name: str,
    paths: StackPaths,
    argv: list[str],
    *,
    requeue_signal: int,
    inherited_fds: Collection[int] = (),
) -> processes.Child:
    log = paths.logs / f"{name}.log"
    rotate_log(log)
    return processes.start(
        name,
        [sys.executable, "-m", *argv],
        death_signal=requeue_signal,
        requeue_signal=requeue_signal,
        folder=PROJECT,
        env=environment(paths),
        inherited_fds=inherited_fds,
        log=log,
    )


def rotate_log(log: Path) -> None:
    """Begin a fresh log; the log of the run before stays as `.log.1`."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    log.touch()


def web(paths: StackPaths, *, host: str, port: int, behind_proxy: bool) -> processes.Child:
    argv = ["uvicorn", "hitouch.asgi:application", "--host", host, "--port", str(port)]
    argv += ["--lifespan", "off", "--no-access-log", "--no-server-header"]
    argv += ["--timeout-graceful-shutdown", "7", "--ws-max-size", str(1024 * 1024)]
    argv += [] if behind_proxy else ["--no-proxy-headers"]
    return start("web", paths, argv, requeue_signal=signal.SIGTERM)


def fakes(paths: StackPaths, *, listening: int, site: str) -> processes.Child:
    """The fake providers of development, on an open listening socket."""
    argv = ["hitouch.fakes", "--listening", str(listening)]
    argv += ["--folder", str(paths.var / "outside")]
    argv += ["--payout-events", f"{site}/rails/razorpayx/events/"]
    return start("outside", paths, argv, requeue_signal=signal.SIGTERM, inherited_fds=[listening])


def worker(paths: StackPaths, *, concurrency: int = 2) -> processes.Child:
    argv = ["celery", "-q", "-A", "hitouch", "worker", "--loglevel", "INFO"]
    argv += ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
    # On SIGQUIT Celery returns unfinished tasks to the broker instead of waiting for them.
    return start("worker", paths, argv, requeue_signal=signal.SIGQUIT)


def beat(paths: StackPaths) -> processes.Child:
    argv = ["celery", "-q", "-A", "hitouch", "beat", "--loglevel", "WARNING", "--pidfile", ""]
    argv += ["--schedule", str(paths.var / "beat-schedule")]
    return start("beat", paths, argv, requeue_signal=signal.SIGTERM)
