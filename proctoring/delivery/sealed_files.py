"""The sealed file of answers that could not be sent: docs/rescue-file.md describes its format.

The server's private key is worked out from the key ring, so that it is kept, turned and backed up
like the others.
"""

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hitouch.core import crypto
from hitouch.core.errors import Refusal
from proctoring import conf

FORMAT = "hitouch-rescue-1"
MAX_ENTRIES = 20_000
_CURVE = ec.SECP256R1()
#: The order of the curve's group: a private key is a number below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class RescueUnreadable(Refusal):
    """The file is none of ours, of another sitting, or damaged."""

    code = "rescue_unreadable"
    message = "This is not the file of this assessment, or it is damaged. Choose the file that "
    message += "was downloaded from the assessment's page."
    field = "file"
    status = 422


@dataclass(frozen=True)
class PublicKey:
    """The server's public key: its id, and the point in Base64, uncompressed."""

    id: str
    public: str


def current_public_key() -> PublicKey:
    """The key for which pages seal their files."""
    key_id = crypto.current_key()
    point = _private_key(key_id).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return PublicKey(key_id, base64.b64encode(raw).decode())


def open_sealed(data: bytes, *, sitting: uuid.UUID) -> list[tuple[uuid.UUID, list[object]]]:
    """The entries of each device, as they were written. Raises `RescueUnreadable`."""
    try:
        content = _content(json.loads(data), sitting)
        found = [(uuid.UUID(row["device"]), list(row["entries"])) for row in content["devices"]]
    except (
        ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error,
        InvalidTag, crypto.SealBroken,
    ) as fault:  # fmt: skip
        raise RescueUnreadable from fault
    is_long = sum(len(entries) for _, entries in found) > MAX_ENTRIES
    if is_long or len(found) > conf.MAX_DEVICES_PER_SITTING:
        raise RescueUnreadable
    return found


def _content(envelope: Any, sitting: uuid.UUID) -> dict[str, Any]:
    if envelope["format"] != FORMAT or envelope["sitting"] != str(sitting):
        raise ValueError("another format or sitting")
    key_id = str(envelope["key"])
    point, salt, nonce, sealed = (
        base64.b64decode(envelope[name], validate=True)
        for name in ("ephemeral", "salt", "iv", "sealed")
    )
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    secret = _private_key(key_id).exchange(ec.ECDH(), theirs)
    header = f"{FORMAT} {sitting} {key_id}".encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=header).derive(secret)
    content: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, sealed, header))
    if content["format"] != FORMAT or content["sitting"] != str(sitting):
        raise ValueError("another format or sitting inside")
    return content


def _private_key(key_id: str) -> ec.EllipticCurvePrivateKey:
    # 16 bytes more than the order has, so that the remainder favours no number.
    wide = crypto.bytes_for(key_id, use="rescue-files", length=48)
    return ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, _CURVE)
