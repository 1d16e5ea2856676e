"""Masking while the readers are busy: a request ends soon, and what was drawn is kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Agent, User
from conftest import NOON
from hitouch.core import sandbox
from onboarding.kyc import card_reader, held_pictures
from onboarding.models import KycHeldPicture
from onboarding.tests import factories
from onboarding.tests.conftest import problem

pytestmark = pytest.mark.django_db
API = "/api/v1/staff/held-pictures/"
BOX = {f"form-0-{name}": "20" for name in ("left", "top", "width", "height")}
HEAD = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}


@pytest.fixture
def held(agent_with_profile: Agent) -> KycHeldPicture:
    document = factories.put_document(agent_with_profile, "PAN")
    picture = factories.blank_picture().picture
    return held_pictures.hold_picture(document=document, picture=picture, at=NOON)


@pytest.fixture
def busy(held: KycHeldPicture, monkeypatch: Any) -> Iterator[None]:
    """All turns are taken once the photo is there; a request waits only a moment for one."""
    monkeypatch.setattr(card_reader, "REQUEST_SECONDS", 0.2)
    with ExitStack() as taken:
        for _ in range(sandbox.LONG_AT_ONCE):
            taken.enter_context(sandbox._fork_server.long_turns)
        yield


@pytest.mark.usefixtures("busy")
def test_busy_readers_refuse_soon(
    held: KycHeldPicture, reviewer: User, staff_client: Any, staff_without_role: User
) -> None:
    """API and page say that the readers are busy; the page keeps the boxes; nothing is saved."""
    client, url = staff_client(reviewer), f"{API}{held.pk}/"
    boxes = {"boxes": [[0.2, 0.2, 0.2, 0.2]]}
    mask = client.post(f"{url}mask/", boxes, content_type="application/json")
    assert problem(mask) == (503, "readers_busy")
    assert mask["Retry-After"] == "60"
    assert problem(client.post(f"{url}no-number/")) == (503, "readers_busy")
    save = reverse("admin:onboarding_kycheldpicture_save", args=[held.pk])
    page = client.post(save, HEAD | BOX)
    assert page.status_code == 422
    assert "Many photos are being read" in page.content.decode()
    assert 'value="20"' in page.content.decode()
    none = reverse("admin:onboarding_kycheldpicture_numberless", args=[held.pk])
    assert "Many photos are being read" in client.post(none, follow=True).content.decode()
    assert KycHeldPicture.objects.get().state == "HELD"
    stranger = staff_client(staff_without_role)
    assert stranger.post(f"{url}no-number/").status_code == 403
    assert stranger.post(save, HEAD | BOX).status_code in (302, 403)


def test_no_time_for_the_original_means_a_second_look(
    held: KycHeldPicture, reviewer: User, monkeypatch: Any
) -> None:
    """When only the result could be read, another person confirms it too."""
    result = card_reader.ReadCard(b"result", masked=True)
    monkeypatch.setattr(card_reader, "redact_boxes", lambda **_: ({"readable": False}, result))

    def busy_readers(**_: Any) -> None:
        raise card_reader.CardReadersBusy

    monkeypatch.setattr(card_reader, "read_picture", busy_readers)
    row = held_pictures.mask_by_hand(held=held, boxes=[[0, 0, 1, 1]], by=reviewer, at=NOON)
    assert (row.state, row.needs_second_look) == ("RESULT", True)
