"""Reading a paperless offline e-KYC: whom it is about, when it was made, whose phone it names."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from hitouch.core.india_time import INDIA
from onboarding.kyc.signed_documents.aadhaar import Aadhaar, person_of
from onboarding.kyc.signed_documents.elements import single_element
from onboarding.kyc.signed_documents.xmldsig import SignatureInvalid

TAG = "OfflinePaperlessKyc"
#: Last four digits of the Aadhaar, then the moment in India, to the millisecond.
REFERENCE = re.compile(r"([0-9]{4})([0-9]{14})[0-9]{0,3}")
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class OfflinePaper:
    """What the signed document says."""

    aadhaar: Aadhaar
    made_at: datetime
    #: Of the phone and the share code; nothing when no phone was shared.
    phone_hash: str = field(default="", repr=False)

    def names_phone(self, number: str, share_code: str) -> bool | None:
        """Whether it is this phone's, ten digits; None when it names none.

        UIDAI writes `Sha256(Sha256(mobile + share code))`, as often as the last digit says, once
        for 0 and 1. That is read in two ways, and both are met in the field: so many hashes, or
        one more.
        """
        if not self.phone_hash:
            return None
        times = max(1, int(self.aadhaar.last_four[-1]))
        found, fits = number + share_code, False
        for done in range(1, times + 2):
            found = hashlib.sha256(found.encode()).hexdigest()
            if done >= times:
                fits |= hmac.compare_digest(found, self.phone_hash)
        return fits


def parse_offline_ekyc(signed: etree._Element) -> OfflinePaper:
    """The person, the moment and the phone of a document whose signature was verified."""
    reference = REFERENCE.fullmatch(signed.get("referenceId", ""))
    if signed.tag != TAG or reference is None:
        raise SignatureInvalid("not an offline e-KYC")
    data = single_element(signed, "UidData")
    phone_hash = single_element(data, "Poi").get("m", "").strip().lower()
    return OfflinePaper(
        aadhaar=person_of(data, reference[1]),
        made_at=_moment(reference[2]),
        phone_hash=phone_hash if HASH.fullmatch(phone_hash) else "",
    )


def _moment(digits: str) -> datetime:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=INDIA)
    except ValueError as fault:
        raise SignatureInvalid("made at no moment") from fault
