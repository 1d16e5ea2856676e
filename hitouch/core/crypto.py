"""Encryption at rest with AES-256-GCM and a key ring, and keyed hashes for look-ups.

A sealed value is `version | key id length | key id | nonce (12) | ciphertext and tag`. The
context (for a field: which column of which row) is additional authenticated data: a ciphertext
moved to another row or column cannot be decrypted. Keys for different uses are derived from the
ring with HKDF-SHA256 (RFC 5869).
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = 1
#: Files encrypted in chunks (`files.encryption`) begin like a sealed value, with this version.
CHUNKED_VERSION = 2
NONCE_BYTES = 12
KEY_BYTES = 32
#: Longest header before the nonce: version, length and at most 255 bytes of key id.
LONGEST_HEAD = 257


class SealBroken(Exception):
    """The value was changed or moved, or its key is not in the ring."""


@lru_cache(maxsize=256)
def _derived(secret: str, use: str) -> bytes:
    raw = base64.b64decode(secret)
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=use.encode()).derive(raw)


def derived_key(use: str) -> bytes:
    """32 bytes for one use, from the first (current) key of the ring."""
    return _derived(next(iter(settings.HITOUCH_KEYS.values())), use)


def seal(plain: bytes, *, context: str) -> bytes:
    """Encrypt under the current key, bound to the context."""
    key_id, secret = next(iter(settings.HITOUCH_KEYS.items()))
    nonce = os.urandom(NONCE_BYTES)
    name = key_id.encode()
    body = AESGCM(_derived(secret, "seal")).encrypt(nonce, plain, context.encode())
    return bytes([VERSION, len(name)]) + name + nonce + body


def key_of(sealed: bytes) -> str:
    """The id of the key a value was sealed with; the value's first bytes are enough."""
    if len(sealed) < 2 or sealed[0] not in (VERSION, CHUNKED_VERSION):
        raise SealBroken("not a sealed value")
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


def current_key() -> str:
    """The id of the key that new values are sealed with."""
    return next(iter(settings.HITOUCH_KEYS))


def unseal(sealed: bytes, *, context: str) -> bytes:
    """Decrypt what `seal` made for the same context, or raise `SealBroken`."""
    secret = _secret_of(key_of(sealed))
    if sealed[0] != VERSION:
        raise SealBroken("not a sealed value")
    end = 2 + sealed[1]
    nonce, body = sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
    try:
        return AESGCM(_derived(secret, "seal")).decrypt(nonce, body, context.encode())
    except InvalidTag as broken:
        raise SealBroken("changed, or moved to another place") from broken


def file_key(key_id: str, *, salt: bytes, context: str) -> bytes:
    """The key of one file that is encrypted in chunks, from a key of the ring."""
    info = f"file-chunks:{context}".encode()
    raw = base64.b64decode(_secret_of(key_id))
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(raw)


def bytes_for(key_id: str, *, use: str, length: int) -> bytes:
    """Bytes for one use from a key of the ring, which is named since what they open says which."""
    raw = base64.b64decode(_secret_of(key_id))
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=use.encode()).derive(raw)


def _secret_of(key_id: str) -> str:
    secret: str | None = settings.HITOUCH_KEYS.get(key_id)
    if secret is None:
        raise SealBroken("sealed with a key that is not in HITOUCH_KEYS")
    return secret


def keyed_hash(use: str, value: str) -> str:
    """HMAC-SHA256 of a value with a key for this use, as 64 hexadecimal digits."""
    return hmac.new(derived_key(f"hash:{use}"), value.encode(), hashlib.sha256).hexdigest()


def blind_index(use: str, value: str) -> str:
    """A keyed hash by which an encrypted value can be found or compared.

    It uses the *oldest* key of the ring, so that look-ups keep working after a key is added.
    """
    oldest = list(settings.HITOUCH_KEYS.values())[-1]
    key = _derived(oldest, f"index:{use}")
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
