"""Search of opportunities: words, misspelt words, Hindi, filters and orders, on page and API."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from conftest import NOON
from gigs.applications.services import apply
from gigs.models import Client, Opportunity, SearchWord
from gigs.opportunities import search_text
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    make_opportunity,
    make_project,
    make_slot,
)
from onboarding.vocabulary.lexicon import Lexicon

EVENING = "Evening chat support for home and garden"
TAMIL = "Phone support in English and Tamil"
CALLS = "Listen to 100 calls and score them"
TITLES = {EVENING, TAMIL, CALLS}
BOTH = pytest.mark.parametrize("url_name", ["gigs:opportunities", "api:gigs:opportunities"])


@pytest.fixture
def offers(orchid: Any) -> None:
    """An evening chat in Hindi, calls in Tamil, and quality review."""
    make_project(orchid, budget_paise=10**11)
    make_opportunity(
        orchid,
        title=EVENING,
        description="Help shoppers choose, follow parcels and settle their queries.",
        skills=["Chat support", "Typing"],
        languages=["English", "Hindi"],
        rate_paise=260_00,
    )
    make_opportunity(
        orchid,
        title=TAMIL,
        description="Take calls about orders.",
        category="VOICE",
        minimum_level="B2",
        skills=["Phone support"],
        languages=["English", "Tamil"],
        rate_paise=340_00,
        apply_by=NOON + 2 * DAY,
    )
    make_opportunity(
        orchid,
        title=CALLS,
        description="Score each on our sheet.",
        category="QUALITY",
        minimum_level="C1",
        skills=["Quality review", "Reporting"],
        rate_paise=18_000_00,
        pay_kind="FIXED",
        hours_each=0,
        apply_by=NOON + 9 * DAY,
    )


def titles(client: Any, url_name: str, search: dict[str, str]) -> list[str]:
    """The titles found, in their order."""
    answer = client.get(reverse(url_name), search)
    assert answer.status_code == 200
    if url_name.startswith("api:"):
        return [row["title"] for row in answer.json()["data"]]
    return [offer.opportunity.title for offer in answer.context["offers"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hindi", {EVENING}),
        ("Hindi chat", {EVENING}),
        ("हिंदी", {EVENING}),
        ("हिन्दी चैट", {EVENING}),
        ("शाम", {EVENING}),
        ("shaam ka kaam", {EVENING}),
        ("sham chat ki naukri", {EVENING}),
        ("evning chat", {EVENING}),
        ("evenings", {EVENING}),
        ("chta", {EVENING}),
        ("hindhi", {EVENING}),
        ("graden", {EVENING}),
        ("query", {EVENING}),
        ("eveninng chatt", {EVENING}),
        ("live chat", {EVENING}),
        ("தமிழ்", {TAMIL}),
        ("telephone", {TAMIL}),
        ("फोन", {TAMIL}),
        ("call", {TAMIL, CALLS}),
        ("tamill", {TAMIL}),
        ("call auditing", {CALLS}),
        ("orchid tamil", {TAMIL}),
        ("orchid retial", TITLES),
        ("job", TITLES),
        ("chat tamil", set()),
        ("zebra", set()),
        ("!!", set()),
        ("' | '", set()),
        ("chat:* & !", {EVENING}),
    ],
)
def test_words_find_work(words: str, found: set[str], offers: None, asha: Any, browser: Any):
    """English and Hindi in both scripts, other spellings, plurals and misspelt words find work."""
    client = browser(asha)
    for url_name in ("gigs:opportunities", "api:gigs:opportunities"):
        assert set(titles(client, url_name, {"q": words})) == found


def test_the_page_says_what_it_searched_for(offers: None, asha: Any, browser: Any):
    """A corrected word is named, so that the person sees why these were found."""
    page = browser(asha).get(reverse("gigs:opportunities"), {"q": "evning chat"}).content.decode()
    assert "Showing results for “evening chat”" in page


def test_the_page_marks_what_the_agent_applied_for(offers: None, asha: Any, browser: Any):
    """Others' applications do not show."""
    evening, tamil = (Opportunity.objects.get(title=title) for title in (EVENING, TAMIL))
    apply(opportunity=evening, agent=asha, now=NOON)
    apply(opportunity=tamil, agent=cleared("Ravi"), now=NOON)
    page = browser(asha).get(reverse("gigs:opportunities"))
    marked = {offer.opportunity.title for offer in page.context["offers"] if offer.application}
    assert marked == {EVENING}
    assert page.content.decode().count("You applied") == 1


