"""Rows that are due, for every sweep of the site."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pgtrigger
from allauth.idp.oidc.models import Client, Token
from django.db.models import Model

from accounts.bridge.models import BreakGlass
from accounts.models import (
    AccessToken,
    Agent,
    Closing,
    LogInEvent,
    Notice,
    OneTimeCode,
    TokenFamily,
    User,
)
from accounts.privacy import services as privacy
from accounts.staff import access
from chatbot.assistant.decide import Decision
from chatbot.conversations import services as help_services
from chatbot.desk import seeding as support_desk
from chatbot.desk import services as desk
from chatbot.models import (
    FaqCategory,
    FaqEntry,
    FaqPassage,
    FaqPhrasing,
    FaqText,
    FaqVersion,
    SupportDuty,
)
from conftest import NOON, make_agent, make_staff, make_user
from gigs.applications import services as application_services
from gigs.clients import members
from gigs.disputes import services as dispute_services
from gigs.disputes.subjects import find_subject
from gigs.engagements import services as gig_services
from gigs.invitations import services as invitation_services
from gigs.models import Claim, EarnedAmount, Reminder, Slot, WaitlistEntry, Work, WorkSession
from gigs.opportunities import match_profiles, saved_searches
from gigs.opportunities.forms import SearchForm
from gigs.ratings import services as rating_services
from gigs.shifts import services as shift_services
from gigs.slots import claims as claim_services
from gigs.slots import openings, waitlist
from gigs.tests.support import marketplace as gigs
from gigs.work import refused_parts
from gigs.work import services as work_services
from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage
from hitouch.core.models import OutboxMessage, PostponedRow, StoredFile
from onboarding.agreements import seeding
from onboarding.kyc import held_pictures, quarantine
from onboarding.models import (
    AccountTest,
    AgreementTemplate,
    BankAccount,
    Clearing,
    KycCase,
    KycCheck,
    KycDocument,
    KycHeldPicture,
    KycSession,
    KycUpload,
    RailEvent,
    Signature,
    SignedPaper,
    TextNews,
)
from payments import seeding as payments_seeding
from payments.billing import services as billing
from payments.earnings import services as earnings
from payments.models import (
    Bill,
    BillingDetails,
    CreditNoteLine,
    Payment,
    Payout,
    PayoutAttempt,
    PayoutBatch,
    ProviderEvent,
    Rail,
)
from payments.payouts import services as payouts_services
from payments.tests import factories as payments
from proctoring.delivery import services as delivery
from proctoring.grading import services as grading
from proctoring.item_bank import seeding as proctoring_seeding
from proctoring.models import (
    EvaluationJob,
    MonitoringConnection,
    MonitoringState,
    Recording,
    SittingQuestion,
)
from proctoring.monitoring import services as monitoring
from proctoring.setup import services as setup
from proctoring.tests.support import cast, productive
from tests.support.funding import seed_rates

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG_AGO = NOON - 400 * DAY
NAMES = ("Asha", "Ravi", "Nila")


@dataclass(frozen=True)
class Example:
    """How to make due rows of a sweep, and which row fails when one of them cannot be processed."""

    make: Callable[[], object]
    at: datetime = NOON
    #: The model and column of the failing row; by default it is the swept row itself.
    fails: type[Model] | None = None
    column: str = "id"
    #: An encrypted column of that row to spoil; without one, the database refuses to change it.
    spoil: str = ""
    #: For a sweep that only adds rows: their model, and their column with the swept row's key.
    refuses_new: tuple[type[Model], str] | None = None


#: Sweeps of reminders only add rows.
REMINDER = (Reminder, "about")


def questions_without_answer() -> None:
    for number, agent in enumerate(agents()):
        at = NOON - HOUR + timedelta(seconds=number)
        help_services.send(user=agent.user, text="When do I get paid?", at=at)


def idle_conversations() -> None:
    for number, agent in enumerate(agents()):
        at = NOON - 4 * HOUR + timedelta(seconds=number)
        question = help_services.send(user=agent.user, text="Hello", at=at).message
        help_services.deliver(question.pk, Decision("PASS", language="EN"), at)


def old_conversations() -> None:
    for number, agent in enumerate(agents()):
        at = LONG_AGO + timedelta(seconds=number)
        sent = help_services.send(user=agent.user, text="Hello", at=at)
        help_services.close(sent.conversation, at=at)


def agents() -> list[Agent]:
    facts = {"level": "B2", "birth_on": "1998-04-17"}
    return [make_agent(name, **facts) for name in NAMES]


def raw(model: type[Model], **fields: Any) -> Any:
    """A row in any state, saved without the triggers that prescribe how it gets there."""
    with pgtrigger.ignore():
        return model._default_manager.create(**fields)


def many(model: type[Model], **fields: Any) -> None:
    for number in range(3):
        values = {
            name: value(number) if callable(value) else value for name, value in fields.items()
        }
        raw(model, **values)


def text_of(number: int) -> str:
    return f"text {number}"


def digests() -> None:
    """A notice that waits for the summary of each person."""
    for name in NAMES:
        facts = {"kind": "gigs/gig_resumed", "category": "WORK", "title": "Hi", "text": "Hi"}
        Notice.objects.create(user=make_user(name), at=NOON - HOUR, digest_at=NOON, **facts)


def old_notices() -> None:
    many(
        Notice,
        user=make_user("Asha"),
        kind="gigs/gig_resumed",
        category="WORK",
        title="Hi",
        text="Hi",
        at=LONG_AGO,
    )


def messages(**fields: Any) -> None:
    facts = {"channel": "MAIL", "template": "test/hi", "to": "a@example.com", "body": "Hi"}
    many(OutboxMessage, **facts, next_try_at=NOON, **fields)


def old_messages() -> None:
    messages(state="SENT")
    OutboxMessage.objects.update(created_at=LONG_AGO)


def postponed_rows() -> None:
    many(PostponedRow, sweep="test", row=text_of, reason="test", next_try_at=LONG_AGO)


def log_ins() -> None:
    many(LogInEvent, at=LONG_AGO, outcome="IN", way="CODE")


def break_glass() -> None:
    user = make_user("Meera")
    many(BreakGlass, user=user, name="test", token_hash=text_of, expires_at=LONG_AGO)


def codes() -> None:
    many(
        OneTimeCode,
        purpose="LOG_IN",
        target=text_of,
        code_hash="x",
        sent_at=LONG_AGO,
        expires_at=LONG_AGO + HOUR,
    )


def families() -> list[TokenFamily]:
    user = make_user("Asha")
    moments = dict.fromkeys(("proved_at", "last_used_at", "expires_at"), LONG_AGO)
    return [raw(TokenFamily, user=user, **moments) for _ in range(3)]


def access_tokens() -> None:
    moments = {"issued_at": LONG_AGO, "expires_at": LONG_AGO + HOUR}
    for family in families():
        raw(AccessToken, family=family, token_hash=str(family.pk), **moments)


def partner_tokens() -> None:
    owner = make_user("Lata")
    client = Client.objects.create(id="test", secret="x", owner=owner)
    kind = Token.Type.ACCESS_TOKEN
    many(Token, type=kind, client=client, user=owner, hash=text_of, expires_at=LONG_AGO)


def access_changes() -> None:
    bela = make_staff("Bela", "admin")
    for name in NAMES:
        requested = access.suspend(
            user=make_staff(name, "admin"), by=bela, at=LONG_AGO, why="Left the company"
        )
        assert requested


def closings() -> None:
    for agent in agents():
        privacy.request_closing(user=agent.user, at=LONG_AGO)


def erasures() -> None:
    closings()
    privacy.close_due(now=NOON - DAY)
    Closing.objects.update(erased_at=None)


def waiting_cases() -> None:
    for agent in agents():
        case = raw(KycCase, agent=agent, queued_at=LONG_AGO, state="IN_REVIEW")
        for kind in ("AADHAAR_FRONT", "PAN"):
            case.documents.create(kind=kind, last_four="4321", source="DIGILOCKER")


def checked_cases() -> None:
    waiting_cases()
    for document in KycDocument.objects.all():
        facts = {"case": document.case, "verdict": "PASS", "checked_at": NOON}
        raw(KycCheck, document=document, kind="SOURCE", **facts)


def clearances() -> None:
    for agent in agents():
        Clearing.objects.create(agent=agent, cleared_at=LONG_AGO)


def stored(purpose: str) -> StoredFile:
    return storage.store_bytes(b"x", name="x", content_type="image/jpeg", purpose=purpose)


def lost_files(purpose: str) -> Callable[[], None]:
    def make() -> None:
        for _ in range(3):
            stored(purpose)
        StoredFile.objects.update(created_at=LONG_AGO)

    return make


def uploads(state: str) -> Callable[[], None]:
    def make() -> None:
        for agent in agents():
            case = KycCase.objects.create(agent=agent)
            facts = {"kind": "PAN", "last_four": "4321", "file": stored(quarantine.PURPOSE)}
            raw(KycUpload, case=case, state=state, next_try_at=NOON, **facts)
        KycUpload.objects.update(created_at=LONG_AGO, updated_at=LONG_AGO)

    return make


def held() -> None:
    for agent in agents():
        case = KycCase.objects.create(agent=agent)
        document = case.documents.create(kind="AADHAAR_FRONT", last_four="4321")
        file = stored(held_pictures.PURPOSE)
        KycHeldPicture.objects.create(document=document, file=file, held_at=LONG_AGO)


def sessions(state: str, **moments: Any) -> Callable[[], None]:
    def make() -> None:
        for agent in agents():
            facts = {"state_hash": str(agent.pk), "started_at": LONG_AGO, "code": "x", "tries": 0}
            raw(KycSession, agent=agent, state=state, **facts, **moments)

    return make


def account_tests() -> None:
    for agent in agents():
        facts = {"holder_name": agent.name, "ifsc": "HDFC0001234", "added_at": NOON}
        account = raw(BankAccount, agent=agent, version=1, account_number="1", **facts)
        raw(AccountTest, account=account, next_try_at=NOON, asked_at=NOON)


def papers() -> None:
    text, *_ = seeding.seed(NOON)
    facts = {"kind": text.kind, "version": text.version, "text": text.text, "evidence": {}}
    for agent in agents():
        signature = raw(
            Signature, agent=agent, template=text, typed_name="x", signed_at=NOON, **facts
        )
        SignedPaper.objects.create(signature=signature, next_try_at=NOON)


def texts() -> None:
    for kind in ("NDA", "CONTRACTOR"):
        facts = {"kind": kind, "version": "9.0", "title": kind, "text": "Text", "sha256": "x"}
        raw(AgreementTemplate, starts_at=LONG_AGO, **facts)


def news() -> None:
    for text in seeding.seed(NOON):
        TextNews.objects.create(template=text)


def sittings(state: str) -> Callable[[], None]:
    def make() -> None:
        proctoring_seeding.seed(NOON)
        for agent in agents():
            cast.make_sitting(agent, state)

    return make


def paused_sittings() -> None:
    sittings("IN_PROGRESS")()
    proctor = make_staff("Proctor", "proctor")
    for sitting in cast.Sitting.objects.all():
        delivery.pause_sitting(sitting=sitting, reason="Fire drill", by=proctor, at=NOON)


def written_answers() -> list[SittingQuestion]:
    """A closed section with a written answer in each sitting."""
    sittings("IN_PROGRESS")()
    questions = []
    for sitting in cast.Sitting.objects.all():
        (question,) = productive.add_section(sitting, "WRITING")
        productive.write_answer(question)
        questions.append(question)
    return questions


def queued_answers() -> None:
    for question in written_answers():
        grading.queue_closed_answer(question=question, at=NOON)


def submitted_sittings() -> None:
    sittings("IN_PROGRESS")()
    for sitting in cast.Sitting.objects.all():
        cast.sittings.submit_sitting(sitting=sitting, by=sitting.agent.user, at=NOON)


def snapshots() -> None:
    sittings("IN_PROGRESS")()
    for sitting in cast.Sitting.objects.all():
        monitoring.save_snapshot(sitting=sitting, picture=cast.make_picture(), at=NOON)


def spoken_sentences() -> None:
    """A sentence that nobody listened to, and the still of a check, in each sitting."""
    sittings("IDENTITY")()
    for sitting in cast.Sitting.objects.all():
        for number, kind in enumerate(("DEVICES", "SENTENCE")):
            setup.record_check(
                sitting=sitting,
                kind=kind,
                facts={"sentence": "The train was late."},
                results=[],
                picture=cast.make_picture().read() if not number else b"",
                pending=bool(number),
                by=None,
                at=NOON,
            )


def silent_connections() -> None:
    sittings("IN_PROGRESS")()
    MonitoringConnection.objects.update(last_beat_at=NOON)


def challenges() -> None:
    sittings("IN_PROGRESS")()
    for sitting in cast.Sitting.objects.all():
        monitoring.challenge(sitting=sitting, at=NOON)


def ended_by_rules() -> None:
    sittings("IN_PROGRESS")()
    MonitoringState.objects.update(submit_due_at=NOON, submit_reason="Left full screen again")


def stills_to_check() -> None:
    sittings("IN_PROGRESS")()
    for sitting in cast.Sitting.objects.all():
        monitoring.save_snapshot(
            sitting=sitting, picture=cast.make_picture(), origin="EVENT", at=NOON
        )


def open_recordings() -> None:
    submitted_sittings()
    for question in SittingQuestion.objects.order_by("sitting", "position").distinct("sitting"):
        Recording.objects.create(
            question=question, device=uuid4(), take=1, mime="audio/webm", started_at=NOON
        )


def old_recordings() -> None:
    open_recordings()
    for take in Recording.objects.select_related("question__sitting"):
        stored = storage.store_bytes(
            b"sound", name="a.webm", content_type="audio/webm", purpose="proctoring.recording"
        )
        Recording.objects.filter(pk=take.pk).update(state="CLOSED", file=stored)
        grading.grade_sitting(sitting=take.question.sitting, at=NOON)


def opportunity(**changes: Any) -> Any:
    client = gigs.make_client(f"Orchid {uuid4()}")
    gigs.make_member(f"Olga{uuid4().hex}", client)
    return gigs.make_opportunity(client, **changes)


def applications_left() -> None:
    gig = opportunity()
    for agent in agents_for_gigs():
        application_services.apply(opportunity=gig, agent=agent, now=NOON)


def sent_invitations() -> None:
    offer = opportunity()
    for agent in agents_for_gigs():
        owner = gigs.owner_of(offer.client)
        invitation_services.invite(opportunity=offer, agent=agent, by=owner, at=NOON)


def old_match_profiles() -> None:
    for agent in agents_for_gigs():
        match_profiles.request_refresh(agent, at=NOON)


def agents_for_gigs() -> list[Agent]:
    return [gigs.cleared(name) for name in NAMES]


def claims() -> list[Any]:
    gig = opportunity()
    slot = gigs.make_slot(gig, capacity=3)
    made = []
    for agent in agents_for_gigs():
        gigs.hire(agent, gig)
        made.append(gigs.seat(agent, slot))
    return made


def parts_refused() -> None:
    """Work that was approved in part."""
    seed_rates()
    offer = opportunity(pay_kind="FIXED", rate_paise=5_000_00, hours_each=0)
    for agent in agents_for_gigs():
        gig = gigs.hire(agent, offer)
        work = work_services.submit_work(gig=gig, summary="Done.", by=agent.user, at=NOON)
        refused_parts.approve_in_part(
            work=work,
            refused=[refused_parts.Refused("QUALITY", "Page 2.", amount_paise=100)],
            member=offer.client.members.get(),
            at=NOON,
        )


def running_sessions() -> None:
    for claim in claims():
        shift_services.clock_in(claim=claim, by=claim.agent.user, at=claim.slot.starts_at)


def invitations() -> None:
    """Invitations that nobody accepted."""
    client = gigs.make_client(f"Orchid {uuid4()}")
    owner = gigs.make_member(f"Olga{uuid4().hex}", client)
    for number in range(3):
        members.invite(
            member=owner, email=f"new{number}@example.com", role="VIEWER",
            site="https://x.example", at=NOON,
        )  # fmt: skip


def searches() -> None:
    """Saved searches whose mail is due."""
    for agent in agents_for_gigs():
        form = SearchForm({"q": "chat"})
        saved_searches.save_search(agent=agent, form=form, site="https://x.example", at=NOON)


def offered_seats() -> None:
    """Seats that are offered to others."""
    for claim in claims():
        claim_services.offer_swap(claim=claim, by=claim.agent.user, at=NOON)


def full_slots_with_a_waitlist() -> list[WaitlistEntry]:
    """For each name a full slot, and an agent who waits for it."""
    offer = opportunity(headcount=2 * len(NAMES))
    entries = []
    for number, agent in enumerate(agents_for_gigs()):
        slot = gigs.make_slot(offer, (3 + number) * DAY, capacity=1)
        second = gigs.cleared(f"{agent.given_name}second")
        for each in (agent, second):
            gigs.hire(each, offer)
        gigs.seat(agent, slot)
        entries.append(waitlist.join(slot=slot, agent=second, at=NOON))
    return entries


def free_seats_with_a_waitlist() -> None:
    """Slots that got a second seat while somebody waits."""
    for entry in full_slots_with_a_waitlist():
        Slot.objects.filter(pk=entry.slot_id).update(capacity=2)


def worked_with_a_bonus() -> None:
    """Hours of a shift with a bonus, of several agents."""
    seed_rates()
    Slot.objects.filter(pk__in=[claim.slot_id for claim in claims()]).update(bonus_paise=50_00)
    for claim in Claim.objects.select_related("slot", "agent__user"):
        gigs.work_hours(claim, HOUR)


def steps_that_opened() -> None:
    """Shifts of three agents that open in two steps, both of which are open."""
    offer = opportunity()
    slot = gigs.make_slot(offer, 4 * DAY, capacity=3)
    for agent in agents_for_gigs():
        gigs.hire(agent, offer)
    openings.open_in_steps(
        opportunity=offer,
        slots=[slot.pk],
        steps=openings.Steps(NOON, hours_between=24, steps=2, cap=1),
        by=gigs.owner_of(offer.client),
        now=NOON,
    )


def ended_sessions() -> None:
    """Hours of a week ago that nobody submitted, each of another gig."""
    for claim in claims():
        gigs.work_hours(claim, HOUR)


def ratings() -> None:
    """Sealed ratings of three gigs that ended."""
    offer = opportunity()
    for agent in agents_for_gigs():
        gig = gigs.hire(agent, offer)
        gig_services.end_gig(gig=gig, why="Over", by=None, at=NOON)
        rating_services.rate(gig=gig, side="AGENT", stars=4, by=agent.user, at=NOON)


def unanswered_disputes() -> None:
    """Disputes about three gigs that the client has not answered."""
    offer = opportunity()
    for agent in agents_for_gigs():
        subject = find_subject("GIG", gigs.hire(agent, offer).pk)
        assert subject is not None
        dispute_services.open_dispute(
            subject=subject, side="AGENT", statement="Not as agreed.", by=agent.user, at=NOON
        )


def running_breaks() -> None:
    """Breaks that nobody ended."""
    running_sessions()
    for session in WorkSession.objects.running():
        shift_services.start_break(session=session, at=session.started_at + HOUR)


def submitted_work() -> None:
    gig = opportunity(pay_kind="FIXED", rate_paise=5_000_00, hours_each=0)
    for agent in agents_for_gigs():
        hired = gigs.hire(agent, gig)
        work_services.submit_work(gig=hired, summary="Done.", by=agent.user, at=NOON, uploads=[])


def work_sent_back() -> None:
    submitted_work()
    for work in Work.objects.all():
        member = work.gig.client.members.get()
        work_services.request_rework(work=work, member=member, comment="Page 2?", at=NOON)


def clients_to_bill() -> None:
    """Three clients with earnings of the month before, and somebody who entered their details."""
    payments_seeding.seed(NOON)
    finance = make_staff("Mohan", "finance")
    for agent in agents():
        work = payments.make_work(agent, client=f"Client of {agent.name}")
        earnings.open_payment(work=work, at=NOON)
        BillingDetails.objects.create(
            client=work.gig.client, entered_by=finance, entered_at=NOON, **payments.ADDRESS
        )


def uncredited_corrections() -> None:
    """Payments that were corrected while their bill was being issued."""
    clients_to_bill()
    payments_billed = list(Payment.objects.order_by("pk"))
    for payment in payments_billed:
        billing.bill_client(client=payment.gig.client, at=NOON + 31 * DAY)
    for payment in payments_billed:
        raw_correction(payment)


def raw_correction(payment: Payment) -> None:
    """A correction whose credit note was not issued."""
    facts = {field.attname: getattr(payment, field.attname) for field in Payment._meta.fields}
    amounts = {name: -value for name, value in facts.items() if name.endswith("_paise")}
    new = {"id": uuid4(), "kind": "CORRECTION", "corrects_id": payment.pk, "work_id": None}
    raw(Payment, **facts | amounts | new | {"source_id": uuid4()})


def waiting_payments() -> None:
    payments_seeding.seed(NOON)
    for agent in agents_for_gigs():
        earnings.open_payment(work=payments.make_work(agent), at=NOON)
        payments.make_bank_account(agent)


def payouts() -> list[Payout]:
    """One for each agent, ready to be started."""
    waiting_payments()
    payouts_services.create_waiting_payouts(now=NOON)
    return list(Payout.objects.order_by("pk"))


def approved_payouts() -> None:
    """They are cancelled, because the account is another than the agent's."""
    people = {"maker": make_user("Mohan"), "checker": make_user("Chitra")}
    times = {"submitted_at": NOON, "approved_at": NOON}
    batch = raw(PayoutBatch, rail=Rail.RAZORPAYX, state="APPROVED", count=3, **people, **times)
    ready = payouts()
    for payout, other in zip(ready, [*ready[1:], ready[0]], strict=True):
        with pgtrigger.ignore():
            account = other.bank_account_id
            changes = {"state": "APPROVED", "batch": batch, "bank_account_id": account}
            Payout.objects.filter(pk=payout.pk).update(**changes)


