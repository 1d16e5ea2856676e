"""Fixtures and factories that the tests of every app share.

Asha and Ravi are cleared agents, Nila is half-way through onboarding, Meera is staff,
Orchid Retail is a client. A fixture that needs an app above `accounts` lives in that app.
"""

import copy
import functools
import os
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, TestCase, TransactionTestCase, override_settings
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.consents import registry as consents_registry
from accounts.models import Agent, Consent, User
from accounts.security.hashers import Argon2id
from accounts.sessions.store import SessionStore
from hitouch.core import sandbox
from hitouch.core.sandbox.limits import Limits
from proctoring.item_bank import seeding as item_bank

# A local run generates new examples; CI repeats the same ones, so that its result is stable.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

#: Monday, 23 November 2026, noon in India.
NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
PASSWORD = "correct-horse-battery"
#: The cost of a password hash in production; tests use less (see `quick_hashes`).
REAL_HASH = {"memory_cost": Argon2id.memory_cost, "time_cost": Argon2id.time_cost}
SHORT_ASSESSMENT = Path("proctoring/tests/data/short_assessment.yaml").absolute()
CLIPS_OF_THE_BANK = item_bank._clips
ITEMS_OF_THE_BANK = item_bank._items
#: Items of each level for a section of the short assessment: enough for three sittings.
ITEMS_OF_A_LEVEL = 5
KEPT_TABLES = {"django_content_type", "auth_permission", "django_migrations"}


@functools.cache
def _query_for_tables_with_rows() -> str:
    names = set(connection.introspection.table_names()) - KEPT_TABLES
    queries = (f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in sorted(names))  # noqa: S608
    return " UNION ALL ".join(queries)


def _delete_all_rows(self: TransactionTestCase) -> None:
    """Delete the rows of all tables that have any, in one statement, after a test that commits.

    Django's own flush truncates every table and creates content types and permissions again,
    which takes a second. DELETE of a few rows takes a tenth of TRUNCATE, which creates new files.
    Triggers are off, so that append-only rows are deleted as well.
    """
    with connection.cursor() as cursor:
        cursor.execute(_query_for_tables_with_rows())
        deletes = [f'DELETE FROM "{name}";' for (name,) in cursor.fetchall()]  # noqa: S608
        if deletes:
            set_role = "SET session_replication_role = {}".format
            cursor.execute(f"{set_role('replica')}; {' '.join(deletes)} {set_role('DEFAULT')}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Create tables from the models, which takes a fifth of the time of running the migrations.

    The deployment tests run the real migrations, and test_development_only.py checks that these
    make exactly what the models declare.
    """
    settings.DATABASES["default"].setdefault("TEST", {})["MIGRATE"] = False
    connection.settings_dict.setdefault("TEST", {})["MIGRATE"] = False
    settings.PGTRIGGER_INSTALL_ON_MIGRATE = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Record all migrations as applied: the tables are the same."""
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for key, migration in MigrationLoader(None).disk_migrations.items():
            for app, name in [key, *migration.replaces]:
                recorder.record_applied(app, name)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords in a tenth of a millisecond; one test checks the real cost."""
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


def _items_of_the_assessment() -> Iterator[item_bank.Facts]:
    """A few items of each kind and level for the short assessment, and all for another one."""
    if item_bank.BLUEPRINT != SHORT_ASSESSMENT:
        yield from ITEMS_OF_THE_BANK()
        return
    asked = {section["kind"] for section in item_bank._load(SHORT_ASSESSMENT)["sections"]}
    found: Counter[tuple[str, str]] = Counter()
    for facts in ITEMS_OF_THE_BANK():
        kind, level = facts["kind"], facts["level"]
        found[kind, level] += 1
        if found[kind, level] <= (ITEMS_OF_A_LEVEL if kind in asked else 1):
            yield facts


@pytest.fixture(scope="session", autouse=True)
def short_assessment() -> Iterator[None]:
    """Seed an assessment of two sections with keys, the items that it needs, and no clips.

    The whole bank takes three times as long. Tests of all items ask for `whole_bank`; those of
    the whole assessment and of the clips set them back.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item_bank, "BLUEPRINT", SHORT_ASSESSMENT)
        patch.setattr(item_bank, "_items", _items_of_the_assessment)
        patch.setattr(item_bank, "_clips", tuple)
        yield


