"""Takes the agents of the demo and of tests through the onboarding steps, by the services."""

import random
import re
import time
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts import agents
from accounts.models import Agent, User
from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox.services import index_of
from onboarding.agreements import signing
from onboarding.demo import cards
from onboarding.kyc import held_pictures, reading, uploads
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc import services as kyc
from onboarding.kyc.review import access_log
from onboarding.kyc.review import services as review
from onboarding.models import (
    AccountTest,
    BankAccount,
    KycCase,
    KycDocument,
    KycHeldPicture,
    KycUpload,
)
from onboarding.payees import decisions
from onboarding.payees import services as payees
from onboarding.profile import photo as profile_photo
from onboarding.profile import services as profile
from onboarding.steps import gates

ADDRESS = {
    "line1": "12 Lake View Road",
    "line2": "Near the post office",
    "city": "Bengaluru",
    "state": "Karnataka",
    "pin": "560034",
}
BIRTH_ON = date(1998, 4, 17)
SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
WORK: dict[str, Any] = {
    "shift": Agent.Shift.EVENING,
    "hours_a_day": 6,
    "skills": ["Chat support", "E-mail support", "Typing"],
    "languages": ["English", "Hindi"],
    "fluency": [
        {"language": "English", "spoken": "GOOD", "written": "FLUENT"},
        {"language": "Hindi", "spoken": "FLUENT", "written": "BASIC"},
    ],
    "bio": "Two years of chat support for online shops.",
    "employment": {"status": "NOT_EMPLOYED", "employer": "", "job_title": ""},
    "qualifications": [
        {
            "level": "BACHELOR",
            "title": "B.Com.",
            "institution": "Bangalore University",
            "year": 2019,
        }
    ],
    "experiences": [
        {
            "company": "Sundial Shops",
            "role": "Support associate",
            "domain": "SUPPORT",
            "started_on": date(2022, 6, 1),
            "ended_on": date(2024, 5, 31),
        }
    ],
}


def picture(words: str) -> SimpleUploadedFile:
    """A placeholder picture with a caption."""
    image = Image.new("RGB", (640, 400), "#dfe7e4")
    ImageDraw.Draw(image).text((40, 180), f"SAMPLE: {words}", fill="#123")
    out = BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile("sample.png", out.getvalue(), "image/png")


def photo() -> SimpleUploadedFile:
    """A sample photo with a real face, of a public person."""
    return SimpleUploadedFile("photo.jpg", cards.PORTRAIT.read_bytes(), "image/jpeg")


def sample_pan(agent: Agent) -> str:
    """A valid sample PAN, unique to the agent."""
    letter = (agent.family_name or agent.given_name)[0].upper()
    digits = int(agent.pk.hex[:8], 16)
    number = digits % 9_999 + 1  # no PAN has the number 0000
    return f"{_letters(digits)}P{letter}{number:04d}{chr(65 + digits % 26)}"


def holder(agent: Agent) -> cards.CardHolder:
    """Holder data of the agent's specimen cards."""
    return cards.CardHolder(
        name=agent.name,
        birth_on=agent.birth_date or BIRTH_ON,
        aadhaar=cards.valid_number(random.Random(7), last_four="4321"),  # noqa: S311 a specimen
        pan=sample_pan(agent),
    )


def card(agent: Agent, kind: str) -> SimpleUploadedFile:
    """A picture of one of the agent's specimen cards, its number in full."""
    return SimpleUploadedFile("card.jpg", cards.card(kind, holder(agent)), "image/jpeg")


