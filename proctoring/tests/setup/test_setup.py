"""Setup of a sitting: consent, checks and photo, in this order."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import NOON
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.files import storage
from proctoring.models import Sitting, SystemCheck
from proctoring.setup import services as setup
from proctoring.setup import system_requirements
from proctoring.tests.support.cast import SYSTEM_FACTS, make_picture, make_sitting

PAGES = {
    "SYSTEM_CHECK": "computer",
    "DEVICE_TEST": "devices",
    "IDENTITY": "photo",
    "READY": "begin",
    "IN_PROGRESS": "questions",
}


def api_url(sitting: Sitting, step: str) -> str:
    return f"/api/v1/sittings/{sitting.pk}/{step}/"


def post(client, sitting, step, body):
    return client.post(api_url(sitting, step), body, "application/json")


@pytest.mark.parametrize(
    ("fact", "value", "key"),
    [
        ("browser", "Netscape", "browser"),
        ("browser_version", 90, "browser"),
        ("desktop", False, "desktop"),
        ("screen_width", 1000, "screen"),
        ("screen_height", 700, "screen"),
        ("fullscreen", False, "fullscreen"),
        ("camera", False, "camera"),
        ("microphone", False, "microphone"),
        ("round_trip_ms", 5000, "network"),
    ],
)
def test_failed_check_has_a_remedy(fact, value, key):
    """Each failing fact fails exactly its check, with a remedy."""
    results = system_requirements.check_system(
        system_requirements.SystemFacts(**SYSTEM_FACTS | {fact: value}), min_screen=(1024, 768)
    )
    failed = [result for result in results if not result.passed]
    assert [result.key for result in failed] == [key]
    assert failed[0].mend


def test_minimum_screen_of_zero_allows_phones():
    """HITOUCH_PROCTORING_MIN_SCREEN=0x0 allows phones."""
    facts = system_requirements.SystemFacts(
        **SYSTEM_FACTS | {"desktop": False, "screen_width": 360}
    )
    assert all(
        result.passed for result in system_requirements.check_system(facts, min_screen=(0, 0))
    )


def test_failed_system_check_can_be_repeated(asha, assessment, signed_in):
    """A failed check stays at the step, a passed one leads on; both are stored."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    client = signed_in(asha.user)
    answer = post(client, sitting, "system-check", SYSTEM_FACTS | {"camera": False}).json()
    assert (answer["passed"], answer["state"]) == (False, "SYSTEM_CHECK")
    answer = post(client, sitting, "system-check", SYSTEM_FACTS).json()
    assert (answer["passed"], answer["state"]) == (True, "DEVICE_TEST")
    assert SystemCheck.objects.filter(sitting=sitting).count() == 2


