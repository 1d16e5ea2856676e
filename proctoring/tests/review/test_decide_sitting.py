"""The review of a sitting by a proctor: confirm or cancel the result; page and API."""

import pytest

from accounts.models import AuditEvent
from conftest import NOON
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired
from hitouch.core.files import storage
from proctoring import queries
from proctoring.review import services as review
from proctoring.tests.support.cast import make_graded_sitting, make_sitting
from proctoring.tests.support.productive import LETTER, add_section, write_answer


def api_url(sitting, act=""):
    return f"/api/v1/staff/sittings/{sitting.pk}/{act}"


def test_proctor_confirms_a_result(asha, ravi, assessment, proctor, signed_in):
    """Page and API confirm a result, record who checked the photo, and write the audit record.

    Without a profile photo nobody has checked whether it is the same person.
    """
    client = signed_in(proctor)
    asha.photo = storage.store_bytes(
        b"face", name="photo.jpg", content_type="image/jpeg", purpose="agent-photo"
    )
    asha.save()
    first, second = make_graded_sitting(asha), make_graded_sitting(ravi)
    assert client.post(api_url(first, "clear/")).json()["state"] == "CLEARED"
    assert client.post(f"/proctor/{second.pk}/clear/").url == f"/proctor/{second.pk}/"
    for sitting, decision in ((first, (True, proctor)), (second, (None, None))):
        sitting.refresh_from_db()
        assert sitting.state == "CLEARED"
        photo = sitting.identity_checks.get()
        assert (photo.same_person, photo.decided_by) == decision
    assert AuditEvent.objects.filter(action="sitting.cleared", by=proctor).count() == 2


def test_proctor_cancels_a_result(asha, assessment, passed, proctor, signed_in):
    """A cancelled result removes the level; the agent sees the reason."""
    sitting = passed
    data = signed_in(proctor).post(
        api_url(sitting, "void/"), {"reason": "Another person sat it."}, "application/json"
    )
    assert data.json()["state"] == "VOIDED"
    asha.refresh_from_db()
    assert asha.level == ""
    page = signed_in(asha.user).get(f"/assessment/{sitting.pk}/result/").content
    assert b"Another person sat it." in page
    assert AuditEvent.objects.filter(action="sitting.voided").exists()


def test_cancelling_falls_back_to_the_other_result(asha, assessment, proctor):
    """Cancelling the better result leaves the level of the other one."""
    make_graded_sitting(asha, levels=("A1", "A2"))
    best = make_graded_sitting(asha)
    review.void_sitting(sitting=best, reason="Notes on the desk.", by=proctor, at=NOON)
    asha.refresh_from_db()
    assert asha.level == "A2"


def test_cancelling_needs_a_reason(asha, assessment, passed, proctor, signed_in):
    """Page, API and service refuse to cancel a result without a reason."""
    sitting = passed
    client = signed_in(proctor)
    answer = client.post(api_url(sitting, "void/"), {"reason": "  "}, "application/json")
    assert answer.status_code == 422
    assert client.post(f"/proctor/{sitting.pk}/void/", {"reason": ""}).status_code == 200
    with pytest.raises(ReasonRequired):
        review.void_sitting(sitting=sitting, reason=" ", by=proctor, at=NOON)
    assert queries.latest_sitting(asha).state == "GRADED"


def test_confirmed_result_can_be_cancelled_once(asha, assessment, passed, proctor):
    """A confirmed result cannot be confirmed again, but can be cancelled, once."""
    sitting = passed
    review.clear_sitting(sitting=sitting, by=proctor, at=NOON)
    with pytest.raises(InvalidTransition):
        review.clear_sitting(sitting=sitting, by=proctor, at=NOON)
    done = review.void_sitting(sitting=sitting, reason="Found out.", by=proctor, at=NOON)
    assert done.state == "VOIDED"
    with pytest.raises(InvalidTransition):
        review.void_sitting(sitting=sitting, reason="Again.", by=proctor, at=NOON)


def test_running_sitting_cannot_be_decided(asha, assessment, proctor, signed_in):
    """A sitting in progress can be neither confirmed nor cancelled."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    answer = signed_in(proctor).post(api_url(sitting, "clear/"))
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_case_shows_photo_events_and_answers(asha, assessment, passed, proctor, signed_in):
    """The review page and the API show photos and answers of a sitting."""
    sitting = passed
    client = signed_in(proctor)
    page = client.get(f"/proctor/{sitting.pk}/").content.decode()
    assert f"/proctor/photos/{sitting.identity_checks.get().pk}/" in page
    assert "Confirm result" in page
    data = client.get(api_url(sitting)).json()
    assert len(data["answers"]) == 16
    assert client.get(data["photo_url"])["Content-Type"] == "image/jpeg"
    assert client.get(data["profile_photo_url"]).status_code == 404


def test_only_proctors_have_access(
    asha, assessment, passed, proctor, reviewer, staff_without_role, signed_in, client
):
    """Agents, other staff, anonymous users and proctors without a second factor have no access."""
    sitting = passed
    pages = [
        "/proctor/",
        f"/proctor/{sitting.pk}/",
        f"/proctor/{sitting.pk}/photo/",
    ]
    calls = ["/api/v1/staff/sittings/", api_url(sitting)]
    for person in (asha.user, reviewer, staff_without_role):
        other = signed_in(person)
        assert {other.get(address).status_code for address in pages + calls} == {403}
        assert other.post(api_url(sitting, "clear/")).status_code == 403
        assert other.post(f"/proctor/{sitting.pk}/void/", {"reason": "x"}).status_code == 403
    without_factor = signed_in(proctor, second_factor=False)
    assert {without_factor.get(address).status_code for address in calls} == {403}
    assert {without_factor.get(address).status_code for address in pages} == {302}
    assert {client.get(address).status_code for address in pages} == {302}
    assert {client.get(address).status_code for address in calls} == {401}


def test_reviewer_sees_how_answers_came_about(asha, assessment, proctor, signed_in):
    """Page and API show what the journal tells; the agent's own result does not."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    (question,) = add_section(sitting, "WRITING")
    write_answer(question, "Dear team,")
    write_answer(question, LETTER)
    client = signed_in(proctor)
    page = client.get(f"/proctor/{sitting.pk}/").content.decode()
    assert "The text grew by" in page
    found = client.get(f"/api/v1/staff/sittings/{sitting.pk}/").json()["findings"]
    assert [row["kind"] for row in found] == ["JUMP"]