def _letters(number: int) -> str:
    return "".join(chr(65 + number // 26**place % 26) for place in (2, 3, 4))


def fill_profile(*, agent: Agent, now: datetime) -> None:
    """Fill in the profile and upload the photo."""
    by = agent.user
    profile.save_person(
        agent=agent,
        by=by,
        at=now,
        given_name=agent.given_name,
        family_name=agent.family_name,
        birth_on=agent.birth_date or BIRTH_ON,
        current_address=ADDRESS,
        permanent_address=ADDRESS,
    )
    profile.save_work(agent=agent, by=by, at=now, **WORK)
    profile_photo.save_photo(agent=agent, upload=photo(), by=by, at=now)


def send_documents(*, agent: Agent, now: datetime) -> None:
    """Upload all documents that can be uploaded, and submit them."""
    by, standing = agent.user, kyc_queries.documents_status(kyc_queries.case_of(agent))
    for kind in filter(standing.can_upload, KycDocument.Kind):
        number = {"number": sample_pan(agent)} if kind == kind.PAN else {"last_four": "4321"}
        upload = card(agent, kind)
        save_document(agent=agent, kind=kind, upload=upload, now=now, **number)
    kyc.submit_documents(agent=agent, by=by, at=now)


class NotSaved(Exception):
    """An uploaded picture was refused; `upload.code` says why."""

    def __init__(self, upload: KycUpload) -> None:
        self.upload = upload
        super().__init__(upload.message or upload.state)


def save_document(
    *, agent: Agent, kind: str, upload: storage.Upload, now: datetime, **entered: Any
) -> KycDocument:
    """Upload one picture and read it at once, unless a worker does. Raises `NotSaved`."""
    accepted = uploads.accept_upload(agent=agent, kind=kind, upload=upload, at=now, **entered)
    while accepted.is_queued:
        if reading.read_next(clock=lambda: now) is None:
            time.sleep(0.05)
        accepted.refresh_from_db()
    if accepted.state != KycUpload.State.READ:
        raise NotSaved(accepted)
    return KycDocument.objects.current().get(case=accepted.case_id, kind=kind)


def approve_documents(*, agent: Agent, reviewer: User, now: datetime) -> None:
    """Claim and approve the case as a reviewer."""
    case = kyc_queries.case_of(agent)
    if case is None:
        raise LookupError("there are no documents to approve")
    review.claim_case(case=case, by=reviewer, at=now)
    for document in case.documents.current().filter(file__isnull=False):
        access_log.open_document(document=document, by=reviewer, at=now)
    agent.refresh_from_db(fields=["photo"])
    if agent.photo is not None:
        access_log.open_photo(case=case, by=reviewer, at=now)
    review.approve_case(case=case, by=reviewer, at=now, why="Demonstration data.")


def sign(*, agent: Agent, now: datetime) -> None:
    """Read and sign the agreements with the code from the outbox."""
    accept = read_agreements(agent=agent, now=now)
    signing.send_signing_code(agent=agent, channel="email", at=now)
    signing.sign_agreements(
        agent=agent,
        accept=accept,
        typed_name=agent.name,
        code=latest_code(agent),
        at=now,
        ip="",
        user_agent="seed",
    )


def read_agreements(*, agent: Agent, now: datetime) -> list[str]:
    """Open the unsigned texts in the past and mark them read now. Returns their IDs."""
    opened = now - timedelta(seconds=settings.HITOUCH_READING_SECONDS)
    texts = gates.unsigned_agreements(agent)
    for text in texts:
        signing.open_agreement(agent=agent, template=text, at=opened)
        signing.mark_read(agent=agent, template=text, at=now)
    return [str(text.pk) for text in texts]


def latest_code(agent: Agent) -> str:
    """The code in the newest message to the agent's e-mail address."""
    mine = OutboxMessage.objects.to_contact(index_of(agent.user.email or ""))
    message = mine.filter(template="accounts/code").order_by("-created_at").first()
    found = SIX_DIGITS.search(message.body) if message else None
    if found is None:
        raise LookupError("no code was sent")
    return found.group()


def clear_agent(
    *, agent: Agent, reviewer: User, now: datetime, level: str = "B2", upto: str = "agreements"
) -> Agent:
    """Complete the steps of an agent with verified contacts, up to and including `upto`.

    Steps that are done are left alone. The level is set without a sitting: proctoring's own
    seed is the place for one. The agreements are signed outside of any transaction.
    """
    moments = {key: now - timedelta(minutes=5 - i) for i, key in enumerate(gates.GATES)}
    for key in list(gates.GATES)[: list(gates.GATES).index(upto) + 1]:
        fresh = Agent.objects.select_related("user").get(pk=agent.pk)
        if not gates.GATES[key](fresh):
            _complete_step(key, agent=fresh, reviewer=reviewer, now=moments[key], level=level)
    return Agent.objects.select_related("user").get(pk=agent.pk)


def _complete_step(key: str, *, agent: Agent, reviewer: User, now: datetime, level: str) -> None:
    if key == "profile":
        fill_profile(agent=agent, now=now)
    elif key == "kyc":
        _pass_documents(agent=agent, reviewer=reviewer, now=now)
    elif key == "assessment":
        agents.set_level(agent=agent, level=level, at=now)
    elif key == "agreements":
        sign(agent=agent, now=now)
    else:
        raise LookupError("the contacts have to be verified first")


def _pass_documents(*, agent: Agent, reviewer: User, now: datetime) -> None:
    case = kyc_queries.case_of(agent)
    if case is not None and not case.is_open:
        _request_unmasked_again(case, reviewer, now)
    if case is None or case.is_open:
        send_documents(agent=agent, now=now)
    approve_documents(agent=agent, reviewer=reviewer, now=now)


def _request_unmasked_again(case: KycCase, reviewer: User, now: datetime) -> None:
    """An interrupted seed may have left unmasked pictures: request them again."""
    for held in KycHeldPicture.objects.waiting().with_agent().filter(document__case=case):
        held_pictures.request_another(held=held, by=reviewer, at=now)
    case.refresh_from_db(fields=["state"])


def add_bank_account(*, agent: Agent, finance: User, now: datetime, number: str) -> BankAccount:
    """Add a bank account in the agent's name and accept it as finance."""
    account = payees.save_bank_account(
        agent=agent,
        by=agent.user,
        at=now,
        holder_name=agent.name,
        ifsc="HDFC0001234",
        account_number=number,
    )
    accept_account(account, finance=finance, now=now)
    return account


def accept_account(account: BankAccount, *, finance: User, now: datetime) -> None:
    """Accept an account as finance does without a payout provider."""
    test = account.tests.filter(state=AccountTest.State.DUE).get()
    transition(test, to=AccountTest.State.LOOK, by=None, at=now, reason=AccountTest.Reason.NO_RAIL)
    decisions.decide_test(test=test, accept=True, by=finance, at=now)
