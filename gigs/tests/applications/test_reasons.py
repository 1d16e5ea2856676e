"""Why a client rejects an application: a reason from the list, which the agent reads."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conftest import NOON
from gigs.applications import services as application_services
from gigs.models import Application
from gigs.tests.support.marketplace import cleared, hire, is_invalid, make_member, post_to
from hitouch.core.models import OutboxMessage

REJECT = ["gigs:client-reject", "api:gigs:client-reject"]


def apply(agent: Any, opportunity: Any) -> Application:
    return application_services.apply(opportunity=opportunity, agent=agent, now=NOON)


@pytest.mark.parametrize("url_name", REJECT)
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("LEVEL", "higher English level"),
        ("LANGUAGE", "another language"),
        ("EXPERIENCE", "more experience"),
        ("AVAILABILITY", "Your hours"),
        ("FILLED", "All places are filled"),
    ],
)
def test_agent_reads_the_reason(
    url_name: str, code: str, words: str, asha: Any, opportunity: Any, owner: Any, browser: Any
):
    """A reason of the list needs no note; page and API say what helps."""
    application = apply(asha, opportunity)
    post_to(browser(owner), url_name, application.pk, reason_code=code)
    page = browser(asha).get(reverse("gigs:applications")).content.decode()
    row = browser(asha).get(reverse("api:gigs:applications")).json()["data"][0]
    assert (row["state"], row["reason_code"]) == ("REJECTED", code)
    assert words in row["reason_text"]
    assert words in page
    assert OutboxMessage.objects.filter(template="gigs/application_rejected").count() == 1


@pytest.mark.parametrize("url_name", REJECT)
def test_note_alone_is_another_reason(
    url_name: str, asha: Any, opportunity: Any, owner: Any, browser: Any
):
    """What the client wrote is kept, and counts as another reason."""
    application = apply(asha, opportunity)
    post_to(browser(owner), url_name, application.pk, reason="We need Tamil.")
    application.refresh_from_db()
    assert (application.reason_code, application.reason_text) == ("OTHER", "We need Tamil.")


@pytest.mark.parametrize("url_name", REJECT)
@pytest.mark.parametrize(
    "facts",
    [{}, {"reason_code": ""}, {"reason_code": "OTHER"}, {"reason_code": "OTHER", "reason": " "},
     {"reason_code": "AGE", "reason": "Too old."}],
)  # fmt: skip
def test_reason_is_needed(
    url_name: str, facts: Any, asha: Any, opportunity: Any, owner: Any, browser: Any
):
    """No reason, another reason without a note, and a reason of no list are refused."""
    application = apply(asha, opportunity)
    assert is_invalid(post_to(browser(owner), url_name, application.pk, **facts))
    application.refresh_from_db()
    assert application.is_pending


def test_service_refuses_a_reason_of_no_list(asha: Any, opportunity: Any, owner: Any):
    """The list is closed for every caller, and in the database."""
    application = apply(asha, opportunity)
    with pytest.raises(application_services.UnknownReason):
        application_services.reject(
            application=application, reason_code="AGE", reason="x", by=owner.user, at=NOON
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.update(state="REJECTED")


def test_several_are_rejected_at_once(
    asha: Any, ravi: Any, opportunity: Any, owner: Any, browser: Any
):
    """Over the API: each that waits is rejected; what was decided meanwhile is named."""
    waits, taken = apply(asha, opportunity), hire(ravi, opportunity).application
    answer = post_to(
        browser(owner),
        "api:gigs:client-reject-several",
        applications=[str(waits.pk), str(taken.pk)],
        reason_code="FILLED",
    ).json()
    assert answer["rejected"] == 1
    assert [(row["application"], row["code"]) for row in answer["left_out"]] == [
        (str(taken.pk), "wrong_state")
    ]
    assert OutboxMessage.objects.filter(template="gigs/application_rejected").count() == 1


def test_several_are_rejected_on_the_page(
    asha: Any, ravi: Any, opportunity: Any, owner: Any, browser: Any
):
    """The ticked rows of the list are rejected for one reason."""
    rows = [apply(asha, opportunity), apply(ravi, opportunity)]
    page = browser(owner).get(reverse("gigs:client-applications")).content.decode()
    assert all(f'value="{row.pk}"' in page for row in rows)
    ids = [str(row.pk) for row in rows]
    post_to(browser(owner), "gigs:client-reject-several", applications=ids, reason_code="LEVEL")
    assert {row.reason_code for row in Application.objects.all()} == {"LEVEL"}


@pytest.mark.parametrize("site", ["gigs", "api:gigs"])
def test_strangers_reject_nothing(
    site: str, asha: Any, opportunity: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Applications of another client are as if they did not exist; others may not ask."""
    application = apply(asha, opportunity)
    facts = {"applications": [str(application.pk)], "reason_code": "LEVEL"}
    for who, each in {**outsiders, "viewer": browser(viewer)}.items():
        answer = post_to(each, f"{site}:client-reject-several", **facts)
        assert answer.status_code in ((200, 302) if who == "another client" else (302, 401, 403))
    application.refresh_from_db()
    assert application.is_pending


@pytest.mark.parametrize(
    "facts", [{"applications": []}, {"applications": ["x"]}, {"reason_code": "LEVEL"}]
)
def test_malformed_choice_is_refused(facts: Any, owner: Any, browser: Any):
    """No ids, a text that is no id, and none at all are an error of the field."""
    answer = post_to(browser(owner), "api:gigs:client-reject-several", reason="x", **facts)
    assert answer.json()["errors"][0]["pointer"] == "#/applications"
    assert post_to(browser(owner), "gigs:client-reject-several", **facts).status_code == 302


def test_member_does_not_reject_themselves(
    asha: Any, ravi: Any, opportunity: Any, orchid: Any, browser: Any
):
    """Of several, the member's own application is left out."""
    own, other = apply(asha, opportunity), apply(ravi, opportunity)
    make_member("Asha", orchid, "MANAGER", user=asha.user)
    answer = post_to(
        browser(asha), "api:gigs:client-reject-several",
        applications=[str(own.pk), str(other.pk)], reason_code="FILLED",
    ).json()  # fmt: skip
    assert (answer["rejected"], answer["left_out"][0]["code"]) == (1, "own_case")
    assert cleared("Nila").applications.count() == 0