def attempts() -> None:
    """The provider does not know them any more."""
    for payout in payouts():
        moments = {"at": LONG_AGO, "sent_at": LONG_AGO, "next_try_at": NOON}
        raw(PayoutAttempt, payout=payout, rail=Rail.RAZORPAYX, **moments)


def provider_events(received_at: datetime) -> Callable[[], None]:
    facts = {"provider": "razorpayx", "kind": "payout.processed", "reference": "x"}
    return lambda: many(ProviderEvent, event_id=text_of, received_at=received_at, **facts)


def opportunities() -> None:
    for _ in range(3):
        opportunity()


def support_members(*names: str) -> list[User]:
    """Members of support who are on duty."""
    members = [make_staff(name, "support") for name in names]
    for member in members:
        desk.go_on_duty(user=member, at=NOON)
    return members


def open_tickets() -> None:
    """A ticket of each of three agents."""
    for number, name in enumerate(NAMES):
        moment = NOON + number * timedelta(minutes=1)
        desk.open_ticket(user=make_user(name), subject="Shift", text="I am late.", at=moment)


def tickets_without_a_member() -> None:
    open_tickets()
    support = make_staff("Sunita", "support")
    SupportDuty.objects.create(member=support_desk.add_member(support), since=NOON)


def tickets_not_opened() -> None:
    support_desk.seed(NOON)
    support_members("Sunita")
    open_tickets()
    support = make_staff("Sunil", "support")
    SupportDuty.objects.create(member=support_desk.add_member(support), since=NOON)


