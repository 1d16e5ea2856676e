"""Unlisted terms: staff add them to the vocabulary, or decline them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from conftest import NOON, make_agent, make_staff, sign_in
from hitouch.core.errors import Refusal
from onboarding import queries, tasks
from onboarding.models import LooseWord
from onboarding.tests.conftest import problem, section_post, section_url
from onboarding.vocabulary import services as vocabulary

pytestmark = pytest.mark.django_db
JSON = "application/json"
LIST = "/api/v1/staff/words/"


def types(agent: Agent, *skills: str, languages: str = "English") -> Agent:
    """Save the skills of an agent through the page."""
    typed = section_post("work", skills=", ".join(skills), languages=languages)
    sign_in(Client(), agent.user).post(section_url("work"), typed)
    agent.refresh_from_db()
    return agent


def word(key: str) -> LooseWord:
    return LooseWord.objects.get(key=key)


def url(name: str, row: LooseWord) -> str:
    return reverse(f"admin:onboarding_looseword_{name}", args=[row.pk])


@pytest.fixture
def world(nila: Agent, ravi: Agent) -> None:
    """Two agents with one unlisted term in two spellings, and listed terms."""
    types(nila, "Voice bots", "Typing", "Origami", languages="English, Haryanvi boli")
    types(ravi, "voice-bots", "Excel", "Typing")


@pytest.fixture
def omar(world: None) -> Client:
    """Staff of operations."""
    return sign_in(Client(), make_staff("Omar", "operations"))


def test_unlisted_terms_are_counted(omar: Client) -> None:
    """Spellings of a term are one row; the most frequent terms come first."""
    page = omar.get(reverse("admin:onboarding_looseword_changelist"))
    rows = [(str(row), row.agents) for row in page.context["cl"].result_list]
    assert rows == [("Voice bots", 2), ("Haryanvi boli", 1), ("Origami", 1)]
    own = omar.get(url("word", word("voicebots"))).content.decode()
    assert "Voice bots, voice-bots" in own
    assert "Typing, Excel" in own  # what stands beside it on the profiles
    assert "Nila" not in own
    found = {queue.label: queue.count for queue in queries.work_queues(now=NOON)}
    assert found["Terms to decide"] == 3


@pytest.mark.parametrize(
    "typed",
    ["call 98765 43210", "nila@example.com", "0-98765-43210", "asha gmail dot com",
     "ABCPK1234F", "www.nila.in", "\u096f\u0967\u096e\u0967\u0967\u096b", "5 6 7 8 9"],
)  # fmt: skip
def test_personal_data_is_not_listed(nila: Agent, typed: str) -> None:
    """Contacts and long numbers are not listed for staff."""
    assert types(nila, "Typing", typed).skills == ["Typing", typed]
    assert not LooseWord.objects.exists()
    assert vocabulary.refresh_unlisted_words(at=NOON) == 0
    assert not LooseWord.objects.exists()


@pytest.mark.parametrize("typed", ["L2 support", "24x7 desk", "Office 2019", "C++17", "3D models"])
def test_short_numbers_are_listed(nila: Agent, typed: str) -> None:
    """A year or a version number is not personal data."""
    types(nila, typed)
    assert LooseWord.objects.get().written == typed


def test_page_accepts_a_term(omar: Client, nila: Agent, ravi: Agent) -> None:
    """An accepted term is normalised on every profile and recorded in the audit log once."""
    answer = omar.post(url("adopt", word("voicebots")), {"name": "Voice bots"}, follow=True)
    assert "2 profiles have it now" in answer.content.decode()
    nila.refresh_from_db(), ravi.refresh_from_db()
    assert nila.skills == ["Voice bots", "Typing", "Origami"]
    assert ravi.skills == ["Voice bots", "Excel", "Typing"]
    event = AuditEvent.objects.get(action="word.adopted")
    assert event.new == {"word": "Voice bots", "stands_for": "Voice bots", "profiles": 2}
    assert types(ravi, "VOICE BOTS").skills == ["Voice bots"]


def test_page_accepts_a_synonym(omar: Client, nila: Agent) -> None:
    """A term becomes a synonym of a listed one; profiles contain no duplicates."""
    types(nila, "Voice bots", "Outbound calls", "Robo calling")
    omar.post(url("respell", word("robocalling")), {"of": "cold calling"})
    nila.refresh_from_db()
    assert nila.skills == ["Voice bots", "Outbound calls"]
    wrong = omar.post(url("respell", word("voicebots")), {"of": "Nothing of ours"})
    assert (wrong.status_code, "no such term" in wrong.content.decode()) == (422, True)


def test_page_declines(omar: Client, nila: Agent) -> None:
    """A declined term stays on the profile and can be accepted later."""
    row = word("origami")
    answer = omar.post(url("decline", row), follow=True).content.decode()
    assert "stays on profiles but is not used for matching" in answer
    assert types(nila, "origami").skills == ["origami"]
    assert word("origami").state == "DECLINED"
    omar.post(url("adopt", row), {"name": "Paper folding"})
    nila.refresh_from_db()
    assert nila.skills == ["Paper folding"]
    assert types(nila, "paper  folding").skills == ["Paper folding"]


def test_api_decides(omar: Client, ravi: Agent) -> None:
    """The API decides with the same refusals as the page."""
    rows = {row["word"]: row for row in omar.get(f"{LIST}?state=WAITING").json()["data"]}
    assert rows["Voice bots"]["agents"] == 2
    assert rows["Voice bots"]["spellings"] == ["Voice bots", "voice-bots"]
    at = f"{LIST}{rows['Voice bots']['id']}/"
    for name, code in {"chat": "word_known", "a, b": "bad_word", "98765 43210": "bad_word"}.items():
        assert problem(omar.post(f"{at}adopt/", {"name": name}, JSON)) == (422, code)
    assert problem(omar.post(f"{at}respell/", {"of": "Klingon"}, JSON)) == (422, "word_unknown")
    done = omar.post(f"{at}adopt/", {"name": "Voice bots"}, JSON).json()
    assert (done["state"], done["name"], done["agents"]) == ("ADOPTED", "Voice bots", 2)
    for act, body in {"adopt": {"name": "X"}, "respell": {"of": "Excel"}, "decline": {}}.items():
        assert problem(omar.post(f"{at}{act}/", body, JSON)) == (409, "word_decided")
    other = f"{LIST}{rows['Haryanvi boli']['id']}/respell/"
    assert omar.post(other, {"of": "Haryanvi"}, JSON).json()["name"] == "Haryanvi"
    assert omar.post(f"{LIST}{rows['Origami']['id']}/decline/").json()["state"] == "DECLINED"


@pytest.mark.parametrize("who", ["reviewer", "nobody", "agent"])
def test_decisions_need_the_operations_role(world: None, who: str, ravi: Agent) -> None:
    """Other roles, agents and anonymous users are refused."""
    client = Client()
    if who != "nobody":
        sign_in(client, make_staff("Farah", "reviewer") if who == "reviewer" else ravi.user)
    row = word("voicebots")
    addresses = [url(name, row) for name in ("adopt", "respell", "decline")]
    addresses += [f"{LIST}{row.pk}/{name}/" for name in ("adopt", "respell", "decline")]
    for address in addresses:
        answer = client.post(address, {"name": "Voice bots", "of": "Excel"})
        assert answer.status_code in (302, 401, 403)
    assert client.get(LIST).status_code in (401, 403)
    assert client.get(url("word", row)).status_code in (302, 403)
    assert word("voicebots").state == "WAITING"


def test_list_has_a_fixed_number_of_queries(
    omar: Client, nila: Agent, django_assert_max_num_queries: Any
) -> None:
    """Page and API have a fixed number of queries."""
    types(nila, *[f"Odd craft {chr(65 + n)}" for n in range(20)])
    with django_assert_max_num_queries(12):
        page = omar.get(reverse("admin:onboarding_looseword_changelist"))
    assert len(page.context["cl"].result_list) == 23
    with django_assert_max_num_queries(8):
        omar.get(LIST)


def test_nightly_refresh_of_unlisted_terms(world: None, nila: Agent) -> None:
    """New unlisted terms are recorded, and terms on no profile are deleted."""
    types(nila, "Typing")
    Agent.objects.filter(pk=nila.pk).update(skills=["typing speed", "Batik", "BATIK"])
    tasks.refresh_vocabulary()
    nila.refresh_from_db()
    assert nila.skills[0] == "Typing"  # in the file's word
    assert word("batik").spellings == ["BATIK", "Batik"]
    assert not LooseWord.objects.filter(key="origami").exists()
    assert word("voicebots").spellings == ["Voice bots", "voice-bots"]


@pytest.mark.django_db(transaction=True)
def test_concurrent_decisions() -> None:
    """Of two concurrent decisions one is refused. A profile saved in between is normalised too."""
    agents = [types(make_agent(f"Tara{n}"), "Voice bots") for n in range(4)]
    omar, row = make_staff("Omar", "operations"), word("voicebots")

    def decide(name: str) -> str:
        try:
            vocabulary.adopt_word(word=row, name=name, by=omar, at=NOON)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return name

    def save(agent: Agent) -> str:
        try:
            types(agent, "voice  bots", "Typing")
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(8) as pool:
        decided = [pool.submit(decide, name) for name in ("Voice bots", "Bots that speak")]
        saved = [pool.submit(save, agent) for agent in agents]
        names = [each.result() for each in decided]
        [each.result() for each in saved]
    assert sorted(names)[1] == "word_decided"
    won = sorted(names)[0]
    says = Agent.objects.exclude(skills=[]).values_list("skills", flat=True)
    assert {tuple(words) for words in says} == {(won, "Typing")}
