"""The seeded answers, and somebody from support."""

from chatbot import seeding
from conftest import NOON, make_staff
from tests.worlds import kept


@kept
def faq():
    """What a running site can answer."""
    seeding.seed(NOON)


@kept
def sunita():
    """Support."""
    return make_staff("Sunita", "support")
