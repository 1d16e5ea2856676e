"""The house style, measured, so that taste needs no reviewer."""

import ast
import re
import statistics
from functools import cache
from pathlib import Path

import pytest

from tests.support.source_files import ROOT, walk

LONGEST_FILE, LONGEST_TEST_FILE = 300, 400
LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_TEMPLATE = 40, 20, 120
MEDIAN_FILE, MEDIAN_FUNCTION = 70, 8
FOLDERS = (
    "hitouch", "accounts", "proctoring", "onboarding", "gigs", "payments", "chatbot",
    "tests", "bench", "templates", "static",
)  # fmt: skip


def tracked(*suffixes: str) -> list[Path]:
    paths = [path for name in FOLDERS for path in walk(ROOT / name)]
    paths += [ROOT / "conftest.py", ROOT / "manage.py"]
    return [path for path in paths if path.suffix in suffixes]


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name == "conftest.py"


CODE = [path for path in tracked(".py") if "migrations" not in path.parts]
PRODUCT = [path for path in CODE if not is_test(path)]


@cache
def text_of(path: Path) -> str:
    return path.read_text()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@cache
def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, kinds)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_stay_short():
    """A module past 300 lines becomes a package of nouns; a test file may have 400."""
    long = {
        named(path): lines
        for path in CODE
        if (lines := text_of(path).count("\n"))
        > (LONGEST_TEST_FILE if is_test(path) else LONGEST_FILE)
    }
    assert not long


def test_functions_stay_short():
    """Nothing over 40 lines; a page's view at most 20."""
    long = {}
    for path in PRODUCT:
        is_view = "views" in path.parts or path.name == "views.py"
        fence = LONGEST_VIEW if is_view else LONGEST_FUNCTION
        long |= {
            f"{named(path)}:{node.name}": length(node)
            for node in functions(path)
            if length(node) > fence
        }
    assert not long


def test_the_median_is_small():
    """Half of the files have at most 70 lines, half of the functions at most 8."""
    files = [n for path in PRODUCT if (n := text_of(path).count("\n")) > 1]
    lengths = [length(node) for path in PRODUCT for node in functions(path)]
    assert statistics.median(files) <= MEDIAN_FILE
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def test_every_test_states_its_rule():
    """Each test's docstring is the rule that it guards."""
    silent = [
        f"{named(path)}:{node.name}"
        for path in CODE
        if path.name.startswith("test_")
        for node in functions(path)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_module_says_what_it_is_for():
    """A reader learns from the first line whether this is the file they look for."""
    silent = [
        named(path)
        for path in CODE
        if text_of(path).strip() and not ast.get_docstring(tree_of(path))
    ]
    assert not silent


def test_nothing_is_left_for_later():
    """No reminders in the code; what is missing stands in an issue."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    here = Path(__file__)
    left = [named(path) for path in CODE if path != here and words.search(text_of(path))]
    assert not left


def test_services_never_read_the_clock():
    """Time comes in as an argument; doors and tasks read it."""
    inner = {"services", "queries", "models"}
    readers = [
        named(path)
        for path in PRODUCT
        if inner & {*path.parts, path.stem}
        and re.search(r"timezone\.now\(\)|datetime\.now\(|date\.today\(", text_of(path))
    ]
    assert not readers


def test_rules_know_no_http():
    """Import contracts cannot name a part of Django, so this one is measured here."""
    inner = {"services", "queries", "models"}
    knowing = [
        named(path)
        for path in PRODUCT
        if inner & {*path.parts, path.stem} and "django.http" in text_of(path)
    ]
    assert not knowing


def test_no_import_hides_in_a_function():
    """Circles are not papered over; `ready()` may load receivers."""
    hidden = [
        f"{named(path)}:{node.name}"
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
        ("address of elsewhere", r"(?:src|href)=\"https?://"),
    ],
)
def test_templates_obey_the_content_policy(what, pattern):
    """The policy would block it in the browser; here it is found earlier."""
    found = [
        named(path)
        for path in tracked(".html")
        if re.search(pattern, text_of(path)) and "messages" not in path.parts
    ]
    assert not found, what


def test_templates_stay_short():
    """A page past 120 lines is made of parts."""
    lines = {named(path): text_of(path).count("\n") for path in tracked(".html")}
    assert not {name: count for name, count in lines.items() if count > LONGEST_TEMPLATE}


MARKUP = re.compile(r"{[{%#].*?[}%#]}|<!DOCTYPE|<!--.*?-->", re.DOTALL)


def test_copy_does_not_shout():
    """Words on pages and in messages: no exclamation mark, no “successfully”."""
    shouting = [
        named(path)
        for path in tracked(".html", ".txt")
        if re.search(r"successfully|\w!(?=[\s<]|$)", MARKUP.sub("", text_of(path)))
    ]
    assert not shouting


def test_nothing_names_a_machine():
    """The repository speaks of HitouchCX alone."""
    pattern = re.compile(r"(?<![\w/])/(?:root|work|home/\w+)/")
    texts = tracked(".py", ".html", ".md", ".txt", ".toml", ".js", ".css")
    assert not [named(path) for path in texts if pattern.search(text_of(path))]
