"""An agent with rows in every app: Anandhi, who signed up, worked and was paid."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from accounts import agents
from accounts.consents import services as consents
from accounts.models import Agent, LogInEvent
from accounts.security import login_history
from accounts.security.origin import RequestOrigin
from accounts.sessions import tokens
from accounts.tests.conftest import log_in_recently
from chatbot.conversations import services as conversations
from chatbot.desk import services as chatbot
from conftest import NOON, PASSWORD, Made, make_agent, make_staff, make_user
from gigs.applications import services as application_services
from gigs.clients import services as client_services
from gigs.models import Client, Member
from gigs.opportunities import services as opportunity_services
from gigs.work import services as work_services
from hitouch import seeding
from hitouch.core.outbox import services as outbox
from onboarding.demo import agents as demo_agents
from onboarding.profile import services as profile
from onboarding.tests import factories
from payments.models import Payment
from payments.payouts import services as payouts
from proctoring.tests.support.cast import make_graded_sitting
from tests.support.funding import fund

FAMILY = "Krishnamoorthy"
GIVEN = "Anandhi"
BORN = date(1991, 2, 13)
DAY = timedelta(days=1)
#: Words that she typed, which must be in no row after her account is erased.
SECRETS = ("quetzal-bio", "quetzal-note", "quetzal-question", "quetzal-ticket", "quetzal-street")


@dataclass
class Scene:
    """Anandhi and the people she dealt with."""

    agent: Agent
    owner: Member
    reviewer: Any
    finance: list[Any]
    payment: Payment

    @property
    def user(self) -> Any:
        """Her account, read from the database."""
        return type(self.agent.user).objects.get(pk=self.agent.user_id)


@pytest.fixture(autouse=True)
def private_file_store(settings: Any, tmp_path: Any) -> None:
    """Store private files in a folder of this test."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path / "private"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send no tasks: no worker runs."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)


@pytest.fixture(scope="module")
def shared_scene(make_once: Any) -> Made:
    return make_once(make_scene)


@pytest.fixture
def scene(shared_scene: Made, db: None, settings: Any) -> Scene:
    """Anandhi after her first paid gig."""
    return shared_scene.copy_for(settings.HITOUCH_PRIVATE_FILES)


def make_scene() -> Scene:
    seeding.reference(now=NOON - 3 * DAY)
    agent = make_agent(GIVEN, family_name=FAMILY)
    agent.user.set_password(PASSWORD)
    agent.user.save()
    reviewer, finance = make_staff("Rekha", "reviewer"), [make_staff(n, "finance") for n in "MC"]
    _log_in_before(agent)
    _clear(agent, reviewer)
    owner = make_client_owner()
    payment = _work_and_get_paid(agent, owner, finance)
    _ask_for_help(agent, make_staff("Sunil", "support"))
    return Scene(agent, owner, reviewer, finance, payment)


def _log_in_before(agent: Agent) -> None:
    user = agent.user
    origin = RequestOrigin(
        ip="103.21.58.66", network_hash="p" * 64, network="103.21.x.x", country="India"
    )
    login_history.record_login(
        user=user, outcome=LogInEvent.Outcome.IN, method=LogInEvent.Way.PASSWORD, origin=origin,
        at=NOON - 2 * DAY,
    )  # fmt: skip
    tokens.issue(user=user, at=NOON - 2 * DAY, program="Anandhi's telephone")
    UserSession.objects.create(
        user=user, ip="103.21.58.66", user_agent="Firefox", session_key=secrets.token_hex(16)
    )
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": get_adapter().encrypt("TOTP")}
    )
    consents.give_consent(user=user, purpose="news", at=NOON - DAY, where="PAGE", network="1.2.x.x")


