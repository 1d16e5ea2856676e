"""Encrypted columns and password hashing."""

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection

from accounts.models import Agent
from accounts.security.hashers import Argon2id
from conftest import PASSWORD, REAL_HASH
from hitouch.core import crypto
from hitouch.core.fields import SealedValue


def test_a_sealed_value_opens_only_in_its_context():
    """A ciphertext moved to another row or column cannot be decrypted."""
    sealed = crypto.seal(b"ABCDE1234F", context="row 1")
    assert crypto.unseal(sealed, context="row 1") == b"ABCDE1234F"
    with pytest.raises(crypto.SealBroken):
        crypto.unseal(sealed, context="row 2")


@pytest.mark.parametrize("position", [0, 5, 20, -1])
def test_changed_ciphertext_is_refused(position):
    """A change of any byte is detected."""
    sealed = bytearray(crypto.seal(b"secret", context="c"))
    sealed[position] ^= 1
    with pytest.raises(crypto.SealBroken):
        crypto.unseal(bytes(sealed), context="c")


def test_old_key_still_decrypts(settings):
    """After a new key is added, older values can still be decrypted."""
    sealed = crypto.seal(b"secret", context="c")
    settings.HITOUCH_KEYS = {"k2": "b" * 43 + "=", **settings.HITOUCH_KEYS}
    assert crypto.unseal(sealed, context="c") == b"secret"
    assert crypto.seal(b"new", context="c")[2:4] == b"k2"


def test_a_blind_index_survives_a_new_key(settings):
    """Look-ups find old rows after a key was added."""
    before = crypto.blind_index("pan", "ABCDE1234F")
    settings.HITOUCH_KEYS = {"k2": "b" * 43 + "=", **settings.HITOUCH_KEYS}
    assert crypto.blind_index("pan", "ABCDE1234F") == before


def test_an_encrypted_column_holds_no_plain_text(asha):
    """The database has bytes; the instance has text."""
    asha.birth_on = "1999-05-17"
    asha.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT birth_on FROM accounts_agent WHERE id = %s", [asha.pk])
        raw = bytes(cursor.fetchone()[0])
    assert b"1999" not in raw
    assert Agent.objects.get(pk=asha.pk).birth_on == "1999-05-17"


def test_an_encrypted_column_cannot_be_swapped(asha, ravi):
    """Bytes copied from one row into another cannot be decrypted."""
    asha.birth_on = "1999-05-17"
    asha.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_agent SET birth_on = (SELECT birth_on FROM accounts_agent"
            " WHERE id = %s) WHERE id = %s",
            [asha.pk, ravi.pk],
        )
    with pytest.raises(crypto.SealBroken):
        _ = Agent.objects.get(pk=ravi.pk).birth_on


def test_saving_other_columns_keeps_the_sealed_one(asha):
    """A value that was not decrypted is saved unchanged."""
    asha.birth_on = "1999-05-17"
    asha.save()
    again = Agent.objects.get(pk=asha.pk)
    again.bio = "Hello"
    again.save()
    assert Agent.objects.get(pk=asha.pk).birth_on == "1999-05-17"


def test_update_with_plain_text_is_refused(asha):
    """`update()` has no row to bind to, so it is refused instead of storing clear text."""
    with pytest.raises(TypeError):
        Agent.objects.filter(pk=asha.pk).update(birth_on="1999-05-17")


def test_a_sealed_value_prints_nothing():
    """Logs and tracebacks do not show the value."""
    assert repr(SealedValue(b"abc")) == "<sealed>"


def test_password_is_hashed_as_owasp_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production uses Argon2id with at least 19 MiB, 2 passes and 1 lane."""
    for name, value in REAL_HASH.items():
        monkeypatch.setattr(Argon2id, name, value)
    encoded = make_password(PASSWORD)
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password(PASSWORD, encoded)
