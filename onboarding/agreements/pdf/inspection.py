"""A look at a file that we did not issue, only to say more than no: whose seal it bears.

A stranger's PDF is never given to a PDF reader. A few places are found by their names, at most
so many of them, and one signature's certificates are read.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import cms

_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})")
_MOST = 4
_LONGEST_SIGNATURE = 64 * 1024
#: What reading something that is no signature may raise.
_FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True)
class PdfSeals:
    """What a file gives away: its seals, and the hashes of what they cover from its beginning."""

    is_pdf: bool
    certificates: frozenset[str]
    beginnings: tuple[str, ...]


def certificate_fingerprint(der: bytes) -> str:
    """What a certificate is known by: the SHA-256 of its bytes."""
    return hashlib.sha256(der).hexdigest()


def find_seals(data: bytes) -> PdfSeals:
    """The seals in a file of any origin; none when there is nothing that looks like one."""
    is_pdf = data[:1024].lstrip().startswith(b"%PDF-")
    found = list(_ranges(data)) if is_pdf else []
    certificates = {name for start, end, _ in found for name in _signers(data[start:end])}
    beginnings = tuple(
        hashlib.sha256(data[:until]).hexdigest() for _, _, until in found if until < len(data)
    )
    return PdfSeals(is_pdf, frozenset(certificates), beginnings)


def _ranges(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Where a signature's bytes lie, and where what it covers ends."""
    for count, hit in enumerate(_RANGE.finditer(data)):
        if count == _MOST:
            return
        _, first, second, rest = (int(number) for number in hit.groups())
        if first < second <= len(data) and second - first <= _LONGEST_SIGNATURE:
            yield first, second, second + rest


def _signers(contents: bytes) -> list[str]:
    """The certificates in `<30820a…>`."""
    try:
        der = bytes.fromhex(contents.strip(b"<> \r\n").decode("ascii"))
        signed = cms.ContentInfo.load(der)["content"]
        return [certificate_fingerprint(row.chosen.dump()) for row in signed["certificates"]][
            :_MOST
        ]
    except _FAULTS:
        return []
