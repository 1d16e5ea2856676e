"""Fixtures: the seeded FAQ, and a member of support."""

import pytest

from chatbot import seeding
from conftest import NOON, make_staff


@pytest.fixture
def faq(db):
    """The seeded FAQ."""
    seeding.seed(NOON)


@pytest.fixture
def sunita(db):
    """A member of support."""
    return make_staff("Sunita", "support")
