"""The photo: the machine says only "the same person"; in doubt a person decides."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Notice
from conftest import NOON
from hitouch.core.errors import ReasonRequired
from hitouch.core.files import storage
from proctoring import maintenance
from proctoring.models import IdentityCheck, Sitting
from proctoring.setup import identity
from proctoring.setup import queries as checks
from proctoring.setup import services as setup
from proctoring.setup.identity_review.services import NothingToCompare, decide_identity
from proctoring.tests.setup.conftest import ANOTHER, flat, picture
from proctoring.tests.support.cast import make_picture, make_sitting, pass_checks

RETRY = identity.PhotoComparison(IdentityCheck.Outcome.RETRY, "not_matched", "PROFILE", 0.7)


def send(client, sitting, photo):
    return client.post(f"/api/v1/sittings/{sitting.pk}/identity/", {"photo": photo})


def record(sitting, comparison=RETRY, at=NOON):
    return setup.record_identity(
        sitting=sitting,
        picture=make_picture().read(),
        comparison=comparison,
        by=sitting.agent.user,
        at=at,
    )


def in_review(agent) -> Sitting:
    """A sitting whose photo a person has to compare."""
    sitting = make_sitting(agent, "IDENTITY")
    pass_checks(sitting, "SENTENCE")
    record(sitting, identity.PhotoComparison(IdentityCheck.Outcome.PERSON, "no_reference"))
    sitting.refresh_from_db()
    return sitting


def test_same_person_goes_on(known, assessment, signed_in, settings):
    """The photo of the profile's person passes; its numbers are kept encrypted."""
    sitting = make_sitting(known, "IDENTITY")
    client = signed_in(known.user)
    answer = send(client, sitting, picture(light=0.8)).json()
    assert (answer["outcome"], answer["state"]) == ("PASSED", "IDENTITY")
    row = sitting.identity_checks.get()
    assert (row.reference, row.distance < 0.55) == ("PROFILE", True)
    assert len(checks.baseline_of(sitting).descriptor) == 128
    on_disk = [
        path.read_bytes() for path in settings.HITOUCH_PRIVATE_FILES.rglob("*") if path.is_file()
    ]
    assert on_disk
    assert not any(b"JFIF" in data for data in on_disk)
    shown = client.get(f"/assessment/{sitting.pk}/photo/file/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")


def test_another_person_gets_advice_and_then_a_person(known, assessment, signed_in):
    """Another face is asked for again with advice; the third try goes to a person."""
    sitting = make_sitting(known, "IDENTITY")
    client = signed_in(known.user)
    answer = send(client, sitting, picture(ANOTHER)).json()
    assert (answer["outcome"], answer["code"], answer["tries_left"]) == ("RETRY", "not_matched", 2)
    assert "profile photo" in answer["advice"]
    page = client.post(f"/assessment/{sitting.pk}/photo/", {"photo": flat()})
    assert b"We cannot see a picture" in page.content
    assert send(client, sitting, flat()).json()["state"] == "IDENTITY_REVIEW"
    assert [row.outcome for row in sitting.identity_checks.order_by("number")] == [
        "RETRY", "RETRY", "PERSON",
    ]  # fmt: skip


@pytest.mark.parametrize("faces_on", [True, False])
def test_nothing_to_compare_goes_to_a_person_at_once(
    asha, known, ravi, assessment, settings, faces_on
):
    """Without an earlier photo, or without models, nobody is asked to try again."""
    settings.HITOUCH_FACES = faces_on
    agent = ravi if faces_on else known
    sitting = make_sitting(agent, "IDENTITY")
    tried = setup.check_identity(sitting=sitting, photo=picture(), by=agent.user, at=NOON)
    assert (tried.outcome, tried.sitting.state) == ("PERSON", "IDENTITY_REVIEW")


def test_file_that_is_no_image_is_refused(asha, assessment, signed_in):
    """Page and API refuse a file that is not an image by its content, and it is no try."""
    sitting = make_sitting(asha, "IDENTITY")
    client = signed_in(asha.user)

    def fake():
        return SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg")

    assert send(client, sitting, fake()).status_code == 422
    shown = client.post(f"/assessment/{sitting.pk}/photo/", {"photo": fake()})
    assert b"We could not read this file" in shown.content
    assert not sitting.identity_checks.exists()


def test_hint_names_what_to_change(asha, assessment, signed_in):
    """A frame gets a sentence that a screen reader can say; nothing is stored."""
    sitting = make_sitting(asha, "IDENTITY")
    address = f"/api/v1/sittings/{sitting.pk}/identity/hint/"
    client = signed_in(asha.user)
    hints = [client.post(address, {"photo": each}).json() for each in (flat(), picture())]
    assert [(each["code"], each["ready"]) for each in hints] == [("flat", False), ("", True)]
    assert not sitting.identity_checks.exists()


def test_photo_is_asked_again_after_fifteen_minutes(asha, assessment):
    """A photo that passed holds for 15 minutes. One that a person confirmed holds on."""
    sitting = make_sitting(asha, "READY")
    later = NOON + timedelta(minutes=15)
    assert "IDENTITY" not in checks.outstanding(sitting, later - timedelta(seconds=1))
    assert "IDENTITY" in checks.outstanding(sitting, later)
    for _ in range(2):
        assert record(sitting, at=later).outcome == "RETRY"
    assert record(sitting, at=later).sitting.state == "IDENTITY_REVIEW"


