"""The programs that make up a running HitouchCX, apart from its database and broker."""

import os
import signal
import sys
from collections.abc import Collection
from pathlib import Path

from hitouch.stack import processes
from hitouch.stack.paths import Places

PROJECT = Path(__file__).resolve().parents[2]


def environment(its: Places) -> dict[str, str]:
    """What children see: the same var, and compiled code kept out of the source folders."""
    env = {**os.environ, "HITOUCH_VAR": str(its.var), "PYTHONUNBUFFERED": "1"}
    compiled = env.get("PYTHONPYCACHEPREFIX") or its.var / "pycache"
    env["PYTHONPYCACHEPREFIX"] = str(Path(compiled).resolve())
    env["PYTHONDONTWRITEBYTECODE"] = ""
    # Celery's own warning against root; whoever starts `up` as root was not surprised by it.
    env.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser")
    return env


def start(
    name: str, its: Places, argv: list[str], *, give_back: int, hand_over: Collection[int] = ()
) -> processes.Child:
    log = its.logs / f"{name}.log"
    set_aside(log)
    return processes.start(
        name,
        [sys.executable, "-m", *argv],
        death_signal=give_back,
        give_back_signal=give_back,
        folder=PROJECT,
        env=environment(its),
        hand_over=hand_over,
        log=log,
    )


def set_aside(log: Path) -> None:
    """Each run begins a fresh log and keeps the one before."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    log.touch()


def web(its: Places, *, host: str, port: int, behind_proxy: bool) -> processes.Child:
    argv = ["uvicorn", "hitouch.asgi:application", "--host", host, "--port", str(port)]
    argv += ["--lifespan", "off", "--no-access-log", "--no-server-header"]
    argv += ["--timeout-graceful-shutdown", "7", "--ws-max-size", str(1024 * 1024)]
    argv += [] if behind_proxy else ["--no-proxy-headers"]
    return start("web", its, argv, give_back=signal.SIGTERM)


def outside(its: Places, *, listening: int, site: str) -> processes.Child:
    """What stands in for the outside world in development, on a socket that is open already."""
    argv = ["hitouch.fakes", "--listening", str(listening)]
    argv += ["--folder", str(its.var / "outside")]
    argv += ["--payout-events", f"{site}/rails/razorpayx/events/"]
    return start("outside", its, argv, give_back=signal.SIGTERM, hand_over=[listening])


def worker(its: Places, *, hands: int = 2) -> processes.Child:
    argv = ["celery", "-q", "-A", "hitouch", "worker", "--loglevel", "INFO"]
    argv += ["--concurrency", str(hands), "--without-gossip", "--without-mingle"]
    # SIGQUIT makes Celery hand unfinished tasks back to the broker instead of waiting for them.
    return start("worker", its, argv, give_back=signal.SIGQUIT)


def beat(its: Places) -> processes.Child:
    argv = ["celery", "-q", "-A", "hitouch", "beat", "--loglevel", "WARNING", "--pidfile", ""]
    argv += ["--schedule", str(its.var / "beat-schedule")]
    return start("beat", its, argv, give_back=signal.SIGTERM)
