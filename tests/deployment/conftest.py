"""Sites that the tests of this folder share, each in a folder with a space in its name."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deployment import first_start
from tests.deployment.sites import Site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """While one worker starts the first site, the other runs the modules that need none.

    `make running` keeps this order of the modules (`--no-loadscope-reorder`).
    """
    with_sites = [item.path for item in items if "make_site" in getattr(item, "fixturenames", ())]

    def place(item: pytest.Item) -> int:
        if item.path not in with_sites:
            return 1
        return 0 if item.path == with_sites[0] else 2

    items.sort(key=place)


@pytest.fixture(scope="module")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Return a function that makes sites, which are stopped after the module.

    A site with servers of its own has the data of a first start.
    """
    made: list[Site] = []
    folder = tmp_path_factory.mktemp("a site", numbered=True)

    def make(name: str = "var", **env: str) -> Site:
        if "DATABASE_URL" not in env:
            first_start.copy_to(folder / name, tmp_path_factory)
        made.append(Site(folder / name, **env))
        return made[-1]

    yield make
    for site in made:
        site.stop_if_running()


@pytest.fixture(scope="module")
def site(make_site: Callable[..., Site]) -> Site:
    """A running site; a test that ends it starts it again."""
    return make_site().start()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A folder for data in which nothing runs."""
    os.umask(0o022)
    return tmp_path / "var"