def test_page_shows_the_remedy(asha, assessment, signed_in):
    """The page shows the remedy of a failed check."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    client = signed_in(asha.user)
    shown = client.post(
        f"/assessment/{sitting.pk}/computer/", SYSTEM_FACTS | {"microphone": "false"}
    )
    assert system_requirements.REMEDIES["microphone"].encode() in shown.content
    passed = client.post(f"/assessment/{sitting.pk}/computer/", SYSTEM_FACTS)
    assert passed.url == f"/assessment/{sitting.pk}/devices/"


def test_silent_microphone_fails(asha, assessment, signed_in):
    """Page and API require a picture and a voice."""
    sitting = make_sitting(asha, "DEVICE_TEST")
    client = signed_in(asha.user)
    quiet = {"picture": True, "microphone_level": 0.0}
    assert post(client, sitting, "device-test", quiet).json()["passed"] is False
    page = f"/assessment/{sitting.pk}/devices/"
    assert system_requirements.REMEDIES["sound"].encode() in client.post(page, quiet).content
    loud = {"picture": "true", "microphone_level": "0.2"}
    assert client.post(page, loud).url == f"/assessment/{sitting.pk}/photo/"


def test_photo_is_stored_encrypted(asha, assessment, signed_in, settings):
    """The photo is encrypted on disk and shown to its owner."""
    sitting = make_sitting(asha, "IDENTITY")
    client = signed_in(asha.user)
    answer = client.post(api_url(sitting, "identity"), {"photo": make_picture()})
    assert answer.json()["state"] == "READY"
    stored = sitting.identity.photo
    on_disk = [
        path.read_bytes() for path in settings.HITOUCH_PRIVATE_FILES.rglob("*") if path.is_file()
    ]
    assert on_disk
    assert not any(b"JFIF" in data for data in on_disk)
    assert storage.read(stored)[:2] == b"\xff\xd8"
    shown = client.get(f"/assessment/{sitting.pk}/photo/file/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")


def test_photo_page_works_without_javascript(asha, assessment, signed_in):
    """The page works as a plain form and says that a person compares the photos."""
    sitting = make_sitting(asha, "IDENTITY")
    client = signed_in(asha.user)
    page = f"/assessment/{sitting.pk}/photo/"
    assert b"a person compares this photo" in client.get(page).content
    assert client.post(page, {"photo": make_picture()}).url == f"/assessment/{sitting.pk}/begin/"


def test_file_that_is_no_image_is_refused(asha, assessment, signed_in):
    """Page and API refuse a file that is not an image by its content."""
    sitting = make_sitting(asha, "IDENTITY")
    client = signed_in(asha.user)

    def fake():
        return SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg")

    assert client.post(api_url(sitting, "identity"), {"photo": fake()}).status_code == 422
    shown = client.post(f"/assessment/{sitting.pk}/photo/", {"photo": fake()})
    assert b"We could not read this file" in shown.content
    sitting.refresh_from_db()
    assert sitting.state == "IDENTITY"


@pytest.mark.parametrize("state", PAGES)
def test_other_step_pages_redirect_to_the_current_step(
    asha, assessment, signed_in, live_clock, state
):
    """Only the page of the current step is shown; others redirect to it."""
    sitting = make_sitting(asha, state, live_clock)
    client = signed_in(asha.user)
    for other, name in PAGES.items():
        answer = client.get(f"/assessment/{sitting.pk}/{name}/")
        if other == state:
            assert answer.status_code == 200
        else:
            assert answer.url == f"/assessment/{sitting.pk}/{PAGES[state]}/"


def test_api_refuses_to_skip_steps(asha, assessment, signed_in):
    """The API refuses every step but the current one."""
    sitting = make_sitting(asha, "CREATED")
    client = signed_in(asha.user)
    devices = {"picture": True, "microphone_level": 0.2}
    answers = [
        post(client, sitting, "system-check", SYSTEM_FACTS),
        post(client, sitting, "device-test", devices),
        client.post(api_url(sitting, "identity"), {"photo": make_picture()}),
        post(client, sitting, "begin", {}),
    ]
    assert [answer.json()["code"] for answer in answers] == ["wrong_state"] * 4
    assert post(client, sitting, "submit", {}).json()["code"] == "not_started"


def test_consent_cannot_be_repeated(asha, assessment):
    """A second consent is refused."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    with pytest.raises(InvalidTransition):
        setup.give_consent(sitting=sitting, by=asha.user, at=NOON)


def test_only_the_agent_has_access(asha, ravi, assessment, signed_in, staff_without_role, client):
    """Other agents get 404, staff 403, anonymous users a login."""
    sitting = make_sitting(asha, "IDENTITY")
    pages = [f"/assessment/{sitting.pk}/", f"/assessment/{sitting.pk}/recorded/"]
    pages += [f"/assessment/{sitting.pk}/{name}/" for name in (*PAGES.values(), "photo/file")]
    calls = [f"/api/v1/sittings/{sitting.pk}/", api_url(sitting, "questions")]
    other_client, staff_client = signed_in(ravi.user), signed_in(staff_without_role)
    assert {other_client.get(page).status_code for page in pages + calls} == {404}
    assert {staff_client.get(page).status_code for page in pages + calls} == {403}
    assert {client.get(page).status_code for page in pages} == {302}
    assert {client.get(call).status_code for call in calls} == {401}
    assert (
        other_client.post(api_url(sitting, "identity"), {"photo": make_picture()}).status_code
        == 404
    )
