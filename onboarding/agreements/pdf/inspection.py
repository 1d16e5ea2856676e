"""Find signatures in a PDF that we did not issue, to explain why it is not genuine.

An untrusted PDF is never given to a PDF parser. Signatures are found by pattern, at most
`_MAX_SEALS` of them, and only their certificates are decoded.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import cms

_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})")
_MAX_SEALS = 4
_MAX_SIGNATURE_BYTES = 64 * 1024
#: What decoding bytes that are no signature may raise.
_DECODE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True)
class PdfSeals:
    """Signatures in a file: their certificates, and hashes of the prefixes that they cover."""

    is_pdf: bool
    certificates: frozenset[str]
    prefix_hashes: tuple[str, ...]


def certificate_fingerprint(der: bytes) -> str:
    """SHA-256 of a DER certificate, in hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def find_seals(data: bytes) -> PdfSeals:
    """The signatures in a file of any origin; empty if nothing looks like one."""
    is_pdf = data[:1024].lstrip().startswith(b"%PDF-")
    ranges = list(_signature_ranges(data)) if is_pdf else []
    certificates = {
        name for start, end, _ in ranges for name in _certificate_fingerprints(data[start:end])
    }
    prefix_hashes = tuple(
        hashlib.sha256(data[:until]).hexdigest() for _, _, until in ranges if until < len(data)
    )
    return PdfSeals(is_pdf, frozenset(certificates), prefix_hashes)


def _signature_ranges(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Start and end of each signature's bytes, and the end of what it covers."""
    for count, match in enumerate(_RANGE.finditer(data)):
        if count == _MAX_SEALS:
            return
        _, first, second, rest = (int(number) for number in match.groups())
        if first < second <= len(data) and second - first <= _MAX_SIGNATURE_BYTES:
            yield first, second, second + rest


def _certificate_fingerprints(contents: bytes) -> list[str]:
    """Fingerprints of the certificates in a hexadecimal CMS signature such as `<30820a…>`."""
    try:
        der = bytes.fromhex(contents.strip(b"<> \r\n").decode("ascii"))
        signed = cms.ContentInfo.load(der)["content"]
        return [certificate_fingerprint(row.chosen.dump()) for row in signed["certificates"]][
            :_MAX_SEALS
        ]
    except _DECODE_ERRORS:
        return []
