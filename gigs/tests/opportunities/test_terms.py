"""Versions of an opportunity's terms: what agents agree to, and gigs keep."""

from typing import Any

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from conftest import NOON
from gigs.applications import services as application_services
from gigs.models import Application, Gig, Opportunity, Terms
from gigs.opportunities import terms
from gigs.privacy import export
from gigs.tests.support.marketplace import (
    DAY,
    cleared,
    hire,
    make_opportunity,
    message_of,
    owner_of,
    post_to,
    problem,
)
from hitouch.core.models import OutboxMessage


def edit(opportunity: Opportunity, **changes: Any) -> Opportunity:
    by = owner_of(opportunity.client)
    return terms.edit_opportunity(opportunity=opportunity, changes=changes, by=by, at=NOON)


def apply(agent: Any, opportunity: Opportunity) -> Application:
    return application_services.apply(opportunity=opportunity, agent=agent, now=NOON)


def patch(browser: Any, opportunity: Any, **data: Any) -> Any:
    url = reverse("api:gigs:client-opportunity", args=[opportunity.pk])
    return browser.patch(url, data, content_type="application/json")


def edit_page(opportunity: Opportunity, **changes: Any) -> dict[str, Any]:
    """What the page of a published opportunity posts."""
    facts = {
        "title": opportunity.title,
        "description": opportunity.description,
        "category": opportunity.category,
        "minimum_level": opportunity.minimum_level,
        "skills": ", ".join(opportunity.skills),
        "languages": ", ".join(opportunity.languages),
        "experience_years": opportunity.experience_years,
        "apply_by": opportunity.apply_by.isoformat(),
    }
    return facts | changes


def test_publishing_makes_the_first_version(opportunity: Any, orchid: Any):
    """Version 1 has the text and pay as published, its hash, and who published it."""
    first = opportunity.terms.get()
    assert (first.version, opportunity.terms_version, first.by) == (1, 1, owner_of(orchid))
    assert (first.title, first.rate_paise) == (opportunity.title, opportunity.rate_paise)
    assert first.is_intact
    assert make_opportunity(orchid, publish=False).terms_version == 0


def test_editing_on_the_page_makes_a_new_version(owner: Any, opportunity: Any, browser: Any):
    """The opportunity reads as the new version, the old version stays, and their hashes link."""
    page = browser(owner).get(reverse("gigs:client-edit-opportunity", args=[opportunity.pk]))
    assert "rate_paise" not in page.context["form"].fields
    facts = edit_page(opportunity, title="Mail desk", minimum_level="B2")
    post_to(browser(owner), "gigs:client-edit-opportunity", opportunity.pk, **facts)
    opportunity.refresh_from_db()
    first, second = opportunity.terms.order_by("version")
    assert (opportunity.title, opportunity.terms_version) == ("Mail desk", 2)
    assert (first.title, second.title) == ("Chat desk", "Mail desk")
    assert (second.previous_hash, second.is_intact) == (first.hash, True)
    shown = browser(owner).get(reverse("gigs:client-terms", args=[opportunity.pk]))
    assert "Minimum English level" in shown.content.decode()


def test_editing_over_the_api_makes_a_new_version(owner: Any, opportunity: Any, browser: Any):
    """Only what is sent changes; each version tells what it changed."""
    answer = patch(browser(owner), opportunity, skills=["Typing"])
    assert (answer.status_code, answer.json()["terms_version"]) == (200, 2)
    url = reverse("api:gigs:client-terms", args=[opportunity.pk])
    second, first = browser(owner).get(url).json()
    assert (second["changes"][0]["was"], second["changes"][0]["now"]) == ("Chat support", "Typing")
    assert first["changes"] == []


