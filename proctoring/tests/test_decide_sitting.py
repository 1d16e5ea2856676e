"""The proctor's part: look, clear, take back."""

import pytest

from accounts.models import AuditEvent
from conftest import NOON
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired
from proctoring import queries
from proctoring.services import review
from proctoring.tests.support.cast import graded, sitting_at


def api(sitting, act=""):
    return f"/api/v1/staff/sittings/{sitting.pk}/{act}"


def test_proctor_clears_over_both_doors(asha, ravi, assessment, proctor, signed_in):
    """The result stands, the photo is judged by a person, and it is written down who."""
    client = signed_in(proctor)
    first, second = graded(asha), graded(ravi)
    assert client.post(api(first, "clear/")).json()["state"] == "CLEARED"
    assert client.post(f"/proctor/{second.pk}/clear/").url == f"/proctor/{second.pk}/"
    for sitting in (first, second):
        sitting.refresh_from_db()
        assert sitting.state == "CLEARED"
        assert (sitting.identity.same_person, sitting.identity.decided_by) == (True, proctor)
    assert AuditEvent.objects.filter(action="sitting.cleared", by=proctor).count() == 2


def test_proctor_takes_back_and_the_level_goes(asha, assessment, passed, proctor, signed_in):
    """The agent reads the reason; the level is that of what still stands: none."""
    sitting = passed
    told = signed_in(proctor).post(
        api(sitting, "void/"), {"reason": "Another person sat it."}, "application/json"
    )
    assert told.json()["state"] == "VOIDED"
    asha.refresh_from_db()
    assert asha.level == ""
    page = signed_in(asha.user).get(f"/assessment/{sitting.pk}/result/").content
    assert b"Another person sat it." in page
    assert AuditEvent.objects.filter(action="sitting.voided").exists()


def test_older_result_stands_again(asha, assessment, proctor):
    """Taking back the better result leaves the other."""
    graded(asha, levels=("A1", "A2", "B1"))
    best = graded(asha)
    review.void_sitting(sitting=best, reason="Notes on the desk.", by=proctor, at=NOON)
    asha.refresh_from_db()
    assert asha.level == "A2"


def test_taking_back_needs_a_reason_on_both_doors(asha, assessment, passed, proctor, signed_in):
    """Nothing is taken back without words."""
    sitting = passed
    client = signed_in(proctor)
    answer = client.post(api(sitting, "void/"), {"reason": "  "}, "application/json")
    assert answer.status_code == 422
    assert client.post(f"/proctor/{sitting.pk}/void/", {"reason": ""}).status_code == 200
    with pytest.raises(ReasonRequired):
        review.void_sitting(sitting=sitting, reason=" ", by=proctor, at=NOON)
    assert queries.latest_sitting(asha).state == "GRADED"


def test_cleared_twice_is_refused_and_may_still_be_taken_back(asha, assessment, passed, proctor):
    """What comes out later still counts."""
    sitting = passed
    review.clear_sitting(sitting=sitting, by=proctor, at=NOON)
    with pytest.raises(InvalidTransition):
        review.clear_sitting(sitting=sitting, by=proctor, at=NOON)
    done = review.void_sitting(sitting=sitting, reason="Found out.", by=proctor, at=NOON)
    assert done.state == "VOIDED"
    with pytest.raises(InvalidTransition):
        review.void_sitting(sitting=sitting, reason="Again.", by=proctor, at=NOON)


def test_running_sitting_cannot_be_decided(asha, assessment, proctor, signed_in):
    """First it ends and is graded."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    answer = signed_in(proctor).post(api(sitting, "clear/"))
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_case_shows_photo_events_and_answers(asha, assessment, passed, proctor, signed_in):
    """One case on one screen, and the same over the API."""
    sitting = passed
    client = signed_in(proctor)
    page = client.get(f"/proctor/{sitting.pk}/").content.decode()
    assert f"/proctor/{sitting.pk}/photo/" in page
    assert "Confirm result" in page
    told = client.get(api(sitting)).json()
    assert len(told["answers"]) == 16
    assert client.get(told["photo_url"])["Content-Type"] == "image/jpeg"
    assert client.get(told["profile_photo_url"]).status_code == 404


def test_live_list_shows_who_sits_and_since_when_nobody_saw_them(
    asha, assessment, proctor, signed_in
):
    """Asha began at noon and was not heard of since: she is missing."""
    sitting_at(asha, "IN_PROGRESS")
    client = signed_in(proctor)
    for page in ("/proctor/", "/proctor/rows/"):
        shown = client.get(page).content
        assert b"Asha Rao" in shown
        assert b"ago" in shown


def test_strangers_see_and_decide_nothing(
    asha, assessment, passed, proctor, reviewer, staff_without_role, signed_in, client
):
    """Agents, staff in other roles, a proctor without second factor, nobody."""
    sitting = passed
    pages = [
        "/proctor/",
        "/proctor/rows/",
        f"/proctor/{sitting.pk}/",
        f"/proctor/{sitting.pk}/photo/",
    ]
    calls = ["/api/v1/staff/sittings/", api(sitting)]
    for person in (asha.user, reviewer, staff_without_role):
        other = signed_in(person)
        assert {other.get(address).status_code for address in pages + calls} == {403}
        assert other.post(api(sitting, "clear/")).status_code == 403
        assert other.post(f"/proctor/{sitting.pk}/void/", {"reason": "x"}).status_code == 403
    half = signed_in(proctor, second_factor=False)
    assert {half.get(address).status_code for address in calls} == {403}
    assert {half.get(address).status_code for address in pages} == {302}
    assert {client.get(address).status_code for address in pages} == {302}
    assert {client.get(address).status_code for address in calls} == {401}


def test_what_waits_is_counted_with_its_age(asha, assessment, settings):
    """Staff see how many results nobody has looked at, and since when."""
    graded(asha)
    (waiting,) = queries.work_queues(now=NOON)
    assert (waiting.count, waiting.oldest_at) == (1, NOON)
