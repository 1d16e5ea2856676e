"""Agents at each step of onboarding, without repeating OCR and face detection for each of them.

The specimen photo and cards are processed once per process by the real detectors, whoever the agent
is; the results are saved through the services. A test of the processing itself uploads a picture
(`demo.agents.card`, `demo.agents.photo`).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction

from accounts import agents
from accounts.models import Agent, User
from conftest import NOON, make_agent, make_staff
from hitouch.core import sandbox
from hitouch.core.files import faces, storage
from onboarding.agreements import seeding
from onboarding.demo import agents as demo_agents
from onboarding.demo import cards
from onboarding.kyc import card_reader, held_pictures
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc import services as kyc
from onboarding.kyc.review import hand_masking
from onboarding.models import KycCase, KycDocument, KycHeldPicture
from onboarding.profile import photo
from onboarding.profile import services as profile
from onboarding.steps import gates
from proctoring.item_bank import seeding as proctoring_seeding

Kind = KycDocument.Kind


@cache
def photo_bytes(*, faces_are_on: bool) -> bytes:
    """The specimen photo as stored: cropped to head and shoulders if face detection is on."""
    with sandbox.without_deadline():
        picture = storage.fresh_picture(demo_agents.photo())
    face = photo.single_face(picture) if faces_are_on else None
    return faces.crop_to_face(picture, face) if face else picture


#: The holder of the specimen cards that are read by OCR.
SPECIMEN = cards.CardHolder("Nila Das", demo_agents.BIRTH_ON, "733470024321")


@cache
def _read_specimen(kind: Kind) -> card_reader.ReadCard:
    with sandbox.without_deadline():
        card = card_reader.read_picture(kind=kind, picture=cards.card(kind, SPECIMEN))
    assert card.masked, "the number on a specimen card is found"
    return card


def read_card(kind: str, holder: cards.CardHolder) -> card_reader.ReadCard:
    """The specimen card, read once, with the text of another holder's card."""
    card = _read_specimen(Kind(kind))  # a cache knows the text and the member of Kind as two keys
    text = card.extracted
    for read, printed in (
        (SPECIMEN.name, holder.name),
        (SPECIMEN.name.upper(), holder.name.upper()),
        (SPECIMEN.birth_on.isoformat(), holder.birth_on.isoformat()),
        (f"{SPECIMEN.birth_on:%d/%m/%Y}", f"{holder.birth_on:%d/%m/%Y}"),
        (SPECIMEN.pan, holder.pan),
    ):
        text = text.replace(read, printed)
    return replace(card, extracted=text)


def with_photo(agent: Agent, now: datetime = NOON) -> Agent:
    """Give the agent the specimen photo."""
    agent = Agent.objects.select_related("user").get(pk=agent.pk)
    picture = photo_bytes(faces_are_on=faces.available())
    stored = storage.store_bytes(
        picture, name="photo.jpg", content_type="image/jpeg", purpose=photo.PURPOSE
    )
    return agents.update_agent(agent=agent, by=agent.user, at=now, photo=stored)


def with_profile(agent: Agent, now: datetime = NOON, **person: Any) -> Agent:
    """Fill in the whole profile; `person` overrides fields of its first page."""
    by = agent.user
    facts = {
        "given_name": agent.given_name,
        "family_name": agent.family_name,
        "birth_on": agent.birth_date or demo_agents.BIRTH_ON,
        "current_address": demo_agents.ADDRESS,
        "permanent_address": demo_agents.ADDRESS,
    } | person
    profile.save_person(agent=agent, by=by, at=now, **facts)
    profile.save_work(agent=agent, by=by, at=now, **demo_agents.WORK)
    return with_photo(agent, now)


@cache
def blank_picture() -> card_reader.ReadCard:
    """A picture without a number, which staff have to mask."""
    with sandbox.without_deadline():
        picture = storage.fresh_picture(demo_agents.picture("a wall"))
        card = card_reader.read_picture(kind=Kind.AADHAAR_FRONT, picture=picture)
    assert card.was_read
    assert not card.masked
    return card


def put_document(
    agent: Agent, kind: str, now: datetime = NOON, *, card: card_reader.ReadCard | None = None
) -> KycDocument:
    """Save a document picture, by default the specimen card, replacing the earlier one."""
    card = card or read_card(kind, demo_agents.holder(agent))
    with transaction.atomic():
        held, case = kyc.lock_open_case(agent, kind)
        number: dict[str, Any] = {"last_four": "4321"}
        if kind == Kind.PAN:
            number = kyc.parse_pan(held, demo_agents.sample_pan(held)).as_fields()
        document = KycDocument(case=case, kind=kind, extracted=card.extracted, **number)
        if card.masked:
            document.file = storage.store_bytes(
                card.picture,
                name=f"{document.slug}.jpg",
                content_type="image/jpeg",
                purpose="identity-document",
            )
        kyc.replace_document(document, by=agent.user, at=now, masked=card.masked)
        if not card.masked:
            held_pictures.hold_picture(
                document=document, picture=card.picture, at=now, shows_number=card.shows_number
            )
    return document


def read_result(now: datetime = NOON + timedelta(minutes=1)) -> KycHeldPicture:
    """Do what the worker does: read the result of masking that is due. Returns the row after it."""
    with sandbox.without_deadline():
        taken = hand_masking.read_next(clock=lambda: now)
    assert taken is not None, "a result is due"
    return KycHeldPicture.objects.with_agent().get(pk=taken.pk)


def send_documents(agent: Agent, now: datetime = NOON) -> KycCase:
    """Save all documents that can be uploaded, and submit them."""
    standing = kyc_queries.documents_status(kyc_queries.case_of(agent))
    for kind in filter(standing.can_upload, Kind):
        put_document(agent, kind, now)
    return kyc.submit_documents(agent=agent, by=agent.user, at=now)


def clear_agent(
    *, agent: Agent, reviewer: User, now: datetime = NOON, level: str = "B2",
    upto: str = "agreements",
) -> Agent:  # fmt: skip
    """Bring an agent to the end of the step `upto`, as `demo.agents.clear_agent` does."""
    done = list(gates.GATES)[: list(gates.GATES).index(upto) + 1]
    if "profile" in done and not gates.profile_is_complete(agent):
        agent = with_profile(agent, now - timedelta(minutes=4))
    if "kyc" in done and not KycCase.objects.filter(agent=agent).exists():
        send_documents(agent, now - timedelta(minutes=3))
    facts: dict[str, Any] = {"reviewer": reviewer, "now": now, "level": level, "upto": upto}
    return demo_agents.clear_agent(agent=agent, **facts)


def reference_rows(now: datetime = NOON) -> None:
    """The texts in force and the language test."""
    seeding.seed(now)
    proctoring_seeding.seed(now)


def nila_at(step: str, now: datetime = NOON) -> None:
    """Make Farah, a reviewer, and Nila at the end of a step, or with "documents" sent to her."""
    reference_rows(now)
    reviewer = make_staff("Farah", "reviewer")
    upto = "profile" if step == "documents" else step
    nila = clear_agent(agent=make_agent("Nila"), reviewer=reviewer, now=now, upto=upto)
    if step == "documents":
        send_documents(nila, now)


def signed_agent(name: str = "Nila", now: datetime = NOON) -> Agent:
    """An agent who has signed both agreements; the PDFs are due."""
    if agent := Agent.objects.filter(given_name=name, clearings__isnull=False).first():
        return agent
    reference_rows(now)
    return clear_agent(agent=make_agent(name), reviewer=make_staff("Farah", "reviewer"), now=now)
