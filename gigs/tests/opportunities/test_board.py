"""The board when a search finds more than it counts, and what would open more work."""

from typing import Any

import pytest
from django.urls import reverse

from conftest import NOON
from gigs.applications import services as application_services
from gigs.opportunities import board, prospects
from gigs.opportunities import queries as opportunity_queries
from gigs.tests.opportunities.test_board_plans import found_by
from gigs.tests.support.marketplace import make_opportunity, make_project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", [{}, {"q": "desk", "sort": "match"}, {"language": "English"}])
def test_the_nearest_are_the_best(asked: Any, orchid: Any, monkeypatch: Any):
    """Comparing the nearest only finds the same best ones as comparing all."""
    make_project(orchid, budget_paise=10**12)
    for number, skills in enumerate((["Excel"], [], ["SAP"], ["Excel", "SAP"], ["Chat support"])):
        for level in ("A2", "C1", "B2"):
            make_opportunity(
                orchid, title=f"Desk {number}", skills=skills, minimum_level=level,
                experience_years=number,
            )  # fmt: skip
    whole = [row.pk for row in found_by(asked).page.object_list]
    monkeypatch.setattr(board, "MOST_COUNTED", 3)
    monkeypatch.setattr(board, "NEAREST", 9)
    capped = found_by(asked)
    assert capped.found.is_capped
    assert [row.pk for row in capped.page.object_list][:6] == whole[:6]


def test_numbers_of_the_home_page(orchid: Any, rival: Any, asha: Any):
    """Counted by category: open at the level, not yet applied for, and one level up."""
    make_project(orchid, budget_paise=10**12)
    first = make_opportunity(orchid, minimum_level="A2")
    make_opportunity(orchid)
    for level in ("C1", "C1", "C2"):
        make_opportunity(orchid, minimum_level=level)
    make_opportunity(orchid, category="VOICE", minimum_level="C1")
    make_opportunity(orchid, publish=False)
    application_services.apply(opportunity=first, agent=asha, now=NOON)
    numbers, known = opportunity_queries.open_and_known_numbers(asha, NOON)
    assert numbers == opportunity_queries.open_numbers(NOON)
    chat, voice = opportunity_queries.open_categories("B2", numbers, known)
    assert (chat.category, chat.open, chat.fresh, chat.one_level_up) == ("CHAT", 2, 1, 2)
    assert (voice.category, voice.open, voice.fresh, voice.one_level_up) == ("VOICE", 0, 0, 1)
    assert [each.text for each in prospects.levels("B2", numbers)] == [
        "C1 opens 3 more opportunities.",
        "C2 opens 4 more opportunities.",
    ]


def test_what_would_open_more(orchid: Any, asha: Any, browser: Any):
    """Page, API and home name level, skill and language, counted over all open work."""
    make_project(orchid, budget_paise=10**12)
    wanted = make_opportunity(orchid, minimum_level="C1", skills=["Excel"], languages=["Tamil"])
    make_opportunity(orchid, skills=["Excel", "Chat support"], languages=["Tamil"])
    make_opportunity(orchid, minimum_level="C2", skills=["Excel"])
    client = browser(asha)
    page = client.get(reverse("gigs:opportunity", args=[wanted.pk])).content.decode()
    answer = client.get(reverse("api:gigs:opportunity", args=[wanted.pk])).json()
    sentences = [
        "C1 opens 1 more opportunity.",
        "Excel is asked for by 2 opportunities open at C1.",
        "Tamil is asked for by 2 opportunities open at C1.",
    ]
    assert all(sentence in page for sentence in sentences)
    assert [(row["kind"], row["name"], row["opportunities"]) for row in answer["would_help"]] == [
        ("level", "C1", 1),
        ("skill", "Excel", 2),
        ("language", "Tamil", 2),
    ]
    home = [each.text for each in prospects.most_asked_for(asha, level="B2", now=NOON)]
    assert home == [
        "Excel is asked for by 1 opportunity open at B2.",
        "Tamil is asked for by 1 opportunity open at B2.",
    ]