REFUSED = [
    ({"rate_paise": 1}, "published_pay_fixed"),
    ({"headcount": 9}, "published_pay_fixed"),
    ({"title": "Chat desk"}, "nothing_changed"),
    ({}, "nothing_changed"),
    ({"apply_by": "2026-11-01T10:00Z"}, "deadline_passed"),
    ({"apply_by": "2029-11-01T10:00Z"}, "beyond_horizon"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED)
def test_invalid_edit_is_refused(
    changes: Any, code: str, owner: Any, opportunity: Any, browser: Any
):
    """Pay stays, a version changes something, and its deadline is ahead."""
    answer = patch(browser(owner), opportunity, **changes)
    assert answer.json()["code"] == code
    assert Terms.objects.count() == 1


def test_closed_opportunity_is_not_edited(owner: Any, opportunity: Any, browser: Any):
    """After the close nobody can apply, so there is nothing to change."""
    post_to(browser(owner), "gigs:client-close", opportunity.pk)
    assert problem(patch(browser(owner), opportunity, title="x")) == (409, "wrong_state")
    facts = edit_page(opportunity, title="x")
    page = post_to(browser(owner), "gigs:client-edit-opportunity", opportunity.pk, **facts)
    assert "changed since you opened it" in page.content.decode()


def test_draft_is_edited_freely(owner: Any, orchid: Any, browser: Any):
    """A draft has no versions, and its pay can change."""
    draft = make_opportunity(orchid, publish=False)
    facts = edit_page(draft, pay_kind="HOURLY", rate_paise="250.50", hours_each=8, headcount=2)
    post_to(browser(owner), "gigs:client-edit-opportunity", draft.pk, **facts)
    draft.refresh_from_db()
    assert (draft.rate_paise, draft.hours_each, draft.terms_version) == (250_50, 8, 0)
    assert problem(patch(browser(owner), draft, hours_each=0)) == (409, "hours_do_not_fit")


def test_only_managers_of_the_client_edit(
    viewer: Any, opportunity: Any, outsiders: Any, browser: Any
):
    """A viewer may read; other clients do not find it; agents, staff and nobody are refused."""
    url = reverse("gigs:client-edit-opportunity", args=[opportunity.pk])
    assert browser(viewer).get(url).status_code == 403
    assert patch(browser(viewer), opportunity, title="x").status_code == 403
    expected = {"another agent": 403, "another client": 404, "staff": 403, "nobody": 302}
    assert {who: each.get(url).status_code for who, each in outsiders.items()} == expected
    expected["nobody"] = 401
    assert {
        who: patch(each, opportunity, title="x").status_code for who, each in outsiders.items()
    } == expected
    terms_url = reverse("api:gigs:client-terms", args=[opportunity.pk])
    assert outsiders["another client"].get(terms_url).status_code == 404
    assert browser(viewer).get(terms_url).status_code == 200


def test_applying_for_old_terms_is_refused(asha: Any, opportunity: Any, browser: Any):
    """Page and API tell what changed since, and the page then sends the new version."""
    edit(opportunity, minimum_level="B2")
    answer = post_to(browser(asha), "api:gigs:apply", opportunity.pk, terms_version=1)
    assert problem(answer) == (409, "terms_changed")
    assert answer.json()["terms_version"] == 2
    assert [each["field"] for each in answer.json()["changes"]] == ["minimum_level"]
    page = post_to(browser(asha), "gigs:apply", opportunity.pk, terms_version=1, note="Please")
    assert "What the client changed" in page.content.decode()
    assert (page.context["form"]["terms_version"].value(), asha.applications.count()) == (2, 0)
    assert page.context["form"]["note"].value() == "Please"
    post_to(browser(asha), "gigs:apply", opportunity.pk, terms_version=2, note="Please")
    assert asha.applications.get().terms.version == 2


@pytest.mark.parametrize("version", ["", "0", "-1", "two", "99999999999"])
def test_applying_needs_the_version_shown(version: str, asha: Any, opportunity: Any, browser: Any):
    """A missing or malformed version is an error of its field."""
    answer = post_to(browser(asha), "api:gigs:apply", opportunity.pk, terms_version=version)
    page = post_to(browser(asha), "gigs:apply", opportunity.pk, terms_version=version)
    assert answer.json()["errors"][0]["pointer"] == "#/terms_version"
    assert page.context["form"].errors["terms_version"]
    assert not asha.applications.exists()


def test_version_that_does_not_exist_is_refused(asha: Any, opportunity: Any, browser: Any):
    """A number above the last version agrees to nothing."""
    answer = post_to(browser(asha), "api:gigs:apply", opportunity.pk, terms_version=7)
    assert problem(answer) == (409, "terms_changed")


def test_applicants_are_told_and_agree_anew(
    asha: Any, ravi: Any, opportunity: Any, owner: Any, browser: Any
):
    """Until an applicant agrees to the new version, the client cannot accept the application."""
    application = apply(asha, opportunity)
    edit(opportunity, description="Answer mail.")
    assert OutboxMessage.objects.filter(template="gigs/terms_changed").count() == 1
    for url_name in ("gigs:client-accept", "api:gigs:client-accept"):
        refused = post_to(browser(owner), url_name, application.pk)
        assert not Gig.objects.exists()
    assert problem(refused) == (409, "terms_not_acknowledged")
    page = browser(asha).get(reverse("gigs:applications")).content.decode()
    assert "Answer mail." in page
    assert "Agree to the new terms" in page
    post_to(browser(asha), "gigs:acknowledge-terms", application.pk, terms_version=2)
    application.refresh_from_db()
    assert application.terms.version == 2
    assert application.acknowledged_at == NOON
    post_to(browser(owner), "gigs:client-accept", application.pk)
    assert Gig.objects.get().terms.version == 2


def test_agreeing_over_the_api(asha: Any, opportunity: Any, browser: Any):
    """The version is named; an old one, and a decided application, are refused."""
    application = apply(asha, opportunity)
    edit(opportunity, description="Answer mail.")
    url_name = "api:gigs:acknowledge-terms"
    rows = browser(asha).get(reverse("api:gigs:applications")).json()["data"]
    assert (rows[0]["terms_version"], rows[0]["has_old_terms"]) == (1, True)
    old = post_to(browser(asha), url_name, application.pk, terms_version=1)
    assert problem(old) == (409, "terms_changed")
    new = post_to(browser(asha), url_name, application.pk, terms_version=2)
    assert (new.status_code, new.json()["has_old_terms"]) == (200, False)
    application_services.withdraw(application=application, by=asha.user, at=NOON)
    late = post_to(browser(asha), url_name, application.pk, terms_version=2)
    assert problem(late) == (409, "wrong_state")


def test_agreeing_needs_the_new_level(asha: Any, opportunity: Any, browser: Any):
    """An applicant below a raised level cannot agree, and is told why."""
    application = apply(asha, opportunity)
    edit(opportunity, minimum_level="C1")
    url_name = "acknowledge-terms"
    answer = post_to(browser(asha), f"api:gigs:{url_name}", application.pk, terms_version=2)
    page = post_to(browser(asha), f"gigs:{url_name}", application.pk, terms_version=2)
    assert problem(answer) == (409, "level_too_low")
    assert answer.json()["detail"] in message_of(page)


@pytest.mark.parametrize("url_name", ["gigs:acknowledge-terms", "api:gigs:acknowledge-terms"])
def test_only_the_applicant_agrees(url_name: str, asha: Any, opportunity: Any, outsiders: Any):
    """The application of another agent is not found."""
    application = apply(asha, opportunity)
    edit(opportunity, title="Mail desk")
    url = reverse(url_name, args=[application.pk])
    found = {who: each.post(url).status_code for who, each in outsiders.items()}
    assert found["another agent"] == 404
    assert found["another client"] == found["staff"] == 403
    assert found["nobody"] in (302, 401)
    application.refresh_from_db()
    assert application.terms.version == 1


def test_gig_keeps_its_version(
    asha: Any, opportunity: Any, owner: Any, browser: Any, outsiders: Any
):
    """Both sides go on reading what the agent agreed to, whatever changes later."""
    gig = hire(asha, opportunity)
    edit(opportunity, title="Mail desk", description="Answer mail.")
    answer = browser(asha).get(reverse("api:gigs:gig", args=[gig.pk])).json()
    listed = browser(owner).get(reverse("api:gigs:client-gigs")).json()["data"][0]
    assert answer["terms"] == listed["terms"]
    assert (answer["terms"]["version"], answer["terms"]["title"]) == (1, "Chat desk")
    for person, url_name in ((asha, "gigs:gig"), (owner, "gigs:client-gig")):
        page = browser(person).get(reverse(url_name, args=[gig.pk])).content.decode()
        assert "Answer shoppers." in page
        assert gig.terms.hash in page
    assert (
        "2 of the terms"
        in browser(asha).get(reverse("gigs:opportunity", args=[opportunity.pk])).content.decode()
    )


def test_agents_read_the_versions_they_can_see(
    asha: Any, opportunity: Any, orchid: Any, browser: Any
):
    """Page and API list the versions of an open opportunity; a draft is not found."""
    edit(opportunity, title="Mail desk")
    page = browser(asha).get(reverse("gigs:terms", args=[opportunity.pk]))
    assert "Version 2" in page.content.decode()
    rows = browser(asha).get(reverse("api:gigs:terms", args=[opportunity.pk])).json()
    assert [row["version"] for row in rows] == [2, 1]
    draft = make_opportunity(orchid, publish=False)
    for url_name in ("gigs:terms", "api:gigs:terms"):
        assert browser(asha).get(reverse(url_name, args=[draft.pk])).status_code == 404


FORGED = [
    "UPDATE gigs_terms SET title = 'x'",
    "DELETE FROM gigs_terms",
    "UPDATE gigs_opportunity SET title = 'x'",
    "UPDATE gigs_opportunity SET apply_by = apply_by + interval '1 day'",
    "UPDATE gigs_opportunity SET skills = '{}'",
    "UPDATE gigs_opportunity SET terms_version = 5",
    "UPDATE gigs_application SET terms_id = (SELECT id FROM gigs_terms WHERE version = 1)"
    " WHERE state = 'ACCEPTED'",
    "UPDATE gigs_application SET terms_id = (SELECT id FROM gigs_terms WHERE version = 1)"
    " WHERE state = 'PENDING'",
    "UPDATE gigs_application SET terms_id = NULL",
    "INSERT INTO gigs_terms SELECT (jsonb_populate_record(t, jsonb_build_object("
    "'id', gen_random_uuid(), 'version', t.version + 1, 'rate_paise', 1))).*"
    " FROM gigs_terms t WHERE t.version = 2",
    "INSERT INTO gigs_terms SELECT (jsonb_populate_record(t, jsonb_build_object("
    "'id', gen_random_uuid(), 'version', 9))).* FROM gigs_terms t WHERE t.version = 2",
]


@pytest.mark.parametrize("sql", FORGED)
def test_database_keeps_the_terms(sql: str, asha: Any, ravi: Any, opportunity: Any):
    """No SQL changes a version, the published text without one, or what was agreed to."""
    edit(opportunity, title="Mail desk")
    opportunity.refresh_from_db()
    hire(asha, opportunity)
    apply(ravi, opportunity)
    with (
        pytest.raises(DatabaseError, match="pgtrigger"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_gig_of_old_terms_is_refused_by_the_database(asha: Any, opportunity: Any):
    """Even SQL makes no gig of an application whose terms are old."""
    application = apply(asha, opportunity)
    edit(opportunity, title="Mail desk")
    with pgtrigger.ignore("gigs.Application:state_edges"):
        Application.objects.filter(pk=application.pk).update(state="ACCEPTED")
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        Gig.objects.create(
            application=application, opportunity=opportunity, client=opportunity.client,
            agent=asha, title="x", pay_kind="HOURLY", rate_paise=300_00, hours_each=40,
        )  # fmt: skip


def test_changed_row_breaks_the_hash(opportunity: Any):
    """Whoever switches the triggers off is seen by the hash."""
    with pgtrigger.ignore("gigs.Terms:append_only"):
        opportunity.terms.update(description="Work for nothing.")
    assert not opportunity.terms.get().is_intact


def test_export_names_the_terms(asha: Any, opportunity: Any):
    """The agent's export has version and hash of what was agreed to."""
    apply(asha, opportunity)
    row = export(asha.user)["applications"][0]
    assert (row["terms_version"], row["terms_hash"]) == (1, opportunity.terms.get().hash)


def test_number_of_statements_of_lists_is_fixed(
    asha: Any, orchid: Any, browser: Any, django_assert_max_num_queries: Any
):
    """The list of applications with changed terms costs the same for one and for five."""

    def count() -> int:
        with django_assert_max_num_queries(60) as asked:
            here.get(reverse("gigs:applications"))
        return len(asked)

    here = browser(asha)
    here.get(reverse("gigs:applications"))
    for number in range(5):
        offer = make_opportunity(orchid, title=f"Desk {number}")
        apply(asha, offer)
        edit(offer, title=f"Mail desk {number}")
        if number == 0:
            one = count()
    assert count() == one


def test_stopped_deadline_can_be_extended(asha: Any, opportunity: Any, at_noon: Any):
    """After the deadline a new version with a later one opens the opportunity again."""
    later = NOON + 6 * DAY
    terms.edit_opportunity(
        opportunity=opportunity, changes={"apply_by": NOON + 9 * DAY},
        by=owner_of(opportunity.client), at=later,
    )  # fmt: skip
    made = application_services.apply(
        opportunity=opportunity, agent=cleared("Nila"), now=later, terms_version=2
    )
    assert made.is_pending
