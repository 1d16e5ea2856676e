"""People and a live sitting that the tests of a module share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pgtrigger
import pytest

from accounts.models import Agent, User
from conftest import NOON, Made, make_agent, make_staff
from proctoring.item_bank.seeding import seed
from proctoring.models import Assessment, Sitting
from proctoring.tests.support.cast import make_sitting


def make_scene() -> dict[str, Any]:
    scene: dict[str, Any] = {"assessment": seed(NOON), "asha": make_agent("Asha")}
    scene["proctor"] = make_staff("Farah", "proctor")
    scene["running"] = make_sitting(scene["asha"], "IN_PROGRESS", NOON)
    return scene


@pytest.fixture(scope="module")
def shared_scene(make_once: Callable[..., Made]) -> Made:
    return make_once(make_scene)


@pytest.fixture
def scene(shared_scene: Made, db: None, tmp_path: Path) -> dict[str, Any]:
    """Asha in an assessment since noon, and a proctor."""
    found: dict[str, Any] = shared_scene.copy_for(tmp_path)
    return found


@pytest.fixture
def asha(scene: dict[str, Any]) -> Agent:
    """The candidate."""
    return scene["asha"]  # type: ignore[no-any-return]


@pytest.fixture
def proctor(scene: dict[str, Any]) -> User:
    """Staff in the proctor role."""
    return scene["proctor"]  # type: ignore[no-any-return]


@pytest.fixture
def running(scene: dict[str, Any]) -> Sitting:
    """A sitting of Asha in progress since noon."""
    return scene["running"]  # type: ignore[no-any-return]


@pytest.fixture
def assessment(scene: dict[str, Any]) -> Assessment:
    """The seeded assessment, with nobody in it."""
    with pgtrigger.ignore():
        scene["running"].delete()
    return scene["assessment"]  # type: ignore[no-any-return]
