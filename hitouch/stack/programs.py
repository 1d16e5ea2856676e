"""Command lines of the web servers, worker, beat and the fake providers, and their environment.

`manage.py up` and `make run` start them; `manage.py processes` prints those of production.
"""

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


def gunicorn_arguments(*, bind: str, processes: int, threads: int) -> list[str]:
    """Pages and API in production, on a port or a Unix socket behind a proxy that buffers.

    Headers of proxies are read by TrustedProxyMiddleware alone.
    """
    argv = ["gunicorn", "hitouch.wsgi", "--bind", bind, "--worker-class", "gthread"]
    argv += ["--workers", str(processes), "--threads", str(threads)]
    return [*argv, "--forwarded-allow-ips=", "--no-control-socket", "--log-level", "warning"]


def uvicorn_arguments(*, host: str, port: int) -> list[str]:
    """WebSockets in production; in `manage.py up` pages and API as well."""
    argv = ["uvicorn", "hitouch.asgi:application", "--host", host, "--port", str(port)]
    argv += ["--lifespan", "off", "--no-access-log", "--no-server-header", "--no-proxy-headers"]
    argv += ["--timeout-graceful-shutdown", "7", "--ws-max-size", str(1024 * 1024)]
    return argv


def worker_arguments(*, processes: int) -> list[str]:
    argv = ["celery", "-q", "-A", "hitouch", "worker", "--loglevel", "INFO"]
    return [*argv, "--concurrency", str(processes), "--without-gossip", "--without-mingle"]


def beat_arguments(*, var: Path) -> list[str]:
    argv = ["celery", "-q", "-A", "hitouch", "beat", "--loglevel", "WARNING", "--pidfile", ""]
    return [*argv, "--schedule", str(var / "beat-schedule")]


def web(paths: StackPaths, *, host: str, port: int) -> processes.Child:
    argv = uvicorn_arguments(host=host, port=port)
    return start("web", paths, argv, requeue_signal=signal.SIGTERM)


def fakes(paths: StackPaths, *, listening: int, site: str) -> processes.Child:
    """The fake providers of development, on an open listening socket."""
    argv = ["hitouch.fakes", "--listening", str(listening)]
    argv += ["--folder", str(paths.var / "outside")]
    argv += ["--payout-events", f"{site}/rails/razorpayx/events/"]
    return start("outside", paths, argv, requeue_signal=signal.SIGTERM, inherited_fds=[listening])


def worker(paths: StackPaths, *, concurrency: int) -> processes.Child:
    # On SIGQUIT Celery returns unfinished tasks to the broker instead of waiting for them.
    argv = worker_arguments(processes=concurrency)
    return start("worker", paths, argv, requeue_signal=signal.SIGQUIT)


def beat(paths: StackPaths) -> processes.Child:
    return start("beat", paths, beat_arguments(var=paths.var), requeue_signal=signal.SIGTERM)
