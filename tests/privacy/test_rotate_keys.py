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
    """The keys before the rotation, to be listed after the new one."""
    return dict(settings.HITOUCH_KEYS)


@pytest.fixture
def rotated(scene: Scene, settings: Any, current_keys: dict[str, str]) -> str:
    """The output of the command, after a new key was put first."""
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
    """Decrypt every encrypted field and file, and return their number."""
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


def test_new_key_decrypts_everything(
    rotated: str, scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """No data needs the old key; it is kept only for keyed hashes, under any name."""
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


def test_output_lists_tables_files_and_keys(rotated: str, current_keys: dict[str, str]) -> None:
    """The output names each table, the files, and for each key whether data depends on it."""
    (old,) = current_keys
    for place in ("accounts.Agent", "onboarding.BankAccount", "core.OutboxMessage", "files"):
        assert f"{place}: " in rotated
    assert "CANNOT BE DECRYPTED" not in rotated
    assert f"{old}: no data is encrypted with it, but keep it" in rotated
    assert "2027: in use." in rotated


def test_unused_key_can_be_removed(
    scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """After the rotation no data depends on a key between the first and the last."""
    settings.HITOUCH_KEYS = {"2026b": secret(), **current_keys}
    call_command("rotate_keys", stdout=StringIO())
    settings.HITOUCH_KEYS = {"2027": secret(), **settings.HITOUCH_KEYS}
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "2026b: no data is encrypted with it; remove it" in out.getvalue()


def test_keyed_hashes_still_match(
    scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """A token issued before the rotation is valid after it."""
    issued = tokens.issue(user=scene.user, at=NOON)
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    call_command("rotate_keys", stdout=StringIO())
    assert tokens.user_for_access_token(access_token=issued.access_token, at=NOON)


def test_value_in_another_row_cannot_be_decrypted(rotated: str, scene: Scene) -> None:
    """A value copied to another row cannot be decrypted before or after the rotation."""
    other = make_agent("Mallory")
    sealed = Agent.objects.filter(pk=scene.agent.pk).values_list("birth_on", flat=True).get()
    Agent.objects.filter(pk=other.pk).update(birth_on=SealedValue(sealed.data))
    with pytest.raises(crypto.SealBroken):
        _ = Agent.objects.get(pk=other.pk).birth_on


def test_tampered_row_is_reported_and_unchanged(
    scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """A tampered value is not re-encrypted: the command reports it and continues."""
    other = make_agent("Mallory")
    sealed = Agent.objects.filter(pk=scene.agent.pk).values_list("birth_on", flat=True).get()
    Agent.objects.filter(pk=other.pk).update(birth_on=SealedValue(sealed.data))
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "1 CANNOT BE DECRYPTED" in out.getvalue()
    still = Agent.objects.filter(pk=other.pk).values_list("birth_on", flat=True).get()
    assert still.data == sealed.data
    assert Agent.objects.get(pk=scene.agent.pk).birth_on == BORN.isoformat()


def test_interrupted_rotation_continues(
    scene: Scene, settings: Any, current_keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run does what the first left, and a third does nothing."""
    settings.HITOUCH_KEYS = {"2027": secret(), **current_keys}
    steps = key_rotation.rotate()
    next(steps)
    next(steps)
    steps.close()
    assert sum(place.resealed for place in key_rotation.rotate()) > 0
    assert sum(place.resealed for place in key_rotation.rotate()) == 0
    assert count_opened_values()


def test_immutable_rows_keep_their_version(rotated: str, scene: Scene) -> None:
    """A bank account is re-encrypted without a new version, and stays immutable."""
    account = BankAccount.objects.get(agent=scene.agent)
    assert (account.version, account.last_four) == (1, "1987")
    with pytest.raises(Exception, match="Cannot update"):
        BankAccount.objects.filter(pk=account.pk).update(last_four="0000")


def test_files_are_re_encrypted(rotated: str) -> None:
    """Each file names the new key, and no incomplete file remains."""
    root = Path(live.HITOUCH_PRIVATE_FILES)
    contents = [path for path in root.rglob("*") if path.is_file()]
    assert contents
    assert {crypto.key_of(path.read_bytes()) for path in contents} == {"2027"}
    assert not list(root.rglob("*.part"))


def test_sessions_are_counted_not_changed(
    scene: Scene, settings: Any, current_keys: dict[str, str]
) -> None:
    """Sessions depend on the old key until they end; after all ended it is unused."""
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
    assert f"{old}: no data is encrypted with it" in out.getvalue()
