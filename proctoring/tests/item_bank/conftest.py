"""People of the item bank, and drafts."""

import pytest

from accounts.models import User
from conftest import NOON, make_staff
from proctoring.item_bank import review, services
from proctoring.item_bank.content import ItemContent
from proctoring.models import Item, ItemVersion

READING = ItemContent(
    passage="The shop opens at ten.",
    text="When does the shop open?",
    options={"a": "At nine", "b": "At ten", "c": "At noon"},
    key="b",
)
FACTS = {"code": "r-new-1", "kind": "READING_MCQ", "level": "A2", "topic": "schedules"}


@pytest.fixture
def author(db: None) -> User:
    """Staff who write items."""
    return make_staff("Isha", "item_author")


@pytest.fixture
def checker(db: None) -> User:
    """Staff who review items of others."""
    return make_staff("Omar", "item_reviewer")


@pytest.fixture
def draft(author: User) -> ItemVersion:
    """A new item, not reviewed yet."""
    return services.create_item(**FACTS, content=READING, by=author, at=NOON)


@pytest.fixture
def live(draft: ItemVersion, author: User, checker: User) -> Item:
    """An item of people in use."""
    asked = services.request_review(version=draft, by=author, at=NOON)
    review.decide_review(review=asked, outcome="LIVE", by=checker, at=NOON)
    return Item.objects.get()
