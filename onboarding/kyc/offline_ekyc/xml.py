"""Parses the XML of an Aadhaar offline e-KYC: the person, the time of creation, the phone hash."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from hitouch.core.india_time import INDIA
from onboarding.kyc.signed_documents.aadhaar import Aadhaar, person_of
from onboarding.kyc.signed_documents.elements import (
    attribute,
    is_named,
    optional_element,
    single_element,
)
from onboarding.kyc.signed_documents.errors import WrongDocument

TAG = "OfflinePaperlessKyc"
#: Last four digits of the Aadhaar, then the Indian time with milliseconds.
REFERENCE = re.compile(r"([0-9]{4})([0-9]{14})[0-9]{0,3}")
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class OfflineEkyc:
    """The content of a verified file."""

    aadhaar: Aadhaar
    made_at: datetime
    #: Hash of phone and share code; empty if the file has no phone.
    phone_hash: str = field(default="", repr=False)

    def matches_phone(self, number: str, share_code: str) -> bool | None:
        """Whether this phone (ten digits) is the Aadhaar's. None if the file has no phone.

        UIDAI specifies `Sha256(Sha256(mobile + share code))` repeated as often as the last digit
        of the Aadhaar says, once for 0 and 1. Files exist with that many hashes and with one more,
        so both are accepted.
        """
        if not self.phone_hash:
            return None
        times = max(1, int(self.aadhaar.last_four[-1]))
        digest, matches = number + share_code, False
        for count in range(1, times + 2):
            digest = hashlib.sha256(digest.encode()).hexdigest()
            if count >= times:
                matches |= hmac.compare_digest(digest, self.phone_hash)
        return matches


def parse_offline_ekyc(signed: etree._Element) -> OfflineEkyc:
    """Parse a document whose signature was verified.

    Raises `WrongDocument` or `NumberNotMasked`.
    """
    last_four, made_at = _reference(signed)
    data = single_element(signed, "UidData")
    phone_hash = attribute(optional_element(data, "Poi"), "m").lower()
    return OfflineEkyc(
        aadhaar=person_of(data, last_four, today=made_at.date()),
        made_at=made_at,
        phone_hash=phone_hash if HASH.fullmatch(phone_hash) else "",
    )


def issue_times(signed: etree._Element) -> Sequence[datetime]:
    """When UIDAI made the file."""
    return [_reference(signed)[1]]


def _reference(signed: etree._Element) -> tuple[str, datetime]:
    """The last four digits and the moment in the file's reference. Raises `WrongDocument`."""
    reference = REFERENCE.fullmatch(attribute(signed, "referenceId"))
    if not is_named(signed, TAG) or reference is None:
        raise WrongDocument("not an offline e-KYC")
    try:
        moment = datetime.strptime(reference[2], "%Y%m%d%H%M%S").replace(tzinfo=INDIA)
    except ValueError as fault:
        raise WrongDocument("made at no moment") from fault
    return reference[1], moment
