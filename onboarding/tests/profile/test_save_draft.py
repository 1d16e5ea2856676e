"""Drafts of profile sections: saved before validation, with revisions against lost updates."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Agent, User
from conftest import NOON, make_agent
from onboarding import privacy as onboarding_privacy
from onboarding.models import ProfileDraft
from onboarding.profile import drafts
from onboarding.tests.conftest import problem, section_post, section_url

API = "/api/v1/onboarding/profile/drafts/"
SECTIONS = ProfileDraft.Section.values


def patch(client: Any, section: str, revision: int | str | None, **fields: Any) -> Any:
    headers = {} if revision is None else {"If-Match": f'"{revision}"'}
    body = json.dumps({"fields": fields})
    return client.patch(f"{API}{section}/", body, content_type="application/json", headers=headers)


def values(client: Any, section: str) -> dict[str, str]:
    return client.get(f"{API}{section}/").json()["values"]


def test_a_draft_is_shown_on_every_device(nila: Agent, agent_client: Any) -> None:
    """Incomplete and invalid values are shown again in another browser."""
    typed = {"birth_on": "1999-1", "given_name": "Ni", "family_name": ""}
    answer = patch(agent_client(nila), "person", 0, **typed)
    assert answer.status_code == 200, answer.content
    assert answer.headers["ETag"] == '"1"'
    other = agent_client(nila)
    assert values(other, "person") == typed
    assert 'value="1999-1"' in other.get(section_url("person")).content.decode()
    nila.refresh_from_db()
    assert nila.given_name == "Nila"


def test_an_older_revision_is_refused(nila: Agent, agent_client: Any) -> None:
    """A device with an old revision gets 412; with the new revision it can save."""
    phone, laptop = agent_client(nila), agent_client(nila)
    assert patch(phone, "work", 0, bio="From the phone").status_code == 200
    assert problem(patch(laptop, "work", 0, bio="From the laptop")) == (412, "stale_draft")
    assert values(laptop, "work")["bio"] == "From the phone"
    assert patch(laptop, "work", 1, bio="From the laptop").status_code == 200


@pytest.mark.parametrize(
    ("revision", "answer"),
    [(None, (428, "revision_missing")), ("x", (412, "stale_draft")), (7, (412, "stale_draft"))],
)
def test_a_revision_is_required(nila: Agent, agent_client: Any, revision: Any, answer: Any) -> None:
    """Without a valid revision nothing is saved."""
    assert problem(patch(agent_client(nila), "work", revision, bio="x")) == answer
    assert not ProfileDraft.objects.exists()


@pytest.mark.parametrize("key", SECTIONS)
def test_saving_a_section_discards_its_draft(nila: Agent, agent_client: Any, key: str) -> None:
    """The draft is emptied and its revision raised, so that other open pages become stale."""
    client = agent_client(nila)
    name = next(iter(section_post(key)))
    assert patch(client, key, 0, **{name: section_post(key)[name]}).status_code == 200
    assert client.post(section_url(key), section_post(key, revision="1")).status_code == 302
    row = ProfileDraft.objects.get(section=key)
    assert (row.content, row.typed_at, row.revision) == ("", None, 2)
    assert problem(patch(client, key, 1, **{name: ""})) == (412, "stale_draft")


def test_an_invalid_post_is_saved_as_draft(nila: Agent, agent_client: Any) -> None:
    """Without scripts too, invalid input is shown on the next device."""
    post = section_post("address", current_pin="12", current_line1="7 Hill Road", revision="0")
    assert agent_client(nila).post(section_url("address"), post).status_code == 200
    found = values(agent_client(nila), "address")
    assert (found["current_pin"], found["current_line1"]) == ("12", "7 Hill Road")
    assert found["same_as_current"] == "on"


def test_finish_later_saves_a_draft(nila: Agent, agent_client: Any) -> None:
    """“Finish later” saves without validation, also unticked boxes, and redirects home."""
    client = agent_client(nila)
    client.post(section_url("address"), section_post("address"))
    answer = client.post(section_url("address"), {"later": "1", "current_pin": "5600"})
    assert answer.headers["Location"] == "/home/"
    found = values(client, "address")
    assert (found["current_pin"], found["same_as_current"]) == ("5600", "")


def test_a_stale_page_saves_nothing(nila: Agent, agent_client: Any) -> None:
    """The page shows newer values beside the input; saving with the new revision works."""
    client = agent_client(nila)
    patch(agent_client(nila), "person", 0, given_name="Mila")
    page = client.post(section_url("person"), section_post("person", revision="0"))
    content = page.content.decode()
    assert "on another device" in content
    assert "<dd>Mila</dd>" in content
    assert 'value="Nila"' in content
    nila.refresh_from_db()
    assert not nila.birth_on
    seen = page.context["draft"].revision
    again = client.post(section_url("person"), section_post("person", revision=str(seen)))
    assert again.status_code == 302


def test_draft_rows_override_saved_rows(nila: Agent, agent_client: Any) -> None:
    """Changed, added and deleted rows of the draft are shown; other values are as saved."""
    client = agent_client(nila)
    client.post(section_url("studies"), section_post("studies"))
    typed = {
        "qualifications-0-title": "Class Twelve",
        "qualifications-0-DELETE": "on",
        "qualifications-TOTAL_FORMS": "2",
        "qualifications-1-title": "B.C",
    }
    assert patch(client, "studies", 1, **typed).status_code == 200
    found = values(client, "studies")
    assert found["qualifications-0-title"] == "Class Twelve"
    assert found["qualifications-0-year"] == "2017"
    assert found["qualifications-1-title"] == "B.C"
    assert "checked" in client.get(section_url("studies")).content.decode()


@pytest.mark.parametrize(
    ("section", "fields", "code"),
    [
        ("work", {"bio": "Mine is 2345 6789 0124"}, "full_aadhaar_number"),
        ("work", {"given_name": "x"}, "validation_failed"),
        ("studies", {"qualifications-21-title": "x"}, "validation_failed"),
        ("studies", {"qualifications-0-agent": "x"}, "validation_failed"),
        ("studies", {"experiences-0-role": "x"}, "validation_failed"),
        ("work", {"skills": ["Chat"]}, "validation_failed"),
        ("work", {"bio": "x" * 2001}, "draft_too_long"),
    ],
)
def test_refused_drafts(
    nila: Agent, agent_client: Any, section: str, fields: Any, code: str
) -> None:
    """Full Aadhaar numbers, unknown fields and values that are too long are refused."""
    client = agent_client(nila)
    assert problem(patch(client, section, 0, **fields)) == (422, code)
    assert not ProfileDraft.objects.exists()


@pytest.mark.parametrize("body", ["[]", "{}", '{"fields": []}', '{"fields": "x"}'])
def test_malformed_bodies(nila: Agent, agent_client: Any, body: str) -> None:
    """A body without an object of fields is 422."""
    url, kind = f"{API}work/", "application/json"
    answer = agent_client(nila).patch(url, body, content_type=kind, headers={"If-Match": "0"})
    assert answer.status_code == 422


def test_locked_identity_takes_no_draft(approved: Agent, agent_client: Any) -> None:
    """With a locked identity names cannot be drafted; other sections can."""
    client = agent_client(approved)
    revision = client.get(f"{API}person/").json()["revision"]
    assert problem(patch(client, "person", revision, given_name="M")) == (409, "identity_locked")
    revision = client.get(f"{API}work/").json()["revision"]
    assert patch(client, "work", revision, bio="x").status_code == 200


def test_a_draft_is_encrypted(nila: Agent, agent_client: Any) -> None:
    """Drafts are not readable in the database."""
    patch(agent_client(nila), "address", 0, current_line1="7 quetzal street")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM onboarding_profiledraft")
        assert b"quetzal" not in bytes(cursor.fetchone()[0])


def test_export_and_erasure_include_drafts(nila: Agent, agent_client: Any) -> None:
    """The data export includes drafts, and erasure deletes them."""
    patch(agent_client(nila), "work", 0, bio="Half a wo")
    exported = onboarding_privacy.export(nila.user)["typed_and_not_saved"]
    assert exported[0]["fields"] == {"bio": "Half a wo"}
    onboarding_privacy.erase(nila.user, at=NOON)
    assert not ProfileDraft.objects.exists()


def test_who_may_read_and_save_drafts(
    nila: Agent, ravi: Agent, reviewer: User, agent_client: Any, client: Any, staff_client: Any
) -> None:
    """Agents only see their own drafts; staff and anonymous users are refused."""
    patch(agent_client(nila), "work", 0, bio="Nila's")
    assert values(agent_client(ravi), "work")["bio"] == ""
    assert patch(agent_client(ravi), "work", 0, bio="Ravi's").status_code == 200
    assert values(agent_client(nila), "work")["bio"] == "Nila's"
    assert patch(staff_client(reviewer), "work", 0, bio="x").status_code == 403
    assert patch(client, "work", 0, bio="x").status_code == 401
    assert agent_client(nila).get(f"{API}photo/").status_code == 404
    assert agent_client(nila).get(section_url("elsewhere")).status_code == 404


def test_a_draft_needs_an_open_step(agent_client: Any, db: None) -> None:
    """Drafts are refused before the contacts are verified."""
    asha = make_agent("Asha")
    User.objects.filter(pk=asha.user.pk).update(phone_verified_at=None)
    assert problem(patch(agent_client(asha), "work", 0, bio="x")) == (409, "step_not_open")


names = st.sampled_from(["given_name", "family_name", "birth_on"])
typing = st.lists(st.dictionaries(names, st.text(st.characters(codec="utf-8"), max_size=9)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(typing)
def test_the_latest_value_wins(nila: Agent, pauses: list[dict[str, str]]) -> None:
    """Each field of the draft has the value that was saved last."""
    ProfileDraft.objects.all().delete()
    expected: dict[str, str] = {}
    for revision, fields in enumerate(pauses):
        drafts.save_draft(agent=nila, section="person", fields=fields, revision=revision, at=NOON)
        expected |= fields
    row = ProfileDraft.objects.filter(agent=nila).first()
    assert (row.fields if row else {}) == expected


@pytest.mark.django_db(transaction=True)
def test_concurrent_saves_of_one_revision() -> None:
    """Of twenty concurrent saves with one revision one succeeds, the others are stale."""
    nila = make_agent("Nila")

    def save(number: int) -> str:
        try:
            drafts.save_draft(
                agent=nila, section="work", fields={"bio": str(number)}, revision=0, at=NOON
            )
        except drafts.StaleDraft:
            return "stale"
        finally:
            connection.close()
        return str(number)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(save, range(20)))
    (saved,) = (answer for answer in answers if answer != "stale")
    row = ProfileDraft.objects.get()
    assert (row.fields, row.revision) == ({"bio": saved}, 1)


def test_an_expired_session(nila: Agent, agent_client: Any) -> None:
    """After logout the API answers 401 with a code that the page's script checks."""
    client: Client = agent_client(nila)
    client.logout()
    assert problem(patch(client, "work", 0, bio="x")) == (401, "not_authenticated")
