"""Helpers that read settings from environment variables and validate them."""

import base64
import binascii
import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from hitouch.stack import env_files
from hitouch.stack.errors import StackError

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")
KEY_BYTES = 32


def read_file(path: Path) -> None:
    """Set environment variables from a file of `NAME=value` lines, unless already set."""
    try:
        env_files.set_defaults(env_files.read(path))
    except StackError as fault:
        raise ImproperlyConfigured(str(fault)) from None


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file named by `NAME_FILE`, or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as fault:
            raise ImproperlyConfigured(f"{name}_FILE: {path} cannot be read.") from fault
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set {name}; .env.example says what it is.")
    return value


def flag(name: str, default: bool) -> bool:
    """Yes or no."""
    value = text(name, "1" if default else "0").lower()
    if value not in YES + NO:
        raise ImproperlyConfigured(f"{name} is “{value}”; say 1 or 0.")
    return value in YES


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number within bounds."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is “{value}”; give a number from {least} to {most}.")
    return int(value)


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of the choices."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is “{value}”; say one of {', '.join(choices)}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def keys(name: str, made_in: Path | None) -> dict[str, str]:
    """A ring of encryption keys, `id:base64 of 32 bytes`, the current one first.

    `made_in` is the folder in which development keeps keys that it made for itself.
    """
    default = made_secret(made_in, "keys", new_key) if made_in else None
    ring = {}
    for entry in text(name, default).split(","):
        key_id, _, secret = entry.strip().partition(":")
        try:
            long_enough = len(base64.b64decode(secret, validate=True)) == KEY_BYTES
        except binascii.Error:
            long_enough = False
        if not key_id or len(key_id) > 20 or not long_enough:
            raise ImproperlyConfigured(f"{name}: write each key as id:base64-of-32-bytes.")
        ring[key_id] = secret
    return ring


def new_key() -> str:
    """A new key for a key ring."""
    return f"k1:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def made_secret(folder: Path, name: str, make: object = None) -> str:
    """A secret of development, created once and stored under var/secrets/."""
    path = folder / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        value = make() if callable(make) else secrets.token_urlsafe(48)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(value)
        temporary.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)  # the first of several processes wins
        temporary.unlink()
    return path.read_text().strip()


def file_store(url: str) -> str:
    """`file:///folder` or `s3://bucket/prefix`; empty when not set."""
    parts = urlsplit(url)
    is_folder = parts.scheme == "file" and not parts.netloc and parts.path.strip("/")
    is_bucket = parts.scheme == "s3" and parts.netloc
    if (url and not (is_folder or is_bucket)) or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "HITOUCH_FILE_STORE: write file:///folder or s3://bucket/prefix."
        )
    return url


def database(url: str, *, pool_size: int = 8, pgbouncer: str = "off") -> dict[str, object]:
    """Django's form of `postgresql://user:password@host:port/name?host=/socket/folder`.

    A pooler in transaction mode gives each transaction another session of the server: cursors
    that outlive a transaction, and prepared statements, cannot be used.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL: write postgresql://user:password@host/name.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": query.pop("user", unquote(parts.username or "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "OPTIONS": {
            **query,
            "prepare_threshold": None,
            "pool": {"min_size": 1, "max_size": pool_size, "timeout": 5},
        },
        "DISABLE_SERVER_SIDE_CURSORS": pgbouncer == "transaction",
    }


def celery_broker(redis_url: str) -> str:
    """Celery's form of a Redis URL; a Unix socket is `redis+socket://` with a virtual host."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    base = parse_qs(query).get("db", ["0"])[-1]
    return f"redis+socket://{path}?virtual_host={base}"
