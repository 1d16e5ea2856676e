"""Dotted paths in strings (settings, tasks, sandbox jobs, retention.yaml) can be imported.

A linter follows imports but no strings, so a module that is renamed is found here.
"""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from hitouch.celery import app as celery_app
from hitouch.core.files import decoding
from hitouch.privacy import retention_rules
from tests.support.source_files import PACKAGES, product_files, text_of, tree_of

#: Three parts or more. Shorter strings are labels, salts and ids, or settings read at the start.
DOTTED_PATH = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+){{2,}}(?::\w+)?")
QUOTED = re.compile(rf"[\"']{DOTTED_PATH.pattern}[\"']")
TASK_NAME = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)*\.tasks\.\w+")
#: Functions whose arguments name loggers and events, not code.
LOG_FUNCTIONS = ("get_logger", "getLogger", "info", "warning", "error", "exception")
#: Raises on import unless DEBUG is on; test_development_only.py imports it.
DEVELOPMENT_ONLY = {"hitouch.dev.urls"}
#: Settings that name a module or a function of ours, which accounts calls without importing it.
HOOKS = ("HITOUCH_LANDING_HOOK", "HITOUCH_MFA_REQUIRED_HOOK", "HITOUCH_PERSONAL_DATA_HOOKS")


def calls(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    """Calls of functions or methods with one of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in names:
            yield node


def name_of(function: ast.expr) -> str:
    """The last part of the name by which a function is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def strings(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value


def dotted_paths() -> set[str]:
    """Every string of the product that has the shape of a path into our packages."""
    found: set[str] = set()
    for path in product_files():
        if not QUOTED.search(text_of(path)):
            continue
        tree = tree_of(path)
        paths = {text for text in strings(tree) if DOTTED_PATH.fullmatch(text)}
        if paths:
            paths -= {name for call in calls(tree, *LOG_FUNCTIONS) for name in strings(call)}
        found |= paths
    return found - DEVELOPMENT_ONLY


def resolve(path: str) -> Any:
    """The module, class, function or attribute of this path; raises ImportError if none."""
    names = path.replace(":", ".").split(".")
    found: Any = import_module(names[0])
    for end in range(1, len(names)):
        if not hasattr(found, names[end]):
            import_module(".".join(names[: end + 1]))
        found = getattr(found, names[end])
    return found


PATHS = sorted(dotted_paths())


@pytest.mark.parametrize("path", [path for path in PATHS if not TASK_NAME.fullmatch(path)])
def test_a_dotted_path_can_be_imported(path: str) -> None:
    """Each string that names code of ours names code that exists."""
    resolve(path)


@pytest.mark.parametrize("name", [path for path in PATHS if TASK_NAME.fullmatch(path)])
def test_a_task_name_is_registered(name: str) -> None:
    """Each task that is sent or scheduled by name is one that a worker knows.

    The name of a task may differ from its function's.
    """
    celery_app.loader.import_default_modules()
    assert name in celery_app.tasks


def test_scheduled_tasks_are_registered() -> None:
    """Celery beat sends no task that a worker does not know."""
    celery_app.loader.import_default_modules()
    schedule = celery_app.conf.beat_schedule
    assert schedule
    assert {entry["task"] for entry in schedule.values()} <= set(celery_app.tasks)


@pytest.mark.parametrize(
    "rule", [rule for rule in retention_rules.retention_rules().values() if rule.sweep], ids=str
)
def test_a_sweep_of_the_retention_file_can_be_imported(
    rule: retention_rules.RetentionRule,
) -> None:
    """`sweep` in retention.yaml names a constant or a field that exists."""
    resolve(rule.sweep)


def test_jobs_of_the_sandbox_exist() -> None:
    """Each function that storage runs in the sandbox is in the decoding module."""
    jobs = {
        name
        for path in product_files()
        if "decode_in_sandbox" in text_of(path)
        for call in calls(tree_of(path), "decode_in_sandbox")
        for name in strings(call.args[0])
    } - {"image"}  # compared with, to choose between two jobs
    assert jobs
    assert not [name for name in jobs if not callable(getattr(decoding, name, None))]


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_of_the_settings_can_be_imported(name: str) -> None:
    """Hooks are module or function paths; a wrong one would fail only when it is called."""
    assert resolve(getattr(settings, name))


@pytest.mark.parametrize("name", [key for key in settings.REST_FRAMEWORK if "CLASS" in key])
def test_classes_of_rest_framework_can_be_imported(name: str) -> None:
    """REST framework imports its classes when a view is made, so a wrong path shows late."""
    value = settings.REST_FRAMEWORK[name]
    for path in [value] if isinstance(value, str) else value:
        import_string(path)
