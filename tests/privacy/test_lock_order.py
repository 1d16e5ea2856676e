"""Lock order: the user or agent is locked before their other rows, so nothing deadlocks."""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.test import Client

from accounts.authentication.services import passwords
from accounts.models import Agent, User
from accounts.privacy import services as privacy
from accounts.sessions import services as sessions
from accounts.tests.conftest import sent_code
from conftest import NOON, make_agent, make_staff, sign_in
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from onboarding.kyc import held_pictures
from onboarding.kyc.digilocker import services as digilocker
from onboarding.kyc.held_pictures import destroy_held
from onboarding.models import KycCase, KycHeldPicture
from proctoring.models import Sitting
from proctoring.setup import services as setup
from tests.support.source_files import product_files
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(days=7, seconds=1)
LOCKED_ROWS = """
SELECT array_agg(DISTINCT place.relname)
FROM pg_locks AS lock JOIN pg_class AS place ON place.oid = lock.relation
WHERE lock.mode IN ('RowShareLock', 'RowExclusiveLock') AND place.relkind = 'r'
AND pg_backend_pid() = ANY(pg_blocking_pids(lock.pid))
"""


def tables_locked_by_waiter() -> set[str]:
    """The tables in which a session that waits for our lock has locked rows."""

    def locked() -> set[str]:
        cursor.execute(LOCKED_ROWS)
        (found,) = cursor.fetchone()
        return set(found or ())

    with connection.cursor() as cursor:
        return wait_until(locked)


def tables_locked_while_waiting(act: Callable[[], object], *, of: Any, pk: Any) -> set[str]:
    """The tables in which `act` has locked rows when it has to wait for this row."""

    def run() -> None:
        with suppress(Refusal, ObjectDoesNotExist):
            act()
        connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        of.objects.select_for_update().get(pk=pk)
        thread.start()
        found = tables_locked_by_waiter()
    thread.join()
    return found


def reset_of(user: User) -> Callable[[], object]:
    ticket = passwords.begin_reset(contact=user.email, at=NOON)
    grant = passwords.confirm_reset(ticket=ticket, code=sent_code(user.email), at=NOON, ip="")
    new = "another-horse-battery"
    return lambda: passwords.finish_reset(grant=grant, password=new, at=NOON, ip="")


def start_digilocker(agent: Agent) -> Callable[[], object]:
    facts = {"agreed": True, "log_in": "x", "back": "https://here/", "where": "PAGE"}
    return lambda: digilocker.start_session(agent=agent, network="", at=NOON, **facts)


#: What an agent does whose account is being closed, or whose contact is being changed.
ACTIONS_ON_ACCOUNT: dict[str, Callable[[Agent], Callable[[], object]]] = {
    "take_back": lambda agent: lambda: privacy.cancel_closing(user=agent.user, at=NOON),
    "ask_closing": lambda agent: lambda: privacy.request_closing(user=agent.user, at=NOON),
    "close_due": lambda agent: lambda: privacy.close_due(now=LATER),
    "finish_reset": lambda agent: reset_of(agent.user),
    "start_digilocker": start_digilocker,
    "start_test": lambda agent: lambda: setup.start_sitting(agent=agent, by=agent.user, at=NOON),
    "agree_to_test": lambda agent: (
        lambda: setup.give_consent(sitting=Sitting(agent=agent), by=agent.user, at=NOON)
    ),
}


@pytest.mark.parametrize("what", ACTIONS_ON_ACCOUNT)
def test_account_is_locked_first(what: str, settings: Any) -> None:
    """Nothing of the account is locked before the account is."""
    settings.DIGILOCKER_URL = settings.DIGILOCKER_CLIENT_ID = "https://digilocker.example"
    settings.DIGILOCKER_CLIENT_SECRET = settings.DIGILOCKER_SIGNERS = "x"
    agent = make_agent("Nila")
    privacy.request_closing(user=agent.user, at=NOON)
    act = ACTIONS_ON_ACCOUNT[what](agent)
    assert tables_locked_while_waiting(act, of=User, pk=agent.user_id) == {"accounts_user"}


@pytest.mark.parametrize("whose", ["own", "everybody's"])
def test_a_log_in_ends_before_what_lists_it(whose: str, settings: Any) -> None:
    """Whoever logs out, and whoever logs everybody out, goes the same way."""
    user = make_agent("Nila").user
    key = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1")
    acts: dict[str, Callable[[], object]] = {
        "own": lambda: sessions.end_all_others(user=user, at=NOON),
        "everybody's": lambda: sessions.end_all_sessions(at=NOON, why="A key was lost."),
    }
    found = tables_locked_while_waiting(acts[whose], of=Session, pk=Session.objects.get().pk)
    assert "django_session" in found
    assert "usersessions_usersession" not in found
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


@pytest.fixture
def held(db: None) -> KycHeldPicture:
    case = KycCase.objects.create(agent=make_agent("Nila"))
    document = case.documents.create(kind="AADHAAR_FRONT", last_four="4321")
    facts = {"name": "x", "content_type": "image/jpeg", "purpose": "unmasked-identity-document"}
    stored = storage.store_bytes(b"x", **facts)
    return KycHeldPicture.objects.create(document=document, file=stored, held_at=NOON)


@pytest.mark.parametrize("what", ["ask_again", "destroy_held"])
def test_agent_is_locked_before_pictures(held: KycHeldPicture, what: str) -> None:
    """Who replaces a picture has the agent, then the case: who ends its original does the same."""
    meera = make_staff("Meera", "admin")
    acts: dict[str, Callable[[], object]] = {
        "ask_again": lambda: held_pictures.request_another(held=held, by=meera, at=NOON),
        "destroy_held": lambda: destroy_held(at=LATER),
    }
    agent = held.document.case.agent
    assert tables_locked_while_waiting(acts[what], of=Agent, pk=agent.pk) == {"accounts_agent"}
    assert KycHeldPicture.objects.get().ended_at


def test_users_and_agents_are_locked_with_no_key() -> None:
    """Users and agents are locked FOR NO KEY UPDATE, so that inserts of references do not wait."""
    locks = re.compile(r"\b(?:User|Agent)\.objects\.select_for_update\((?!no_key=True)")
    assert [str(path) for path in product_files() if locks.search(path.read_text())] == []
