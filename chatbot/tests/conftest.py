"""The seeded answers, and somebody from support."""

import pytest

from chatbot import seeding
from conftest import NOON, make_staff


@pytest.fixture
def faq(db):
    """What a running site can answer."""
    seeding.seed(NOON)


@pytest.fixture
def sunita(db):
    """Support."""
    return make_staff("Sunita", "support")
