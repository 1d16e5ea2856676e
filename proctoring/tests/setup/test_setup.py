"""Setup of a sitting: consent, checks and photo, in this order."""

import pytest

from conftest import NOON
from hitouch.core.db.state_machine import InvalidTransition
from proctoring.models import Sitting, SystemCheck
from proctoring.setup import services as setup
from proctoring.setup import system_requirements
from proctoring.tests.support.cast import (
    SYSTEM_FACTS,
    make_picture,
    make_sitting,
    pass_checks,
)

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
        ("second_screen", True, "second_screen"),
        ("fullscreen", False, "fullscreen"),
        ("camera", False, "camera"),
        ("microphone", False, "microphone"),
    ],
)
def test_failed_check_has_a_remedy(fact, value, key):
    """Each failing fact fails exactly its check, with a remedy, unless the demand is lifted."""
    facts = system_requirements.SystemFacts(**SYSTEM_FACTS | {fact: value})
    results = system_requirements.check_system(facts, min_screen=(1024, 768))
    failed = [result for result in results if not result.passed]
    assert [result.key for result in failed] == [key]
    assert failed[0].mend
    lifted = ("SECOND_SCREEN", "FULLSCREEN", "CAMERA", "MICROPHONE")
    results = system_requirements.check_system(facts, min_screen=(1024, 768), waives=lifted)
    assert all(result.passed for result in results) == (key.upper() in lifted)


def test_minimum_screen_of_zero_allows_phones():
    """HITOUCH_PROCTORING_MIN_SCREEN=0x0 allows phones."""
    facts = system_requirements.SystemFacts(
        **SYSTEM_FACTS | {"desktop": False, "screen_width": 360}
    )
    assert all(
        result.passed for result in system_requirements.check_system(facts, min_screen=(0, 0))
    )


def test_failed_system_check_can_be_repeated(asha, assessment, signed_in, live_clock):
    """A failed check stays at the step, a passed one leads on; both are stored."""
    sitting = make_sitting(asha, "SYSTEM_CHECK", live_clock)
    pass_checks(sitting, "NETWORK", at=live_clock)
    client = signed_in(asha.user)
    answer = post(client, sitting, "system-check", SYSTEM_FACTS | {"camera": False}).json()
    assert (answer["passed"], answer["state"]) == (False, "SYSTEM_CHECK")
    answer = post(client, sitting, "system-check", SYSTEM_FACTS).json()
    assert (answer["passed"], answer["state"]) == (True, "DEVICE_TEST")
    assert SystemCheck.objects.filter(sitting=sitting, kind="SYSTEM").count() == 2


def test_system_check_needs_a_measured_network(asha, assessment, signed_in):
    """Page and API: without our probe the system check does not pass, and says what to do."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    client = signed_in(asha.user)
    answer = post(client, sitting, "system-check", SYSTEM_FACTS).json()
    assert [each["key"] for each in answer["results"] if not each["passed"]] == ["network"]
    page = client.post(f"/assessment/{sitting.pk}/computer/", SYSTEM_FACTS)
    assert b"Not measured. Move closer to your router" in page.content


def test_page_shows_the_remedy(asha, assessment, signed_in, live_clock):
    """The page shows the remedy of a failed check, and leads on when all passed."""
    sitting = make_sitting(asha, "SYSTEM_CHECK", live_clock)
    pass_checks(sitting, "NETWORK", at=live_clock)
    client = signed_in(asha.user)
    shown = client.post(
        f"/assessment/{sitting.pk}/computer/", SYSTEM_FACTS | {"microphone": "false"}
    )
    assert system_requirements.REMEDIES["microphone"].encode() in shown.content
    passed = client.post(f"/assessment/{sitting.pk}/computer/", SYSTEM_FACTS)
    assert passed.url == f"/assessment/{sitting.pk}/devices/"


@pytest.mark.parametrize("state", PAGES)
def test_other_step_pages_redirect_to_the_current_step(
    asha, assessment, signed_in, live_clock, state
):
    """Earlier checks can be repeated until the start; pages of later steps redirect."""
    sitting = make_sitting(asha, state, live_clock)
    client = signed_in(asha.user)
    order = list(PAGES)
    tries = sitting.checks.count(), sitting.identity_checks.count()
    for other, name in PAGES.items():
        answer = client.get(f"/assessment/{sitting.pk}/{name}/")
        is_earlier = order.index(other) < order.index(state) and state != "IN_PROGRESS"
        if other == state or is_earlier:
            assert answer.status_code == 200, name
            assert b"Check these details" not in answer.content, "nobody sent anything yet"
        else:
            assert answer.url == f"/assessment/{sitting.pk}/{PAGES[state]}/"
    assert (sitting.checks.count(), sitting.identity_checks.count()) == tries


def test_api_refuses_to_skip_steps(asha, assessment, signed_in):
    """The API refuses every step but the current one."""
    sitting = make_sitting(asha, "CREATED")
    client = signed_in(asha.user)
    answers = [
        post(client, sitting, "system-check", SYSTEM_FACTS),
        client.post(api_url(sitting, "device-test"), {"picture": make_picture()}),
        client.post(api_url(sitting, "identity"), {"photo": make_picture()}),
        client.post(api_url(sitting, "identity/hint"), {"photo": make_picture()}),
        client.post(api_url(sitting, "sentence"), {"sound": make_picture()}),
        client.get(api_url(sitting, "sentence")),
        client.get(api_url(sitting, "probe")),
        client.post(api_url(sitting, "probe"), b"", "application/octet-stream"),
        post(client, sitting, "begin", {}),
    ]
    assert {answer.json()["code"] for answer in answers} == {"wrong_state"}
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
    pages += [
        f"/assessment/{sitting.pk}/{name}/" for name in (*PAGES.values(), "sentence", "waiting")
    ]
    pages.append(f"/assessment/{sitting.pk}/photo/file/")
    calls = [f"/api/v1/sittings/{sitting.pk}/", api_url(sitting, "questions")]
    calls += [api_url(sitting, name) for name in ("checks", "probe", "sentence")]
    other_client, staff_client = signed_in(ravi.user), signed_in(staff_without_role)
    assert {other_client.get(page).status_code for page in pages + calls} == {404}
    assert {staff_client.get(page).status_code for page in pages + calls} == {403}
    assert {client.get(page).status_code for page in pages} == {302}
    assert {client.get(call).status_code for call in calls} == {401}
    assert (
        other_client.post(api_url(sitting, "identity"), {"photo": make_picture()}).status_code
        == 404
    )
