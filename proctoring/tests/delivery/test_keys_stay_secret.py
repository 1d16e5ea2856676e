"""The answer key of a question never leaves the server."""

import json

import pytest

from conftest import NOON
from proctoring import queries
from proctoring.item_bank import seeding
from proctoring.tests.support.cast import make_sitting

SECRET_FIELDS = {"key", "accepted", "right", "level"}


def names_in(value) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in names_in(inner)}
    if isinstance(value, list):
        return {name for inner in value for name in names_in(inner)}
    return set()


@pytest.fixture
def marked(assessment, monkeypatch):
    """New versions of all gaps, whose keys are a marker that can be searched for."""
    marker = {"accepted": ["SECRETKEY"], "key": "SECRETKEY"}
    secret = [
        {**item, **marker} if item["kind"] == "FILL_BLANK" else item for item in seeding._items()
    ]
    monkeypatch.setattr(seeding, "_items", lambda: iter(secret))
    seeding.seed_items(NOON)
    return assessment


def test_api_sends_no_key(asha, marked, signed_in, live_clock):
    """The API sends neither the key nor the level of a question."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    client = signed_in(asha.user)
    for position in (1, 2):
        answer = client.get(f"/api/v1/sittings/{sitting.pk}/questions/")
        assert not names_in(answer.json()["questions"]) & SECRET_FIELDS
        assert b"SECRETKEY" not in answer.content
        assert len(answer.json()["questions"]) == 8
        client.post(
            f"/api/v1/sittings/{sitting.pk}/sections/next/",
            {"position": position},
            "application/json",
        )


def test_page_sends_no_key(asha, marked, signed_in, live_clock):
    """The page contains no key."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    client = signed_in(asha.user)
    page = f"/assessment/{sitting.pk}/questions/"
    first = client.get(page).content
    client.post(page, {"action": "next", "position": 1, "confirm": 1})
    second = client.get(page).content
    assert b"Reading" in first
    assert b"Fill in the blanks" in second
    for shown in (first, second):
        assert b"SECRETKEY" not in shown
        assert b"data-key" not in shown


def test_options_are_shuffled_for_each_sitting(asha, ravi, assessment, live_clock):
    """The order of the options differs between sittings."""
    orders = set()
    for agent in (asha, ravi):
        part = queries.current_section(make_sitting(agent, "IN_PROGRESS", live_clock))
        orders |= {tuple(row.option_order) for row in queries.questions_in(part)}
    assert len(orders) > 3


def test_sitting_contains_no_key(asha, assessment, signed_in, live_clock):
    """The API's representation of a sitting contains no key."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    data = signed_in(asha.user).get(f"/api/v1/sittings/{sitting.pk}/").json()
    assert not names_in(data) & (SECRET_FIELDS - {"level"})
    assert "SECRETKEY" not in json.dumps(data)
