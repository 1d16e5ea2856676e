"""Rules of the code base that no linter checks: layers, clock, content security policy, TODOs."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.source_files import ROOT, text_of, tree_of, walk

FOLDERS = (
    "hitouch", "accounts", "proctoring", "onboarding", "gigs", "payments", "chatbot",
    "tests", "bench", "templates", "static",
)  # fmt: skip


def tracked(*suffixes: str) -> list[Path]:
    paths = [path for name in FOLDERS for path in walk(ROOT / name)]
    paths += [ROOT / "conftest.py", ROOT / "manage.py"]
    return [path for path in paths if path.suffix in suffixes]


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"


CODE = [path for path in tracked(".py") if "migrations" not in path.relative_to(ROOT).parts]
PRODUCT = [path for path in CODE if not is_test(path)]


@cache
def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, kinds)]


def relative_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_test_has_a_docstring():
    """The docstring of a test states the rule that it checks."""
    missing = [
        f"{relative_name(path)}:{node.name}"
        for path in CODE
        if path.name.startswith("test_")
        for node in functions(path)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not missing


def test_every_module_has_a_docstring():
    """The first line of a module says what it holds."""
    missing = [
        relative_name(path)
        for path in CODE
        if text_of(path).strip() and not ast.get_docstring(tree_of(path))
    ]
    assert not missing


def test_no_todo_comments():
    """Open work is in the issue tracker, not in comments."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    here = Path(__file__)
    left = [relative_name(path) for path in CODE if path != here and words.search(text_of(path))]
    assert not left


#: Modules in which a request, a task or a message arrives. Every other module of the apps is
#: business logic, so that a new file is covered without being listed.
ENTRY_POINTS = {
    *("views", "api", "serializers", "admin", "tasks", "consumers", "forms", "decorators"),
    *("permissions", "urls", "api_urls", "routing", "receivers", "middleware", "demo"),
    *("management", "templatetags", "api_views", "bearer", "view_helpers"),
    *("held_pictures_admin", "held_pictures_api", "batches_admin", "batches_api"),
    *("client_views", "client_api", "staff_views", "staff_api", "public_views"),
}
#: Where accounts meets allauth, django-otp and the request itself: adapters, the session store,
#: the origin of a request, the state of re-authentication.
REQUEST_MODULES = {
    "accounts/authentication/adapters.py",
    "accounts/backends.py",
    "accounts/bridge/verification.py",
    "accounts/google/provider.py",
    "accounts/headless/problems.py",
    "accounts/headless/tokens.py",
    "accounts/mfa/passkeys.py",
    "accounts/security/origin.py",
    "accounts/security/reauthentication.py",
    "accounts/sessions/login.py",
    "accounts/sessions/store.py",
}
APPS = ("accounts", "proctoring", "onboarding", "gigs", "payments", "chatbot")
BUSINESS_LOGIC = [
    path
    for path in PRODUCT
    if relative_name(path).startswith(APPS)
    and not ENTRY_POINTS & {*path.relative_to(ROOT).parts, path.stem}
    and relative_name(path) not in REQUEST_MODULES
]
HTTP = (
    "django.http",
    "django.shortcuts",
    "rest_framework",
    "drf_spectacular",
    "celery",
    "channels",
)


def imports_of(path: Path) -> list[str]:
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            found.append(str(node.module))
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def test_business_logic_never_reads_the_clock():
    """Time comes in as an argument; entry points read the clock."""
    clock = re.compile(r"timezone\.now\(\)|datetime\.now\(|date\.today\(|time\.time\(")
    assert not [relative_name(path) for path in BUSINESS_LOGIC if clock.search(text_of(path))]


def test_business_logic_knows_no_http():
    """Every module that is no entry point is free of HTTP, DRF, Celery and Channels."""
    knowing = {
        relative_name(path): imported
        for path in BUSINESS_LOGIC
        for imported in imports_of(path)
        if imported.startswith(HTTP)
    }
    assert not knowing


def test_the_modules_that_read_requests_exist():
    """The list of modules that may know a request names no file that is gone."""
    assert not [name for name in REQUEST_MODULES if not (ROOT / name).exists()]


def test_no_import_inside_a_function():
    """Imports stand at the top of a module, except in `ready()`, which loads receivers."""
    hidden = [
        f"{relative_name(path)}:{node.name}"
        for path in PRODUCT
        for node in functions(path)
        if node.name != "ready"
        and any(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in ast.walk(node))
    ]
    assert not hidden


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("inline style", r"\sstyle\s*="),
        ("inline handler", r"\son(click|load|error|submit|change|input)\s*="),
        ("inline style block", r"<style\b"),
        ("script without src", r"<script(?![^>]*\bsrc=)[^>]*>"),
        ("URL of another host", r"(?:src|href)=\"https?://"),
    ],
)
def test_templates_follow_the_content_security_policy(what, pattern):
    """Templates hold nothing that the policy blocks in the browser."""
    found = [
        relative_name(path)
        for path in tracked(".html")
        if re.search(pattern, text_of(path)) and "messages" not in path.relative_to(ROOT).parts
    ]
    assert not found, what


MARKUP = re.compile(r"{[{%#].*?[}%#]}|<!DOCTYPE|<!--.*?-->", re.DOTALL)


def test_copy_has_no_exclamation_marks():
    """Pages and messages use no exclamation mark and not the word “successfully”."""
    shouting = [
        relative_name(path)
        for path in tracked(".html", ".txt")
        if re.search(r"successfully|\w!(?=[\s<]|$)", MARKUP.sub("", text_of(path)))
    ]
    assert not shouting


def test_no_absolute_paths_of_a_machine():
    """No file names a home or working folder of a developer's machine."""
    pattern = re.compile(r"(?<![\w/])/(?:root|work|home/\w+)/")
    texts = tracked(".py", ".html", ".md", ".txt", ".toml", ".js", ".css")
    assert not [relative_name(path) for path in texts if pattern.search(text_of(path))]