@pytest.fixture
def whole_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seed all items of the bank."""
    monkeypatch.setattr(item_bank, "_items", ITEMS_OF_THE_BANK)


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> None:
    """Make the clean-up of tests with `transaction=True` take milliseconds."""
    TransactionTestCase._fixture_teardown = _delete_all_rows  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def at_noon(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start the clock of every test at noon. Tests of a whole site use the real clock."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("running"):
        yield
    else:
        cache.clear()  # rate limits count from zero in every test
        with time_machine.travel(NOON, tick=True):
            yield


@pytest.fixture(scope="module")
def make_once(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Callable[[], Any]], "Made"]]:
    """Return a function that makes rows which the tests of a module share: `make_once(make_case)`.

    As with Django's `setUpTestData`, the rows are made in a transaction around the tests, and the
    changes of each test are rolled back to them. A fixture of the test passes on
    a copy (`Made.copy_for`). Such a module has no test with `transaction=True`.
    """
    files = tmp_path_factory.mktemp("files")

    class Rows(TestCase):
        """Django's transaction around the tests of a class, here of a module."""

    def make(function: Callable[[], Any]) -> Made:
        with (
            django_db_blocker.unblock(),
            override_settings(HITOUCH_PRIVATE_FILES=files),
            pytest.MonkeyPatch.context() as patch,
            time_machine.travel(NOON - timedelta(minutes=10)),
        ):
            patch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)
            return Made(function(), files)

    with django_db_blocker.unblock():
        Rows.setUpClass()
    yield make
    with django_db_blocker.unblock():
        Rows.tearDownClass()
        Rows.doClassCleanups()


@dataclass(frozen=True)
class Made:
    """What `make_once` made: objects, and the folder with their private files."""

    objects: Any
    files: Path

    def copy_for(self, folder: Path) -> Any:
        """The objects for one test, whose private files are in a folder of its own."""
        shutil.copytree(self.files, folder, dirs_exist_ok=True)
        return copy.deepcopy(self.objects)


@pytest.fixture
def noon() -> datetime:
    """A fixed moment for services that take the clock as an argument."""
    return NOON


def make_user(name: str, **changes: object) -> User:
    """An active account with a verified e-mail address and phone number."""
    number = zlib.crc32(name.encode()) % 100_000
    fields: dict = {
        "email": f"{name.lower()}@example.com",
        "phone": f"+9198765{number:05d}",
        "email_verified_at": NOON,
        "phone_verified_at": NOON,
        "status": User.Status.ACTIVE,
    } | changes
    user = User(**fields)
    user.set_unusable_password()
    user.save()
    Consent.objects.bulk_create(
        Consent(user=user, purpose=each.name, version=each.version, given_at=NOON, where="PAGE")
        for each in consents_registry.missing_consents(user)
    )
    return user


def make_agent(name: str, **changes: object) -> Agent:
    """An agent with a name, at the very beginning of onboarding."""
    fields = {"given_name": name, "family_name": "Rao", "id": uuid5(NAMESPACE_DNS, name)} | changes
    return Agent.objects.create(user=make_user(name), **fields)


def make_staff(name: str, *roles: str) -> User:
    """Staff in these roles, with a second factor enrolled."""
    user = make_user(name, is_staff=True)
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    StaticDevice.objects.create(user=user, name="test")
    return user


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> Client:
    """Sign a user in; staff have passed their second factor unless `second_factor` is False.

    The session is written directly. The log-in itself has tests of its own.
    """
    has_session = settings.SESSION_COOKIE_NAME in client.cookies
    session = client.session if has_session else SessionStore()
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
    """Return a function that gives a test client of a signed-in user: `signed_in(user)`."""

    def make_client(user: User, **options: bool) -> Client:
        return sign_in(Client(), user, **options)

    return make_client


@pytest.fixture
def asha(db: None) -> Agent:
    """An agent; the apps above `accounts` clear her for work in fixtures of their own."""
    return make_agent("Asha")


@pytest.fixture
def ravi(db: None) -> Agent:
    """Another agent, who may not see Asha's rows."""
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
    """Staff without a role."""
    return make_staff("Kiran")