@BOTH
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"language": "Tamil"}, {TAMIL}),
        ({"language": "हिंदी"}, {EVENING}),
        ({"hours": "evenings"}, {EVENING}),
        ({"hours": "weekends"}, {TAMIL}),
        ({"open_to_me": "true"}, {EVENING, TAMIL}),
        ({"level": "B1"}, {EVENING}),
        ({"level": "C2", "open_to_me": "true"}, {EVENING, TAMIL}),
        ({"pay": "HOURLY", "category": "CHAT", "q": "garden"}, {EVENING}),
        ({"pay": "HOURLY", "category": "CHAT", "q": "tamil"}, set()),
    ],
)
def test_filters(
    url_name: str, search: Any, found: set[str], offers: None, asha: Any, orchid: Any, browser: Any
):
    """Each filter keeps what it names; several keep what all of them name."""
    rows = {row.title: row for row in orchid.projects.get().opportunities.all()}
    make_slot(rows[EVENING], timedelta(days=1, hours=4))  # Tuesday, 16:00 to 20:00 in India
    make_slot(rows[TAMIL], timedelta(days=5, hours=-3))  # Saturday, 9:00 to 13:00
    make_slot(rows[CALLS], timedelta(days=1, hours=-3))  # Tuesday, 9:00 to 13:00
    assert set(titles(browser(asha), url_name, search)) == found


def test_lowest_pay(offers: None, asha: Any, browser: Any):
    """The page asks in rupees, the API in paise."""
    client = browser(asha)
    assert set(titles(client, "gigs:opportunities", {"min_pay": "300"})) == {TAMIL, CALLS}
    found = titles(client, "api:gigs:opportunities", {"min_pay_paise": "30000"})
    assert set(found) == {TAMIL, CALLS}


@BOTH
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("deadline", [TAMIL, EVENING, CALLS]),
        ("pay", [TAMIL, EVENING, CALLS]),
        ("match", [EVENING, TAMIL, CALLS]),
    ],
)
def test_orders(url_name: str, sort: str, order: Any, offers: None, asha: Any, browser: Any):
    """By deadline, by pay with hourly rates first, and by match with what is open first."""
    assert titles(browser(asha), url_name, {"sort": sort}) == order


@pytest.mark.parametrize(
    "search",
    [{"colour": "red"}, {"sort": "luck"}, {"hours": "x"}, {"language": "Klingon"}, {"pay": "x"}],
)
def test_unknown_filters(search: Any, offers: None, asha: Any, browser: Any):
    """API and page refuse what they do not know, by its name, and never show all instead."""
    client = browser(asha)
    answer = client.get(reverse("api:gigs:opportunities"), search)
    assert (answer.status_code, answer.json()["code"]) == (400, "query_invalid")
    page = client.get(reverse("gigs:opportunities"), search)
    assert page.status_code == 400
    assert next(iter(search)) in page.content.decode()


def test_a_new_name_of_the_client_is_found(offers: None, orchid: Any, asha: Any, browser: Any):
    """The documents of a client's opportunities follow its name."""
    Client.objects.filter(pk=orchid.pk).update(name="Lotus Bazaar")
    client = browser(asha)
    assert len(titles(client, "gigs:opportunities", {"q": "lotus"})) == 3
    assert titles(client, "gigs:opportunities", {"q": "orchid"}) == []


def test_words_of_drafts_are_not_known(orchid: Any):
    """A draft is nobody's business: its words correct no search."""
    draft = make_opportunity(orchid, title="Confidential zeppelin", publish=False)
    assert not SearchWord.objects.filter(word="zeppelin").exists()
    draft.title = "Zeppelins"
    draft.save()
    assert not SearchWord.objects.filter(word__startswith="zeppelin").exists()


def test_evenings_end_with_their_last_shift(offers: None, orchid: Any, asha: Any, browser: Any):
    """A shift that has begun no longer makes the work one of the evening."""
    row = orchid.projects.get().opportunities.get(title=EVENING)
    make_slot(row, timedelta(hours=3))
    make_slot(row, timedelta(days=2, hours=-3))
    row.refresh_from_db()
    assert row.last_evening_at == NOON + 3 * HOUR


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("चैट, सपोर्ट!", ("चैट", "सपोर्ट")),
        ("E-MAIL  support", ("e", "mail", "support")),
        ("क़ानून", ("क़ानून",)),
        ("Ⅳ ﬁle", ("iv", "file")),
        ("", ()),
        ("…", ()),
    ],
)
def test_words_of_a_text(text: str, words: Any):
    """Words keep vowel signs and lose punctuation."""
    assert search_text.split_words(text) == words


@pytest.mark.parametrize("text", ["'", "\\", "a'b & !c", ":*", "<->", "((", "e\u0301te"])
def test_any_text_is_a_query(text: str, db: None, asha: Any, browser: Any):
    """Signs of the query language are never read as such."""
    query = search_text.read(text, Lexicon()).query
    assert "\\" not in query
    assert browser(asha).get(reverse("gigs:opportunities"), {"q": text}).status_code == 200
