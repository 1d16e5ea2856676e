"""Lets `manage.py` find the site of `make run` without a variable set.

A run in development leaves a file under var/ that says where the site is. Only `manage.py` reads
it, and only when the environment and `.env` describe no site themselves. The processes of a
deployment (WSGI, ASGI, Celery) never read it.
"""

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from hitouch.stack import env_files
from hitouch.stack.errors import StackError
from hitouch.stack.paths import StackPaths, stack_paths

#: All that the file may set. Development's secrets are separate files under var/secrets/.
NAMES = (
    "HITOUCH_DEBUG", "HITOUCH_PORT", "HITOUCH_OUTSIDE_URL", "BASE_URL", "DATABASE_URL", "REDIS_URL",
)  # fmt: skip
#: If one of these is set, the site is described by its environment alone.
DEPLOYMENT = (
    "SECRET_KEY", "HITOUCH_KEYS", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "REDIS_URL",
)  # fmt: skip
YES = ("1", "true", "yes", "on")
#: Commands that work while no server runs.
WITHOUT_SERVERS = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "journey",
    "makemessages", "processes", "sms_templates", "spectacular", "startapp", "startproject", "test",
    "up", "version",
}  # fmt: skip
NOT_RUNNING = (
    "The development site in {var} is not running: start `make run` in another terminal, "
    "then try again."
)


def write_settings(paths: StackPaths) -> None:
    """Write the site's settings for `manage.py` in another terminal."""
    known = {name: value for name in NAMES if (value := os.environ.get(name, ""))}
    env_files.write(paths.development_settings, known | {"HITOUCH_DEBUG": "1"})


def remove_settings(paths: StackPaths) -> None:
    """Remove the file: production runs on this var folder now."""
    paths.development_settings.unlink(missing_ok=True)


def use_settings(project: Path) -> None:
    """Read `.env`, then the development site's settings unless a deployment is described."""
    env_files.set_defaults(env_files.read(project / ".env"))
    if not is_deployment():
        stored = env_files.read(stack_paths(var_folder(project)).development_settings)
        env_files.set_defaults({name: stored[name] for name in NAMES if name in stored})


def is_deployment() -> bool:
    """Whether the environment describes a deployment: DEBUG off, or a site's settings given."""
    debug = os.environ.get("HITOUCH_DEBUG")
    if debug is not None:
        return not is_debug()
    named = [name for name in DEPLOYMENT if os.environ.get(name)]
    in_files = [name for name in ("HITOUCH_DEBUG", *DEPLOYMENT) if os.environ.get(f"{name}_FILE")]
    return bool(named or in_files)


def is_debug() -> bool:
    return os.environ.get("HITOUCH_DEBUG", "").strip().lower() in YES


def var_folder(project: Path) -> Path:
    return Path(os.environ.get("HITOUCH_VAR") or project / "var").absolute()


def require_servers(project: Path, arguments: Sequence[str]) -> None:
    """Say at once that the development site is not running when a command would need it."""
    needed = bool(arguments) and arguments[0] not in WITHOUT_SERVERS
    asks_for_help = {"-h", "--help", "--version"} & set(arguments)
    own_servers = os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL")
    if not needed or asks_for_help or own_servers or not is_debug():
        return
    paths = stack_paths(var_folder(project))
    sockets = (paths.postgres_sockets / ".s.PGSQL.5432", paths.valkey_socket)
    if not all(listens(path) for path in sockets):
        raise StackError(NOT_RUNNING.format(var=paths.var))


def listens(path: Path) -> bool:
    """Whether a server accepts connections on a Unix socket (also one we may not connect to)."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except PermissionError:
            return True
        except OSError:
            return False
    return True