@pytest.mark.parametrize(
    ("same_person", "state", "kind"),
    [
        (True, "READY", "proctoring/photo_confirmed"),
        (None, "IDENTITY", "proctoring/photo_asked_again"),
        (False, "EXPIRED", "proctoring/photo_not_confirmed"),
    ],
)
def test_person_decides_and_the_agent_is_told(known, proctor, assessment, same_person, state, kind):
    """Three decisions; all but the good one need a reason, and new tries begin."""
    sitting = in_review(known)
    facts = {"sitting": sitting, "same_person": same_person, "by": proctor, "at": NOON}
    if not same_person:
        with pytest.raises(ReasonRequired):
            decide_identity(**facts, reason=" ")
    assert decide_identity(**facts, reason="The light is behind you").state == state
    assert Notice.objects.get(user=known.user).kind == kind
    assert sitting.identity_checks.get().same_person is same_person
    sitting.refresh_from_db()
    assert checks.photo_tries_left(sitting) == 3
    if same_person:
        assert "IDENTITY" not in checks.outstanding(sitting, NOON + timedelta(hours=5))


def test_decision_on_page_and_api(known, ravi, proctor, assessment, signed_in):
    """The page shows both photos and three buttons; page and API lead to the same."""
    client = signed_in(proctor)
    sitting = in_review(known)
    page = f"/proctor/{sitting.pk}/identity/"
    assert page.encode() in client.get("/proctor/identity/").content
    shown = client.get(page)
    assert shown.content.count(b"whole-photo") == 2
    assert b"Same person" in shown.content
    assert b"Enter a reason" in client.post(page, {"same_person": "false"}).content
    client.post(page, {"same_person": "true"})
    sitting.refresh_from_db()
    assert sitting.state == "READY"
    other = in_review(ravi)
    address = f"/api/v1/staff/sittings/{other.pk}/identity/"
    body = {"same_person": None, "reason": "Add a profile photo first"}
    assert client.post(address, body, "application/json").json()["state"] == "IDENTITY"
    again = client.post(address, body, "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_same_person_is_not_offered_without_a_profile_photo(ravi, proctor, assessment, signed_in):
    """Neither page nor service can confirm a photo that there is nothing to compare with."""
    sitting = in_review(ravi)
    client = signed_in(proctor)
    assert b"Same person" not in client.get(f"/proctor/{sitting.pk}/identity/").content
    with pytest.raises(NothingToCompare):
        decide_identity(sitting=sitting, same_person=True, reason="", by=proctor, at=NOON)


def test_only_proctors_decide(known, ravi, assessment, signed_in, staff_without_role, reviewer):
    """The agent, another agent and other staff neither see the page nor decide."""
    sitting = in_review(known)
    page, address = f"/proctor/{sitting.pk}/identity/", "/proctor/identity/"
    api = f"/api/v1/staff/sittings/{sitting.pk}/identity/"
    for user in (known.user, ravi.user, staff_without_role, reviewer):
        client = signed_in(user)
        answers = [client.get(page), client.get(address), client.post(page, {"same_person": "1"})]
        answers.append(client.post(api, {"same_person": True}, "application/json"))
        assert {answer.status_code for answer in answers} <= {403, 404}
    sitting.refresh_from_db()
    assert sitting.state == "IDENTITY_REVIEW"


def test_waiting_page_says_that_no_time_runs(known, assessment, signed_in, live_clock):
    """While a person looks, the agent's page says so; it does not expire meanwhile."""
    sitting = in_review(known)
    page = signed_in(known.user).get(f"/assessment/{sitting.pk}/waiting/")
    assert b"No time is running" in page.content
    Sitting.objects.filter(pk=sitting.pk).update(created_at=NOON - timedelta(days=3))
    maintenance.sweep(at=NOON)
    sitting.refresh_from_db()
    assert sitting.state == "IDENTITY_REVIEW"


def test_descriptor_goes_with_the_photo(known, assessment):
    """When the photo is deleted, no numbers of the face are left."""
    sitting = make_sitting(known, "IDENTITY")
    numbers = identity.PhotoComparison(
        IdentityCheck.Outcome.PASSED, reference="PROFILE", distance=0.3, descriptor=(0.1,) * 128
    )
    record(sitting, numbers)
    assert checks.baseline_of(sitting).descriptor
    photo = sitting.identity_checks.get().photo
    maintenance.sweep(at=NOON + timedelta(days=assessment.retention_days))
    row = sitting.identity_checks.get()
    assert (row.photo, row.descriptor) == (None, "")
    with pytest.raises(FileNotFoundError):
        storage.read(photo)


def test_lifted_demands(known, assessment):
    """Without face detection the photo is compared afterwards; without a camera none is asked."""
    sitting = make_sitting(known, "IDENTITY")
    pass_checks(sitting, "SENTENCE")
    Sitting.objects.filter(pk=sitting.pk).update(waives=["FACE"])
    sitting.refresh_from_db()
    tried = setup.check_identity(sitting=sitting, photo=picture(), by=known.user, at=NOON)
    assert (tried.outcome, tried.sitting.state) == ("PERSON", "READY")
    sitting.waives = ["CAMERA"]
    assert "IDENTITY" not in checks.outstanding(sitting, NOON + timedelta(days=1))
