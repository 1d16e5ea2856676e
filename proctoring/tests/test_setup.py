"""Consent, checks and photo: in this order, none skipped."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import NOON
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.files import storage
from proctoring.models import Sitting, SystemCheck
from proctoring.rules import system_requirements
from proctoring.services import setup
from proctoring.tests.support.cast import FACTS, picture, sitting_at

PAGES = {
    "SYSTEM_CHECK": "computer",
    "DEVICE_TEST": "devices",
    "IDENTITY": "photo",
    "READY": "begin",
    "IN_PROGRESS": "questions",
}


def api(sitting: Sitting, step: str) -> str:
    return f"/api/v1/sittings/{sitting.pk}/{step}/"


def send(client, sitting, step, body):
    return client.post(api(sitting, step), body, "application/json")


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
def test_one_failed_check_is_listed_with_how_to_mend_it(fact, value, key):
    """Each check stands for itself and says what to do."""
    results = system_requirements.check_system(
        system_requirements.SystemFacts(**FACTS | {fact: value}), min_screen=(1024, 768)
    )
    failed = [result for result in results if not result.passed]
    assert [result.key for result in failed] == [key]
    assert failed[0].mend


def test_smaller_screens_pass_when_the_setting_allows_them():
    """HITOUCH_PROCTORING_MIN_SCREEN=0x0 admits phones."""
    facts = system_requirements.SystemFacts(**FACTS | {"desktop": False, "screen_width": 360})
    assert all(
        result.passed for result in system_requirements.check_system(facts, min_screen=(0, 0))
    )


def test_server_decides_and_a_retry_leads_on(asha, assessment, signed_in):
    """Not passed: stay here. Mended: on to the devices. Both tries are kept."""
    sitting = sitting_at(asha, "SYSTEM_CHECK")
    client = signed_in(asha.user)
    answer = send(client, sitting, "system-check", FACTS | {"camera": False}).json()
    assert (answer["passed"], answer["state"]) == (False, "SYSTEM_CHECK")
    answer = send(client, sitting, "system-check", FACTS).json()
    assert (answer["passed"], answer["state"]) == (True, "DEVICE_TEST")
    assert SystemCheck.objects.filter(sitting=sitting).count() == 2


def test_page_shows_what_to_mend(asha, assessment, signed_in):
    """The page says the same as the API."""
    sitting = sitting_at(asha, "SYSTEM_CHECK")
    client = signed_in(asha.user)
    shown = client.post(f"/assessment/{sitting.pk}/computer/", FACTS | {"microphone": "false"})
    assert system_requirements.REMEDIES["microphone"].encode() in shown.content
    passed = client.post(f"/assessment/{sitting.pk}/computer/", FACTS)
    assert passed.url == f"/assessment/{sitting.pk}/devices/"


def test_silent_microphone_does_not_pass(asha, assessment, signed_in):
    """Camera and microphone are both needed, on both doors."""
    sitting = sitting_at(asha, "DEVICE_TEST")
    client = signed_in(asha.user)
    quiet = {"picture": True, "microphone_level": 0.0}
    assert send(client, sitting, "device-test", quiet).json()["passed"] is False
    page = f"/assessment/{sitting.pk}/devices/"
    assert system_requirements.REMEDIES["sound"].encode() in client.post(page, quiet).content
    loud = {"picture": "true", "microphone_level": "0.2"}
    assert client.post(page, loud).url == f"/assessment/{sitting.pk}/photo/"


def test_photo_is_kept_private_and_encrypted(asha, assessment, signed_in, settings):
    """What lies on the disk is not a picture; the page hands it to its owner only."""
    sitting = sitting_at(asha, "IDENTITY")
    client = signed_in(asha.user)
    answer = client.post(api(sitting, "identity"), {"photo": picture()})
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


def test_photo_page_works_as_a_plain_form_and_says_who_compares(asha, assessment, signed_in):
    """No script needed; the page does not claim that a machine checks the face."""
    sitting = sitting_at(asha, "IDENTITY")
    client = signed_in(asha.user)
    page = f"/assessment/{sitting.pk}/photo/"
    assert b"a person compares this photo" in client.get(page).content
    assert client.post(page, {"photo": picture()}).url == f"/assessment/{sitting.pk}/begin/"


def test_file_that_is_no_picture_is_refused(asha, assessment, signed_in):
    """By its content, on both doors; the sitting stays at its step."""
    sitting = sitting_at(asha, "IDENTITY")
    client = signed_in(asha.user)

    def fake():
        return SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg")

    assert client.post(api(sitting, "identity"), {"photo": fake()}).status_code == 422
    shown = client.post(f"/assessment/{sitting.pk}/photo/", {"photo": fake()})
    assert b"We could not read this file" in shown.content
    sitting.refresh_from_db()
    assert sitting.state == "IDENTITY"


@pytest.mark.parametrize("state", PAGES)
def test_every_step_page_leads_to_the_step_where_the_sitting_is(
    asha, assessment, signed_in, live_clock, state
):
    """A later or earlier step cannot be reached by its address; the own one shows."""
    sitting = sitting_at(asha, state, live_clock)
    client = signed_in(asha.user)
    for other, name in PAGES.items():
        answer = client.get(f"/assessment/{sitting.pk}/{name}/")
        if other == state:
            assert answer.status_code == 200
        else:
            assert answer.url == f"/assessment/{sitting.pk}/{PAGES[state]}/"


def test_api_skips_no_step_either(asha, assessment, signed_in):
    """Everything but the step that is due is a wrong state."""
    sitting = sitting_at(asha, "CREATED")
    client = signed_in(asha.user)
    devices = {"picture": True, "microphone_level": 0.2}
    answers = [
        send(client, sitting, "system-check", FACTS),
        send(client, sitting, "device-test", devices),
        client.post(api(sitting, "identity"), {"photo": picture()}),
        send(client, sitting, "begin", {}),
    ]
    assert [answer.json()["code"] for answer in answers] == ["wrong_state"] * 4
    assert send(client, sitting, "submit", {}).json()["code"] == "sitting_over"


def test_consent_twice_is_refused(asha, assessment):
    """The moment of the consent does not move."""
    sitting = sitting_at(asha, "SYSTEM_CHECK")
    with pytest.raises(InvalidTransition):
        setup.give_consent(sitting=sitting, by=asha.user, at=NOON)


def test_strangers_find_no_sitting(asha, ravi, assessment, signed_in, staff_without_role, client):
    """Another agent gets 404, staff and nobody are turned away, at every address."""
    sitting = sitting_at(asha, "IDENTITY")
    pages = [f"/assessment/{sitting.pk}/", f"/assessment/{sitting.pk}/recorded/"]
    pages += [f"/assessment/{sitting.pk}/{name}/" for name in (*PAGES.values(), "photo/file")]
    calls = [f"/api/v1/sittings/{sitting.pk}/", api(sitting, "questions")]
    ravis, staffs = signed_in(ravi.user), signed_in(staff_without_role)
    assert {ravis.get(page).status_code for page in pages + calls} == {404}
    assert {staffs.get(page).status_code for page in pages + calls} == {403}
    assert {client.get(page).status_code for page in pages} == {302}
    assert {client.get(call).status_code for call in calls} == {401}
    assert ravis.post(api(sitting, "identity"), {"photo": picture()}).status_code == 404
