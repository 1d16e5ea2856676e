"""Rotation of the encryption keys while the site runs."""

import base64
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings as live
from django.core.management import call_command
from django.test import Client as Browser

from accounts.models import Agent
from accounts.sessions import tokens
from conftest import NOON, make_agent, sign_in
from hitouch.core import crypto
from hitouch.core.fields import EncryptedTextField, SealedValue
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from hitouch.management import key_rotation
from onboarding.models import BankAccount
from tests.privacy.conftest import (
    BORN,
    Scene,
    no_worker,  # noqa: F401
    private_file_store,  # noqa: F401
)

pytestmark = pytest.mark.django_db


def secret() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def current_keys(settings: Any) -> dict[str, str]:
    """The keys as they are now, to be put behind a new one."""
    return dict(settings.HITOUCH_KEYS)


@pytest.fixture
def rotated(scene: Scene, settings: Any, current_keys: dict[str, str]) -> str:
    """A new key was put first, and the command ran. Answers with what it said."""
    _enrol(scene)
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def _enrol(scene: Scene) -> None:
    adapter = get_adapter()
    data = {"seed": adapter.encrypt("SEED"), "used_mask": 5}
    Authenticator.objects.create(user=scene.user, type="recovery_codes", data=data)


def count_opened_values() -> int:
    """Open each sealed field and file; counts them."""
    opened = 0
    for model in apps.get_models():
        columns = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        for row in model._base_manager.all() if columns else ():
            for column in columns:
                assert isinstance(getattr(row, column.attname), str)
                opened += 1
    for stored in StoredFile.objects.all():
        assert storage.read(stored)
        opened += 1
    return opened


def test_all_opens_with_the_new_key_alone(
    rotated: str, scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """Nothing needs the old key to open: it stays only for look-ups, under any other name."""
    (old,) = current_keys.values()
    settings.HITOUCH_KEYS = {"2027": settings.HITOUCH_KEYS["2027"], "look-ups-only": old}
    assert count_opened_values() > 40
    agent = Agent.objects.get(pk=scene.agent.pk)
    assert agent.birth_on == BORN.isoformat()
    assert agent.bank_accounts.get().account_number == "501004321987"
    adapter = get_adapter()
    factors = {row.type: row.data for row in Authenticator.objects.filter(user=scene.user)}
    assert adapter.decrypt(factors["totp"]["secret"]) == "TOTP"
    assert adapter.decrypt(factors["recovery_codes"]["seed"]) == "SEED"
    assert factors["recovery_codes"]["used_mask"] == 5


def test_it_says_what_it_did(rotated: str, current_keys: dict[str, str]) -> None:
    """Each table, the files, and for each key whether anything needs it."""
    (old,) = current_keys
    for place in ("accounts.Agent", "onboarding.BankAccount", "core.OutboxMessage", "files"):
        assert f"{place}: " in rotated
    assert "DID NOT OPEN" not in rotated
    assert f"{old}: nothing is sealed with it any more, but it stays" in rotated
    assert "2027: in use." in rotated


def test_a_middle_key_can_be_taken_out(
    scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """Between the first and the last nothing holds a key once all is sealed anew."""
    settings.HITOUCH_KEYS = {"2026b": secret(), **current_keys}
    call_command("rotate_keys", stdout=StringIO())
    settings.HITOUCH_KEYS = {"2027": secret(), **settings.HITOUCH_KEYS}
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "2026b: nothing is sealed with it; take it out" in out.getvalue()


def test_look_ups_go_on(scene: Scene, settings: Any, current_keys: dict[str, str]) -> None:
    """A token that was given before the rotation is known after it."""
    issued = tokens.issue(user=scene.user, at=NOON)
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    call_command("rotate_keys", stdout=StringIO())
    assert tokens.user_for_access_token(access_token=issued.access_token, at=NOON)


def test_swapped_rows_still_refuse(rotated: str, scene: Scene) -> None:
    """A value moved to another row opens neither before nor after."""
    other = make_agent("Mallory")
    sealed = Agent.objects.filter(pk=scene.agent.pk).values_list("birth_on", flat=True).get()
    Agent.objects.filter(pk=other.pk).update(birth_on=SealedValue(sealed.data))
    with pytest.raises(crypto.SealBroken):
        _ = Agent.objects.get(pk=other.pk).birth_on


def test_a_swapped_row_is_told_and_left(
    scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """The rotation does not bless what was tampered with: it says so and goes on."""
    other = make_agent("Mallory")
    sealed = Agent.objects.filter(pk=scene.agent.pk).values_list("birth_on", flat=True).get()
    Agent.objects.filter(pk=other.pk).update(birth_on=SealedValue(sealed.data))
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "1 DID NOT OPEN" in out.getvalue()
    still = Agent.objects.filter(pk=other.pk).values_list("birth_on", flat=True).get()
    assert still.data == sealed.data
    assert Agent.objects.get(pk=scene.agent.pk).birth_on == BORN.isoformat()


def test_run_that_was_ended_is_begun_again(
    scene: Scene, settings: Any, current_keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done stays done, the second run does the rest, the third nothing."""
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    steps = key_rotation.rotate()
    next(steps)
    next(steps)
    steps.close()
    assert sum(place.resealed for place in key_rotation.rotate()) > 0
    assert sum(place.resealed for place in key_rotation.rotate()) == 0
    assert count_opened_values()


def test_rows_that_are_never_changed_keep_everything_else(rotated: str, scene: Scene) -> None:
    """A bank account is sealed anew and stays the version it is; nothing may change it after."""
    account = BankAccount.objects.get(agent=scene.agent)
    assert (account.version, account.last_four) == (1, "1987")
    with pytest.raises(Exception, match="Cannot update"):
        BankAccount.objects.filter(pk=account.pk).update(last_four="0000")


def test_files_on_the_disk_are_sealed_anew(rotated: str) -> None:
    """Each file begins with the new key's name, and no half-written one is left."""
    root = Path(live.HITOUCH_PRIVATE_FILES)
    contents = [path for path in root.rglob("*") if path.is_file()]
    assert contents
    assert {crypto.key_of(path.read_bytes()) for path in contents} == {"2027"}
    assert not list(root.rglob("*.part"))


def test_sessions_are_counted_not_changed(
    scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """They hold the old key up until they end; ending them all lets it go."""
    browser = sign_in(Browser(), scene.user)
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    (old,) = current_keys
    assert f"{old}: in use" in out.getvalue()
    assert browser.get("/account/").status_code == 200
    call_command("end_sessions", "--all", "--why", "New keys", stdout=StringIO())
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert f"{old}: nothing is sealed with it any more" in out.getvalue()
