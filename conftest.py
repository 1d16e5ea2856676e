"""The cast and the tools that every app's tests share.

Asha and Ravi are cleared agents, Nila is half-way through onboarding, Meera is staff,
Orchid Retail is a client. A fixture that needs an app above `accounts` lives in that app.
"""

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.core.cache import cache as limits
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, TransactionTestCase
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.consents import registry as consents_registry
from accounts.models import Agent, Consent, User
from accounts.security.hashers import Argon2id
from accounts.sessions.store import SessionStore
from hitouch.core import sandbox
from hitouch.core.sandbox.limits import Limits

# At home every run looks for new examples; CI repeats the same ones, so that it is never luck.
hypothesis.settings.register_profile("home", deadline=None)


hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)


hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "home")


#: Monday, 23 November 2026, noon in India.
NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
PASSWORD = "correct-horse-battery"
#: What production hashes with; the tests take less (see `quick_hashes`).
REAL_HASH = {"memory_cost": Argon2id.memory_cost, "time_cost": Argon2id.time_cost}
KEPT_TABLES = {"django_content_type", "auth_permission", "django_migrations"}


@cache
def _which_have_rows() -> str:
    names = set(connection.introspection.table_names()) - KEPT_TABLES
    looks = (f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in sorted(names))  # noqa: S608
    return " UNION ALL ".join(looks)


def _empty_tables(self: TransactionTestCase) -> None:
    """After a test that commits: empty what has rows, in one statement.

    Django's own flush empties every table and then makes content types and permissions anew,
    which costs a second each time. A handful of rows is deleted in a tenth of what TRUNCATE
    takes, which makes new files; without triggers, so that append-only rows go as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(_which_have_rows())
        full = [f'DELETE FROM "{name}";' for (name,) in cursor.fetchall()]  # noqa: S608
        if full:
            without = "SET session_replication_role = {}".format
            cursor.execute(f"{without('replica')}; {' '.join(full)} {without('DEFAULT')}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Tables are made from the models, at a fifth of what replaying migrations costs.

    The whole-site tests start on real migrations, and another test says that these make
    exactly what the models declare.
    """
    settings.DATABASES["default"].setdefault("TEST", {})["MIGRATE"] = False
    connection.settings_dict.setdefault("TEST", {})["MIGRATE"] = False
    settings.PGTRIGGER_INSTALL_ON_MIGRATE = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tables are those of the migrations, so they count as applied."""
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(None).disk_migrations:
            recorder.record_applied(app, name)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """A password costs a tenth of a millisecond; one test asks for the real hash."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2id, "memory_cost", 64)
        patch.setattr(Argon2id, "time_cost", 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_sandbox() -> Iterator[None]:
    """A job of the sandbox may take ten minutes of a busy machine's time.

    Its limits of processor time and memory hold as ever. A test of the time limit itself sets one
    of less than a second.
    """
    run = sandbox.run

    def patient(job: str, data: bytes, *, limits: Limits | None = None, **facts: Any) -> Any:
        allowed = limits or Limits()
        if allowed.patience_seconds >= 1:
            allowed = replace(allowed, patience_seconds=600)
        return run(job, data, limits=allowed, **facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "run", patient)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> None:
    """Tests with `transaction=True` clean up in milliseconds."""
    TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def at_noon(request: pytest.FixtureRequest) -> Iterator[None]:
    """Doors read the clock: in every test it starts at noon. A whole site has the real one."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("running"):
        yield
    else:
        limits.clear()  # they count from zero in every test
        with time_machine.travel(NOON, tick=True):
            yield


@pytest.fixture
def noon() -> datetime:
    """A fixed moment for services that take the clock as an argument."""
    return NOON


def make_user(name: str, **changes: object) -> User:
    """An active account with a verified e-mail address and phone number."""
    number = zlib.crc32(name.encode()) % 100_000
    facts: dict = {
        "email": f"{name.lower()}@example.com",
        "phone": f"+9198765{number:05d}",
        "email_verified_at": NOON,
        "phone_verified_at": NOON,
        "status": User.Status.ACTIVE,
    } | changes
    user = User(**facts)
    user.set_unusable_password()
    user.save()
    Consent.objects.bulk_create(
        Consent(user=user, purpose=each.name, version=each.version, given_at=NOON, where="PAGE")
        for each in consents_registry.missing_consents(user)
    )
    return user


def make_agent(name: str, **changes: object) -> Agent:
    """An agent with a name, at the very beginning of onboarding."""
    facts = {"given_name": name, "family_name": "Rao", "id": uuid5(NAMESPACE_DNS, name)} | changes
    return Agent.objects.create(user=make_user(name), **facts)


def make_staff(name: str, *roles: str) -> User:
    """Staff in these roles, with a second factor enrolled."""
    user = make_user(name, is_staff=True)
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    StaticDevice.objects.create(user=user, name="test")
    return user


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> Client:
    """Sign somebody in, staff with their second factor unless told otherwise.

    The session is written as a log-in leaves it; what else a log-in does has its own tests.
    """
    known = settings.SESSION_COOKIE_NAME in client.cookies
    session = client.session if known else SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if user.is_staff:
        session.set_expiry(settings.HITOUCH_STAFF_SESSION_SECONDS)
    device = StaticDevice.objects.filter(user=user).first() if second_factor else None
    if device:
        session["otp_device_id"] = device.persistent_id
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A new test client in which somebody has signed in: `signed_in(user)`."""

    def client_of(user: User, **options: bool) -> Client:
        return sign_in(Client(), user, **options)

    return client_of


@pytest.fixture
def asha(db: None) -> Agent:
    """An agent; apps above clear her with their own fixtures."""
    return make_agent("Asha")


@pytest.fixture
def ravi(db: None) -> Agent:
    """Another agent, the stranger to Asha's rows."""
    return make_agent("Ravi")


@pytest.fixture
def nila(db: None) -> Agent:
    """An agent who has only just signed up."""
    return make_agent("Nila")


@pytest.fixture
def meera(db: None) -> User:
    """Staff in the admin role, which has every other role."""
    return make_staff("Meera", "admin")


@pytest.fixture
def staff_without_role(db: None) -> User:
    """Staff whom no role was given."""
    return make_staff("Kiran")
