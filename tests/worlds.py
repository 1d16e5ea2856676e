"""Pytest plugin: rows that many tests stand on are made once, and every test finds them untouched.

`@kept` is `@pytest.fixture` for a function that does nothing but make rows out of other kept
rows. What a test asks for is a pile of savepoints in one transaction that is never committed:
the next test rolls back to where its own pile differs and makes only the rest. So it sees
exactly the rows it asked for, whatever ran before, and gets copies of the objects. A test that
commits, or has a world of its own (`in_one_world`), finds the pile cleared away.
"""

import inspect
import shutil
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

Maker = Callable[..., Any]
Step = tuple[Maker, dict[str, Maker]]

#: What a maker may rely on besides the rows: the clock, a silent bell, who counts as cleared.
SURROUNDINGS = ("at_noon", "quiet_bell", "cleared_by_level", "private_files", "own_files")
#: How many tests of this run ask for a maker: what most ask for lies lowest.
asked: Counter[Maker] = Counter()


@dataclass
class Layer:
    """What one maker added, and all objects up to here."""

    maker: Maker
    needs: dict[str, Maker]
    blocker: Any
    savepoint: transaction.Atomic
    files: Path
    found: dict[Maker, Any]

    @property
    def step(self) -> "Step":
        """By which two tests find that they want the same."""
        return self.maker, self.needs


pile: list[Layer] = []


def kept(maker: Maker | None = None, *, autouse: bool = False) -> Any:
    """A fixture whose rows are made once for all tests that ask for them in a row."""
    if maker is None:
        return partial(kept, autouse=autouse)
    names = list(inspect.signature(maker).parameters)

    def fixture(request: pytest.FixtureRequest, db: Any = None, **rows: Any) -> Any:
        if autouse and not has_rows(request.node):
            return None
        request.getfixturevalue("db")
        found = request.getfixturevalue("pile_of_rows")
        return found[maker] if maker in found else maker(**rows)

    asks = ["request", *names] if autouse else ["request", "db", *names]
    keywords = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in asks]
    fixture.__signature__ = inspect.Signature(keywords)  # type: ignore[attr-defined]
    fixture.__doc__, fixture.__module__ = maker.__doc__, maker.__module__
    fixture.maker, fixture.needs = maker, names  # type: ignore[attr-defined]
    return pytest.fixture(fixture, name=maker.__name__, autouse=autouse)


def has_rows(item: pytest.Item) -> bool:
    """Whether a test has a database at all."""
    names = {"db", "transactional_db"} & set(item.fixturenames)  # type: ignore[attr-defined]
    return bool(names or item.get_closest_marker("django_db"))


def kept_by(item: pytest.Item) -> dict[str, Any]:
    """The kept fixtures that a test asks for, by name."""
    info = getattr(item, "_fixtureinfo", None)
    closest = {n: defs[-1].func for n, defs in info.name2fixturedefs.items()} if info else {}
    return {name: func for name, func in closest.items() if hasattr(func, "maker")}


def may_pile(item: pytest.Item) -> bool:
    """Whether all that a test writes is rolled back at its end."""
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    commits = names & {"transactional_db", "live_server", "in_one_world"}
    return not commits and not (marker and (marker.args or marker.kwargs))


def in_order(fixtures: dict[str, Any]) -> list[Step]:
    """Makers with what each needs: the most wanted first, but never before its needs."""
    ordered: dict[Maker, dict[str, Maker]] = {}

    def visit(fixture: Any) -> None:
        if fixture.maker not in ordered:
            for name in fixture.needs:
                visit(fixtures[name])
            ordered[fixture.maker] = {name: fixtures[name].maker for name in fixture.needs}

    for _, fixture in sorted(fixtures.items(), key=lambda each: (-asked[each[1].maker], each[0])):
        visit(fixture)
    return list(ordered.items())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count before anything is chosen, so that every worker comes to the same order."""
    for item in items:
        asked.update(fixture.maker for fixture in kept_by(item).values())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: a test that commits must not find the pile."""
    if pile and not may_pile(item):
        with pile[0].blocker.unblock():
            clear_away()


def clear_away(down_to: int = 0) -> None:
    """Roll back all layers above."""
    while len(pile) > down_to:
        transaction.set_rollback(True)
        layer = pile.pop()
        layer.savepoint.__exit__(None, None, None)
        shutil.rmtree(layer.files, ignore_errors=True)


def build(wanted: list[Step], blocker: Any, folder: Path) -> dict[Maker, Any]:
    """Bring the pile to what is wanted; the objects are the caller's own."""
    same = 0
    while same < min(len(pile), len(wanted)) and pile[same].step == wanted[same]:
        same += 1
    clear_away(same)
    for maker, needs in wanted[same:]:
        below = deepcopy(pile[-1].found) if pile else {}
        layer = Layer(maker, needs, blocker, transaction.atomic(), folder / str(len(pile)), below)
        layer.savepoint._from_testcase = True  # type: ignore[attr-defined]
        layer.savepoint.__enter__()
        pile.append(layer)
        fill(layer)
    return deepcopy(pile[-1].found) if pile else {}


def fill(layer: Layer) -> None:
    """Let the maker do its work; a layer that is not whole does not stay."""
    rows = {name: layer.found[need] for name, need in layer.needs.items()}
    try:
        with override_settings(HITOUCH_PRIVATE_FILES=layer.files):
            layer.found[layer.maker] = layer.maker(**rows)
    except BaseException:
        clear_away(len(pile) - 1)
        raise


@pytest.fixture(scope="session")
def pile_of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files lie that go with the rows."""
    return tmp_path_factory.mktemp("pile")


@pytest.fixture
def pile_of_rows(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    pile_of_files: Path,
) -> dict[Maker, Any]:
    """What the kept fixtures of this test made, before its own transaction begins."""
    if not may_pile(request.node):
        return {}
    for name in SURROUNDINGS:
        if name in request.fixturenames:
            request.getfixturevalue(name)
    with django_db_blocker.unblock():
        found = build(in_order(kept_by(request.node)), django_db_blocker, pile_of_files)
    for layer in pile:
        if layer.files.exists():
            shutil.copytree(layer.files, settings.HITOUCH_PRIVATE_FILES, dirs_exist_ok=True)
    return found


@pytest.fixture
def _django_db_helper(pile_of_rows: dict[Maker, Any], _django_db_helper: None) -> None:
    """The transaction of a test begins on top of the pile."""
