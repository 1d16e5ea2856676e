"""Masking Aadhaar numbers on photos before they are stored, and photos pending redaction."""

import html
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import qrcode
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_agent
from hitouch.core import sandbox
from hitouch.core.files import storage
from hitouch.core.models import OutboxMessage, StoredFile
from hitouch.core.printing import fonts
from hitouch.core.sandbox import limits
from hitouch.core.web.downloads import private_link
from onboarding import queries
from onboarding.demo import agents, cards
from onboarding.kyc import access, card_reader, held_pictures, quarantine
from onboarding.kyc import services as kyc
from onboarding.kyc.ocr.redaction import codes_on
from onboarding.kyc.review import hand_masking
from onboarding.models import KycCase, KycDocument, KycHeldPicture
from onboarding.tests import factories
from onboarding.tests.conftest import problem

API = "/api/v1/onboarding/documents/"
NUMBER = cards.valid_number(random.Random(11), last_four="4321")
VID = cards.valid_number(random.Random(12), digits=16)
HOLDER = cards.CardHolder("Nila Das", date(1999, 2, 28), NUMBER, vid=VID)
State = KycCase.State


@pytest.fixture(scope="module")
def shared_step() -> str:
    return "profile"


def upload(data: bytes, name: str = "card.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def blank() -> SimpleUploadedFile:
    """A photo without a number."""
    return agents.picture("a wall")


def readable(data: bytes) -> bool:
    """Whether OCR still finds a number on a photo."""
    facts, _ = sandbox.run("onboarding.kyc.ocr.masking:mask", data, limits=card_reader.OCR_LIMITS)
    return bool(facts["shows_number"])


def has_code(data: bytes) -> bool:
    """Whether the barcode of an Aadhaar can still be read."""
    with Image.open(BytesIO(data)) as picture:
        return any("uid" in code.text for code in codes_on(picture))


def save(agent: Agent, kind: str, picture: Any, last_four: str = "4321", **facts: Any) -> Any:
    number = {"number": agents.sample_pan(agent)} if kind == "PAN" else {"last_four": last_four}
    now = facts.get("at", NOON)
    return agents.save_document(agent=agent, kind=kind, upload=picture, now=now, **number)


@pytest.mark.parametrize("kind", ["AADHAAR_FRONT", "AADHAAR_BACK"])
def test_number_is_masked_before_storing(agent_with_profile: Agent, kind: str) -> None:
    """Number, virtual ID and barcode are unreadable on the stored photo."""
    document = save(agent_with_profile, kind, upload(cards.card(kind, HOLDER)))
    assert document.file is not None
    assert not document.is_held
    kept_picture = storage.read(document.file)
    assert not has_code(kept_picture)
    if kind == "AADHAAR_FRONT":
        assert not readable(kept_picture)
    kept = StoredFile.objects.filter(purpose__contains="identity")
    assert kept.exclude(purpose=quarantine.PURPOSE).count() == 1
    read = json.loads(document.extracted)
    assert NUMBER[:8] not in document.extracted.replace(" ", "")
    if kind == "AADHAAR_FRONT":
        assert (read["name"], read["birth_on"]) == ("Nila Das", "1999-02-28")
    else:
        assert read["pin"] == "560034"


def test_ocr_reads_an_unmasked_number() -> None:
    """The same OCR does read the number on an unmasked card."""
    assert readable(cards.card("AADHAAR_FRONT", HOLDER))


def test_skewed_and_compressed_photos_are_masked(agent_with_profile: Agent) -> None:
    """A skewed, compressed photo is masked and stored upright."""
    front = cards.aadhaar_front(HOLDER).rotate(97, expand=True, fillcolor="#333")
    document = save(agent_with_profile, "AADHAAR_FRONT", upload(cards.jpeg(front, quality=55)))
    assert document.file is not None
    with Image.open(BytesIO(storage.read(document.file))) as picture:
        assert picture.width > picture.height


def test_aadhaar_uploaded_as_pan_is_masked(agent_with_profile: Agent) -> None:
    """A printed Aadhaar number is masked whatever kind the agent selected."""
    document = save(agent_with_profile, "PAN", upload(cards.card("AADHAAR_FRONT", HOLDER)))
    assert document.file is not None
    with Image.open(BytesIO(storage.read(document.file))) as picture:
        low, high = picture.convert("L").crop(printed_at()).getextrema()
    assert high - low < 60, "the digits show"


def two_halves() -> Image.Image:
    """An e-Aadhaar page: front and back beside each other, both numbers in one row."""
    page = Image.new("RGB", (2 * cards.SIZE[0], cards.SIZE[1]), "white")
    page.paste(cards.aadhaar_front(HOLDER), (0, 0))
    page.paste(cards.aadhaar_back(HOLDER), (cards.SIZE[0], 0))
    return page


def two_cards() -> Image.Image:
    """Two cards on one picture, the second upside down."""
    both = Image.new("RGB", (cards.SIZE[0], 2 * cards.SIZE[1]), "#5a5a5a")
    both.paste(cards.aadhaar_front(HOLDER), (0, 0))
    both.paste(cards.aadhaar_back(HOLDER).rotate(180), (0, cards.SIZE[1]))
    return both


def written_below() -> Image.Image:
    """A masked card on which the number was written once more, at a slant."""
    masked = cards.CardHolder("Nila Das", date(1999, 2, 28), "XXXXXXXX4321")
    card = cards.aadhaar_front(masked)
    note = Image.new("RGB", (500, 60), "#fdfdfb")
    ImageDraw.Draw(note).text((4, 4), cards.grouped(NUMBER), "#1a2a80", ImageFont.load_default(44))
    card.paste(note.rotate(4, expand=True, fillcolor="#fdfdfb"), (400, 330))
    return card


def printed_at(left: int = 0, top: int = 0) -> tuple[int, int, int, int]:
    """Where the first eight digits of the large number of a card are printed."""
    font = ImageFont.load_default(54)
    start = cards.SIZE[0] / 2 - font.getlength(cards.grouped(NUMBER)) / 2
    end = start + font.getlength(cards.grouped(NUMBER)[:9])
    middle = cards.SIZE[1] - 116
    return left + int(start), top + middle - 16, left + int(end), top + middle + 16


def turned_over(box: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    return size[0] - box[2], size[1] - box[3], size[0] - box[0], size[1] - box[1]


@pytest.mark.parametrize(
    ("drawn", "boxes"),
    [
        (two_halves(), [printed_at(), printed_at(left=cards.SIZE[0])]),
        (two_cards(), [printed_at(), turned_over(printed_at(), (1012, 3 * 638))]),
        (written_below(), [(415, 380, 600, 394)]),
    ],
    ids=["two halves", "two cards", "written by hand"],
)
def test_every_number_on_a_photo_is_covered(
    drawn: Image.Image, boxes: list[tuple[int, int, int, int]]
) -> None:
    """Each number of a photo is covered where it was drawn, in its own orientation."""
    facts, masked = sandbox.run(
        "onboarding.kyc.ocr.masking:mask", cards.jpeg(drawn), limits=card_reader.OCR_LIMITS
    )
    assert facts["masked"]
    with Image.open(BytesIO(masked)) as opened:
        picture = opened.convert("L").rotate(-facts["turned"], expand=True)
    assert picture.size == drawn.size
    for box in boxes:
        low, high = picture.crop(box).getextrema()
        assert high - low < 60, "the digits show"


def blurred_back() -> Image.Image:
    """The back of a masked card, with the QR code of an old one too blurred for a decoder."""
    card = cards.aadhaar_back(HOLDER)
    ImageDraw.Draw(card).rectangle((0, 450, 1011, 637), "#fdfdfb")
    code = (640, 100, 970, 430)
    card.paste(card.crop(code).filter(ImageFilter.GaussianBlur(4)), code)
    return card


def poster() -> Image.Image:
    """Somebody's work with a code for payments and a phone number."""
    page = Image.new("RGB", (900, 640), "white")
    page.paste(qrcode.make("upi://pay?pa=shop@bank").get_image().convert("RGB"), (30, 30))
    font = ImageFont.load_default(40)
    ImageDraw.Draw(page).text((400, 120), "Call 98765 43210\nOrder 1234567890123", "black", font)
    return page


@pytest.mark.parametrize(
    ("drawn", "is_found"),
    [
        (cards.aadhaar_front(HOLDER).crop((0, 440, 1012, 500)), True),
        (blurred_back(), True),
        (poster(), False),
    ],
    ids=["virtual ID", "blurred code", "poster"],
)
def test_pages_of_other_files(drawn: Image.Image, is_found: bool) -> None:
    """A virtual ID with its label, and a code beside words of a card, are covered like a number."""
    facts, _ = sandbox.run(
        "onboarding.kyc.ocr.masking:mask_page", cards.jpeg(drawn), limits=card_reader.OCR_LIMITS
    )
    assert (facts["found"], facts["masked"]) == (is_found, True)


def test_an_engine_that_fails_proves_nothing(monkeypatch: Any) -> None:
    """Without the second engine's reading no photo counts as masked, on any kind of document."""
    monkeypatch.setattr(card_reader, "OCR_LIMITS", replace(card_reader.OCR_LIMITS, cpu_seconds=0))
    for kind in ("AADHAAR_FRONT", "PAN"):
        card = card_reader.read_picture(kind=kind, picture=cards.card(kind, HOLDER))
        assert (card.masked, card.was_read) == (False, False)


def test_pan_card_stays_readable() -> None:
    """A PAN card is stored with its own number; a photo without text is held in that place too."""
    pan = cards.card("PAN", HOLDER)
    card = card_reader.read_picture(kind="PAN", picture=pan)
    assert card.masked
    assert json.loads(card.extracted)["birth_on"] == "1999-02-28"
    with Image.open(BytesIO(card.picture)) as masked, Image.open(BytesIO(pan)) as drawn:
        before, after = (each.convert("L").crop((60, 150, 400, 200)) for each in (drawn, masked))
    assert max(ImageChops.difference(before, after).getextrema()) < 60
    wall = cards.jpeg(Image.new("RGB", (300, 200), "#998877"))
    assert not card_reader.read_picture(kind="PAN", picture=wall).masked


def test_masked_card_needs_no_redaction(agent_with_profile: Agent) -> None:
    """A masked Aadhaar is stored without waiting for a reviewer."""
    masked = cards.CardHolder("Nila Das", date(1999, 2, 28), "XXXXXXXX4321")
    document = save(
        agent_with_profile, "AADHAAR_FRONT", upload(cards.card("AADHAAR_FRONT", masked))
    )
    assert document.file is not None


def test_masked_card_with_dots_contradicts_other_digits(agent_with_profile: Agent) -> None:
    """Dots in place of digits are a mask too; the visible digits have to be those entered."""
    card = cards.aadhaar_front(cards.CardHolder("Nila Das", date(1999, 2, 28), ""))
    font = ImageFont.truetype(str(fonts.DIRECTORY / "NotoSans-Regular.ttf"), 54)
    ImageDraw.Draw(card).text((506, 522), "•••• •••• 4321", "#16181d", font, "mm")
    with pytest.raises(agents.NotSaved, match="match the digits you entered"):
        save(agent_with_profile, "AADHAAR_FRONT", upload(cards.jpeg(card)), "9999")
    document = save(agent_with_profile, "AADHAAR_FRONT", upload(cards.jpeg(card)))
    assert document.file is not None


def test_entered_digits_must_match_the_card(agent_with_profile: Agent, agent_client: Any) -> None:
    """Digits that differ from a number read with confidence are refused, and the page says it."""
    card = cards.card("AADHAAR_FRONT", HOLDER)
    with pytest.raises(agents.NotSaved, match="match the digits you entered") as refused:
        save(agent_with_profile, "AADHAAR_FRONT", upload(card), "9999")
    assert refused.value.upload.code == kyc.NumberDiffers.code
    assert not KycDocument.objects.exists()
    page = agent_client(agent_with_profile).get(reverse("onboarding:documents"))
    assert "match the digits you entered" in page.content.decode()


def test_virtual_id_does_not_contradict_the_digits(agent_with_profile: Agent) -> None:
    """A photo with only a virtual ID does not contradict the entered digits."""
    only = cards.aadhaar_front(HOLDER).crop((0, 0, 1012, 500))
    document = save(agent_with_profile, "AADHAAR_FRONT", upload(cards.jpeg(only)), last_four="4321")
    assert VID[-4:] != document.last_four == "4321"


@pytest.fixture
def held_case(agent_with_profile: Agent) -> KycCase:
    """A submitted case whose front is pending redaction."""
    factories.put_document(agent_with_profile, "AADHAAR_FRONT", card=factories.blank_picture())
    for kind in ("AADHAAR_BACK", "PAN"):
        factories.put_document(agent_with_profile, kind)
    return kyc.submit_documents(agent=agent_with_profile, by=agent_with_profile.user, at=NOON)


@pytest.fixture
def held(held_case: KycCase) -> KycHeldPicture:
    return KycHeldPicture.objects.with_agent().get()


def test_photo_without_a_found_number_is_held(
    held_case: KycCase, held: KycHeldPicture, agent_client: Any
) -> None:
    """The original is stored apart, and page and API show that redaction is pending."""
    assert held.document.file is None
    assert held_case.state == State.IN_REVIEW
    client = agent_client(held_case.agent)
    assert "so our team will do it" in client.get(reverse("onboarding:documents")).content.decode()
    picture = client.get(reverse("onboarding:document-picture", args=["aadhaar-front"]))
    assert picture.status_code == 404
    rows = {row["kind"]: row["is_held"] for row in client.get(API).json()["documents"]}
    assert rows == {"aadhaar-front": True, "aadhaar-back": False, "pan": False}


def test_failed_ocr_holds_the_photo(agent_with_profile: Agent, monkeypatch: Any) -> None:
    """When OCR fails the photo does not count as masked."""

    def fail(*args: Any, **facts: Any) -> Any:
        raise limits.LimitExceeded

    monkeypatch.setattr(sandbox, "run", fail)
    picture = cards.card("AADHAAR_FRONT", HOLDER)
    assert not card_reader.read_picture(kind="AADHAAR_FRONT", picture=picture).masked


def test_case_with_held_photo_cannot_be_approved(
    held_case: KycCase, reviewer: User, staff_client: Any
) -> None:
    """Admin and API refuse to approve a case with an unmasked photo, or to show it."""
    client = staff_client(reviewer)
    path = f"/api/v1/staff/kyc-cases/{held_case.pk}/"
    client.post(f"{path}claim/", {}, content_type="application/json")
    answer = client.post(f"{path}approve/", {}, content_type="application/json")
    assert problem(answer) == (409, "picture_held")
    client.post(reverse("admin:onboarding_kyccase_approve", args=[held_case.pk]))
    held_case.refresh_from_db()
    assert held_case.state == State.IN_REVIEW
    front = held_case.documents.get(kind="AADHAAR_FRONT")
    assert problem(client.get(f"{path}documents/{front.pk}/")) == (409, "picture_held")


@pytest.fixture(autouse=True)
def without_deadline() -> Iterator[None]:
    """On a loaded machine a request would not wait for the readers."""
    with sandbox.without_deadline():
        yield


def boxes(**box: str) -> dict[str, str]:
    head = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    return head | {f"form-0-{name}": value for name, value in box.items()}


def admin_url(name: str, held: KycHeldPicture) -> str:
    return reverse(f"admin:onboarding_kycheldpicture_{name}", args=[held.pk])


def confirm(client: Any, held: KycHeldPicture) -> Any:
    """Open original and result on the page, and confirm."""
    page = client.get(admin_url("mask", held)).content.decode()
    for link in re.findall(r'<img[^>]* src="([^"]+)"', page):
        assert client.get(html.unescape(link)).status_code == 200
    return client.post(admin_url("confirm", held), follow=True)


def test_photo_stays_held_when_ocr_fails(
    held: KycHeldPicture, reviewer: User, monkeypatch: Any
) -> None:
    """When OCR runs out of its limits the photo is neither masked nor accepted."""
    short_limits = replace(card_reader.OCR_LIMITS, cpu_seconds=0)
    monkeypatch.setattr(card_reader, "OCR_LIMITS", short_limits)
    hand_masking.mask_by_hand(held=held, boxes=[[0, 0, 0.5, 0.5]], by=reviewer, at=NOON)
    for _ in range(hand_masking.READINGS):
        row = factories.read_result()
    assert (row.state, row.refusal_code) == ("HELD", "picture_not_read")


def test_reviewer_masks_a_photo(
    held: KycHeldPicture, reviewer: User, second_reviewer: User, staff_client: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    """The boxes are masked, two people confirm the result, and the original is destroyed."""
    client, original = staff_client(reviewer), held.file
    assert "Box 1" in client.get(admin_url("mask", held)).content.decode()
    assert client.get(admin_url("original", held)).status_code == 403
    assert not AuditEvent.objects.filter(action="documents.original_viewed").exists()
    assert held.file is not None
    link = private_link(admin_url("original", held), held.file, viewer=reviewer)
    assert client.get(link).status_code == 200
    client.post(admin_url("save", held), boxes(left="0", top="0", width="50", height="50"))
    factories.read_result()
    with django_capture_on_commit_callbacks(execute=True):
        for person in (reviewer, second_reviewer):
            confirm(staff_client(person), held)
    document = KycDocument.objects.get(pk=held.document_id)
    assert document.file is not None
    with Image.open(BytesIO(storage.read(document.file))) as picture:
        assert max(picture.getpixel((40, 40))) < 60 < min(picture.getpixel((600, 350)))
    assert original is not None
    assert not StoredFile.objects.filter(pk=original.pk).exists()
    assert AuditEvent.objects.filter(action="documents.original_viewed", by=reviewer).count() == 2
    ended = AuditEvent.objects.get(action="documents.held_ended")
    assert (ended.by, ended.new) == (
        second_reviewer, {"end": "MASKED", "masked_by": str(reviewer.pk)}
    )  # fmt: skip
    client.post(admin_url("save", held), boxes(left="0", top="0", width="50", height="50"))
    assert client.get(admin_url("original", held)).status_code == 403


@pytest.mark.parametrize(
    "box",
    [
        {},
        {"left": "1", "top": "1", "width": "", "height": "5"},
        {"left": "1", "top": "1", "width": "101", "height": "5"},
        {"left": "1", "top": "1", "width": "5", "height": "0"},
    ],
)
def test_invalid_boxes_are_refused(
    held: KycHeldPicture, reviewer: User, staff_client: Any, box: dict[str, str]
) -> None:
    """No box, an incomplete one and one beyond the photo change nothing."""
    assert staff_client(reviewer).post(admin_url("save", held), boxes(**box)).status_code == 422
    assert KycHeldPicture.objects.waiting().exists()


def test_number_outside_the_boxes_is_refused(agent_with_profile: Agent, reviewer: User) -> None:
    """Boxes that leave a full number readable are refused, and nothing is stored."""
    document = factories.put_document(
        agent_with_profile, "AADHAAR_FRONT", card=factories.blank_picture()
    )
    KycHeldPicture.objects.all().delete()
    held = held_pictures.hold_picture(
        document=document, picture=cards.card("AADHAAR_FRONT", HOLDER), at=NOON
    )
    hand_masking.mask_by_hand(held=held, boxes=[[0, 0, 0.1, 0.1]], by=reviewer, at=NOON)
    assert factories.read_result().refusal_code == "still_readable"
    hand_masking.mask_by_hand(held=held, boxes=[[0.2, 0.7, 0.4, 0.18]], by=reviewer, at=NOON)
    assert factories.read_result().result is not None


def test_accepting_unmasked_ends_the_hold(
    held: KycHeldPicture, held_case: KycCase, reviewer: User, second_reviewer: User,
    staff_client: Any,
) -> None:  # fmt: skip
    """A photo without a number is stored as it is, after two people saw it."""
    client = staff_client(reviewer)
    client.post(admin_url("numberless", held))
    factories.read_result()
    assert KycDocument.objects.get(pk=held.document_id).file is None
    for person in (reviewer, second_reviewer):
        confirm(staff_client(person), held)
    assert KycDocument.objects.get(pk=held.document_id).file is not None
    client.post(admin_url("again", held))
    held_case.refresh_from_db()
    assert held_case.state == State.IN_REVIEW


def test_requesting_another_photo_opens_the_case(
    held: KycHeldPicture, held_case: KycCase, reviewer: User
) -> None:
    """The agent is told what to upload again, and can."""
    held_pictures.request_another(held=held, by=reviewer, at=NOON)
    held_case.refresh_from_db()
    assert (held_case.state, held_case.reason) == (State.REJECTED, "NOT_MASKED")
    mail = OutboxMessage.objects.get(template="onboarding/picture_asked_again")
    assert "Aadhaar, front" in mail.body
    with pytest.raises(kyc.DocumentsMissing):
        kyc.submit_documents(agent=held_case.agent, by=held_case.agent.user, at=NOON)


def test_originals_are_destroyed_within_a_day(
    held: KycHeldPicture, held_case: KycCase, django_capture_on_commit_callbacks: Any
) -> None:
    """Within a day the original is destroyed in any case, and a new photo is requested."""
    assert held_pictures.destroy_held(at=NOON + timedelta(hours=22)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert held_pictures.destroy_held(at=NOON + timedelta(hours=23, minutes=50)) == 1
    assert held_pictures.destroy_held(at=NOON + timedelta(hours=23, minutes=50)) == 0
    assert not StoredFile.objects.filter(purpose="unmasked-identity-document").exists()
    held_case.refresh_from_db()
    assert held_case.state == State.REJECTED
    assert OutboxMessage.objects.filter(template="onboarding/picture_asked_again").exists()


def test_replacing_a_held_photo_destroys_it(
    agent_with_profile: Agent, django_capture_on_commit_callbacks: Any
) -> None:
    """Uploading another photo destroys the pending original at once."""
    save(agent_with_profile, "AADHAAR_FRONT", blank())
    with django_capture_on_commit_callbacks(execute=True):
        save(agent_with_profile, "AADHAAR_FRONT", upload(cards.card("AADHAAR_FRONT", HOLDER)))
    assert not StoredFile.objects.filter(purpose="unmasked-identity-document").exists()
    assert KycHeldPicture.objects.get().end == "REPLACED"


def test_only_reviewers_see_originals(
    held: KycHeldPicture, staff_without_role: User, agent_client: Any, staff_client: Any
) -> None:
    """Only reviewers may handle originals, and never their own."""
    for who in (agent_client(make_agent("Kabir")), staff_client(staff_without_role)):
        for name in ("mask", "original"):
            assert who.get(admin_url(name, held)).status_code in (302, 403)
        for name in ("save", "numberless", "again"):
            assert who.post(admin_url(name, held)).status_code in (302, 403)
    own = held.document.case.agent.user
    for verb in (
        held_pictures.open_original,
        held_pictures.request_another,
        hand_masking.accept_unmasked,
    ):
        with pytest.raises(access.OwnDocuments):
            verb(held=held, by=own, at=NOON)
    assert KycHeldPicture.objects.waiting().exists()


def test_masking_queue_is_reported(held: KycHeldPicture) -> None:
    """The work queues show how many photos wait to be masked, and since when."""
    waiting = next(row for row in queries.work_queues(now=NOON) if row.label == "Photos to mask")
    assert (waiting.count, waiting.oldest_at) == (1, NOON)


STAFF_API = "/api/v1/staff/held-pictures/"


def test_masking_by_api(
    held: KycHeldPicture, reviewer: User, second_reviewer: User, staff_client: Any
) -> None:
    """The API lists, shows and masks photos like the admin, and records each access."""
    client = staff_client(reviewer)
    row = client.get(STAFF_API).json()["data"][0]
    assert (row["kind"], row["number"]) == ("aadhaar-front", "•••• 4321")
    url = f"{STAFF_API}{held.pk}/"
    assert client.get(f"{url}original/").status_code == 200
    noted = AuditEvent.objects.get(action="documents.original_viewed")
    assert noted.new == {"purpose": "MASKING"}
    for wrong in ([], [[0, 0, 2, 1]], [[0, 0, 1]]):
        answer = client.post(f"{url}mask/", {"boxes": wrong}, content_type="application/json")
        assert problem(answer) == (422, "validation_failed")
    body = {"boxes": [[0, 0, 0.5, 0.5]]}
    answer = client.post(f"{url}mask/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "READING")
    factories.read_result()
    row = client.get(answer["Location"]).json()
    assert (row["state"], row["boxes"], row["needs_second_look"]) == ("RESULT", body["boxes"], True)
    assert problem(client.post(f"{url}confirm/")) == (409, "not_seen")
    for person, state in ((reviewer, "SECOND_LOOK"), (second_reviewer, "ENDED")):
        client = staff_client(person)
        assert client.get(f"{url}original/").status_code == 200
        assert client.get(f"{url}result/").status_code == 200
        assert client.post(f"{url}confirm/").json()["state"] == state
    assert KycHeldPicture.objects.get().end == "MASKED"
    assert problem(client.get(f"{url}original/")) == (409, "held_over")
    assert client.get(STAFF_API).json()["data"] == []


@pytest.mark.parametrize(
    ("verb", "status", "state", "end"),
    [("no-number", 202, "READING", ""), ("ask-again", 204, "ENDED", "ASKED_AGAIN")],
)
def test_other_outcomes_by_api(
    held: KycHeldPicture, reviewer: User, agent_client: Any, staff_client: Any, verb: str,
    status: int, state: str, end: str,
) -> None:  # fmt: skip
    """The API offers both other outcomes, but not to agents or for one's own photo."""
    url = f"{STAFF_API}{held.pk}/{verb}/"
    assert agent_client(held.document.case.agent).post(url).status_code == 403
    assert staff_client(reviewer).post(url).status_code == status
    row = KycHeldPicture.objects.get()
    assert (row.state, row.end) == (state, end)