def _clear(agent: Agent, reviewer: Any) -> None:
    at = NOON - 2 * DAY
    profile.save_person(
        agent=agent, by=agent.user, at=at, given_name=GIVEN, family_name=FAMILY, birth_on=BORN,
        current_address={**demo_agents.ADDRESS, "line1": "7 quetzal-street"},
        permanent_address=demo_agents.ADDRESS,
    )  # fmt: skip
    profile.save_work(
        agent=agent, by=agent.user, at=at, **{**demo_agents.WORK, "bio": "quetzal-bio"}
    )
    factories.with_photo(agent, at)
    factories.send_documents(agent, at)
    demo_agents.approve_documents(agent=agent, reviewer=reviewer, now=at)
    make_graded_sitting(agent, at=at)
    agent.refresh_from_db()
    sitting = agent.sittings.get()
    agents.set_level(agent=agent, level=sitting.level, at=at)
    demo_agents.sign(agent=agent, now=at)
    finance = make_staff("Mohan", "finance")
    demo_agents.add_bank_account(agent=agent, finance=finance, now=at, number="501004321987")


def make_client_owner() -> Member:
    client = Client.objects.create(name="Orchid Retail")
    fund(client, at=NOON - DAY)
    return Member.objects.create(user=make_user("Olga"), client=client, role="OWNER")


def offer(owner: Member, title: str = "Score calls") -> Any:
    project = owner.client.projects.first() or client_services.create_project(
        now=NOON, client=owner.client, title="Desk", budget_paise=10_00_000_00
    )
    made = opportunity_services.create_opportunity(
        project=project, title=title, description="Listen.", category="CHAT", minimum_level="A1",
        pay_kind="FIXED", rate_paise=5_000_00, hours_each=0, headcount=1, apply_by=NOON + 5 * DAY,
        skills=["Chat support"], languages=["English"], now=NOON - DAY,
    )  # fmt: skip
    return opportunity_services.publish(opportunity=made, by=owner.user, at=NOON - DAY)


def hire(agent: Agent, owner: Member, title: str = "Score calls") -> Any:
    agent = Agent.objects.get(pk=agent.pk)
    application = application_services.apply(
        opportunity=offer(owner, title), agent=agent, now=NOON - DAY, note="quetzal-note"
    )
    return application_services.accept(application=application, by=owner.user, at=NOON - DAY)


def hand_in(agent: Agent, gig: Any) -> Any:
    upload = SimpleUploadedFile("calls.txt", b"All calls scored.", "text/plain")
    return work_services.submit_work(
        gig=gig, summary="All calls scored.", by=agent.user, at=NOON - DAY, links=[],
        uploads=[upload],
    )  # fmt: skip


def _work_and_get_paid(agent: Agent, owner: Member, finance: list[Any]) -> Payment:
    work = hand_in(agent, hire(agent, owner))
    work_services.start_review(work=work, by=owner.user, at=NOON - DAY)
    work_services.approve_work(work=work, member=owner, at=NOON - DAY)
    payment = Payment.objects.get(work=work)
    payout = payment.payouts.get()
    maker, checker = finance
    payouts.start_payout(payout=payout, by=maker, at=NOON - DAY)
    payouts.settle_payout(
        payout=payout, utr_number="HDFCR52026112200000001", by=checker, at=NOON - DAY
    )
    return payment


def _ask_for_help(agent: Agent, support: Any) -> None:
    at = NOON - DAY
    conversations.ask(user=agent.user, text="quetzal-question", at=at)
    ticket = chatbot.open_ticket(
        user=agent.user, subject="quetzal-ticket", text=f"I am {GIVEN}", at=at
    )
    chatbot.answer(ticket=ticket, by=support, text=f"Hello {GIVEN}", at=at)
    chatbot.resolve(ticket=ticket, by=support, at=at)
    outbox.queue_mail(to=agent.user.email, template="accounts/account_exists", context={}, at=at)


@pytest.fixture
def browser(scene: Scene) -> Browser:
    """Anandhi's browser, in which she has just logged in."""
    return log_in_recently(Browser(), scene.user)