def tickets_of_a_member_who_left() -> None:
    (member,) = support_members("Sunita")
    open_tickets()
    SupportDuty.objects.filter(member__user=member).update(until=NOON + HOUR)


def overdue_tickets() -> None:
    support_desk.seed(NOON)
    open_tickets()


def faq_entries() -> list[FaqEntry]:
    category, _ = FaqCategory.objects.get_or_create(title="Examples")
    return [FaqEntry.objects.create(category=category, key=name.lower()) for name in NAMES]


def phrasings() -> None:
    """A way to ask each entry, not encoded."""
    for entry in faq_entries():
        FaqPhrasing.objects.create(entry=entry, text="How?", language="EN", origin="STAFF")


def faq_texts() -> None:
    """A published text of each entry, not encoded."""
    for entry in faq_entries():
        version = FaqVersion.objects.create(entry=entry, number=1)
        FaqText.objects.create(version=version, language="EN", question="How?", answer="So.")
        transition(version, to=FaqVersion.State.PUBLISHED, by=None, at=NOON, published_at=NOON)


EXAMPLES = {
    "core.due_messages": Example(messages),
    "core.old_messages": Example(old_messages),
    "core.postponed_rows": Example(postponed_rows),
    "chatbot.late_answers": Example(questions_without_answer),
    "chatbot.idle_conversations": Example(idle_conversations),
    "chatbot.anonymise": Example(old_conversations),
    "accounts.old_log_ins": Example(log_ins),
    "accounts.break_glass": Example(break_glass),
    "accounts.old_codes": Example(codes),
    "accounts.token_families": Example(families),
    "accounts.access_tokens": Example(access_tokens),
    "accounts.partner_tokens": Example(partner_tokens),
    "accounts.access_changes": Example(access_changes),
    "accounts.due_closings": Example(closings),
    "accounts.due_digests": Example(digests, fails=Notice, column="user"),
    "accounts.old_notices": Example(old_notices),
    "accounts.open_erasures": Example(erasures),
    "onboarding.unchecked_cases": Example(
        waiting_cases, fails=Agent, column="kyc_case", spoil="birth_on"
    ),
    "onboarding.cases_left_unapproved": Example(
        checked_cases, fails=Agent, column="kyc_case", spoil="birth_on"
    ),
    "onboarding.clearances_in_doubt": Example(clearances, fails=Clearing, column="agent"),
    "onboarding.originals_left": Example(lost_files(quarantine.PURPOSE)),
    "onboarding.held_pictures_left": Example(lost_files(held_pictures.PURPOSE)),
    "onboarding.uploads_locked_too_long": Example(uploads("NEEDS_PASSWORD")),
    "onboarding.uploads_unread_too_long": Example(uploads("WAITING")),
    "onboarding.expired_pictures": Example(held),
    "onboarding.overdue_digilocker_sessions": Example(sessions("CREATED", expires_at=LONG_AGO)),
    "onboarding.due_digilocker_sessions": Example(
        sessions("RETURNED", expires_at=NOON + HOUR, next_try_at=NOON)
    ),
    "onboarding.due_account_tests": Example(account_tests),
    "onboarding.old_provider_events": Example(
        lambda: many(RailEvent, event_id=text_of, kind="test", at=LONG_AGO)
    ),
    "onboarding.due_papers": Example(papers),
    "onboarding.due_texts": Example(texts),
    "onboarding.pending_news": Example(news),
    "proctoring.sittings_out_of_time": Example(
        sittings("IN_PROGRESS"), at=NOON + timedelta(minutes=30)
    ),
    "proctoring.submissions_by_rules": Example(ended_by_rules, at=NOON + timedelta(minutes=1)),
    "proctoring.silent_connections": Example(silent_connections, at=NOON + HOUR),
    "proctoring.challenges_missed": Example(challenges, at=NOON + timedelta(minutes=1)),
    "proctoring.stills_to_check": Example(stills_to_check, at=NOON + timedelta(minutes=1)),
    "proctoring.idle_sittings": Example(sittings("IN_PROGRESS"), at=NOON + HOUR),
    "proctoring.paused_sittings": Example(paused_sittings, at=NOON + HOUR),
    "proctoring.ungraded_sittings": Example(submitted_sittings, at=NOON + HOUR),
    "proctoring.answers_to_queue": Example(
        written_answers, refuses_new=(EvaluationJob, "question_id")
    ),
    "proctoring.answers_to_evaluate": Example(queued_answers),
    "proctoring.sittings_not_started": Example(sittings("READY"), at=NOON + 30 * DAY),
    "proctoring.abandoned_recordings": Example(open_recordings, at=NOON + HOUR),
    "proctoring.expired_recordings": Example(old_recordings, at=NOON + 90 * DAY),
    "proctoring.expired_snapshots": Example(snapshots, at=NOON + 90 * DAY),
    "proctoring.expired_identity_photos": Example(sittings("READY"), at=NOON + 90 * DAY),
    "proctoring.sentences_not_listened_to": Example(spoken_sentences, at=NOON + HOUR),
    "proctoring.expired_check_files": Example(spoken_sentences, at=NOON + 90 * DAY),
    "payments.waiting_payments": Example(
        waiting_payments, fails=BankAccount, column="agent", spoil="account_number"
    ),
    "payments.clients_to_bill": Example(
        clients_to_bill, at=NOON + 31 * DAY, refuses_new=(Bill, "client_id")
    ),
    "payments.uncredited_corrections": Example(
        uncredited_corrections, at=NOON + 31 * DAY, refuses_new=(CreditNoteLine, "payment_id")
    ),
    "payments.approved_payouts": Example(approved_payouts),
    "payments.due_attempts": Example(attempts),
    "payments.unapplied_events": Example(provider_events(NOON)),
    "payments.old_events": Example(provider_events(LONG_AGO)),
    "gigs.unanswered_work": Example(submitted_work, at=NOON + 7 * DAY),
    "gigs.rework_that_did_not_come": Example(work_sent_back, at=NOON + 7 * DAY),
    "gigs.refused_parts_not_disputed": Example(parts_refused, at=NOON + 8 * DAY),
    "gigs.sessions_after_their_slot": Example(running_sessions, at=NOON + 4 * DAY),
    "gigs.swap_offers_not_taken": Example(offered_seats, at=NOON + 3 * DAY - HOUR),
    "gigs.free_seats_with_a_waitlist": Example(free_seats_with_a_waitlist),
    "gigs.waitlists_near_their_slot": Example(full_slots_with_a_waitlist, at=NOON + 9 * DAY),
    "gigs.steps_that_opened": Example(steps_that_opened, at=NOON + 2 * DAY),
    "gigs.bonuses": Example(
        worked_with_a_bonus, at=NOON + 4 * DAY, refuses_new=(EarnedAmount, "source_id")
    ),
    "gigs.missed_shifts": Example(claims, at=NOON + 4 * DAY),
    "gigs.breaks_after_their_slot": Example(running_breaks, at=NOON + 4 * DAY),
    "gigs.sealed_ratings": Example(ratings, at=NOON + 20 * DAY),
    "gigs.late_disputes": Example(unanswered_disputes, at=NOON + 5 * DAY),
    "gigs.dispute_reminders": Example(unanswered_disputes, at=NOON + 3 * DAY),
    "gigs.timesheets": Example(ended_sessions, at=NOON + 20 * DAY, fails=WorkSession, column="gig"),
    "gigs.work_near_approval": Example(submitted_work, at=NOON + 5 * DAY, refuses_new=REMINDER),
    "gigs.rework_near_end": Example(work_sent_back, at=NOON + 5 * DAY, refuses_new=REMINDER),
    "gigs.timesheets_near_submission": Example(
        ended_sessions, at=NOON + 7 * DAY + HOUR, refuses_new=REMINDER
    ),
    "gigs.ratings_near_opening": Example(ratings, at=NOON + 13 * DAY, refuses_new=REMINDER),
    "gigs.refused_parts_near_end": Example(parts_refused, at=NOON + 6 * DAY, refuses_new=REMINDER),
    "gigs.undecided_applications": Example(applications_left, at=NOON + 60 * DAY),
    "gigs.saved_searches": Example(searches, at=NOON + DAY),
    "gigs.member_invitations": Example(invitations, at=NOON + 8 * DAY),
    "gigs.unanswered_invitations": Example(sent_invitations, at=NOON + 60 * DAY),
    "gigs.match_profiles": Example(old_match_profiles),
    "gigs.ended_opportunities": Example(opportunities, at=NOON + 60 * DAY),
    "chatbot.tickets_without_a_member": Example(tickets_without_a_member, at=NOON + HOUR),
    "chatbot.tickets_not_opened_in_time": Example(tickets_not_opened, at=NOON + 4 * HOUR),
    "chatbot.tickets_of_members_who_left": Example(
        tickets_of_a_member_who_left, at=NOON + 2 * HOUR
    ),
    "chatbot.phrasings": Example(phrasings),
    "chatbot.passages": Example(faq_texts, refuses_new=(FaqPassage, "text_id")),
    "chatbot.overdue_tickets": Example(overdue_tickets, at=NOON + 10 * DAY),
}
