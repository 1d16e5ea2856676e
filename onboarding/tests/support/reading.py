"""Reading signed documents as the site does, whatever they are."""

from collections.abc import Sequence
from datetime import datetime

from onboarding.kyc.digilocker import fetching
from onboarding.kyc.offline_ekyc import xml
from onboarding.kyc.signed_documents.aadhaar import Aadhaar
from onboarding.kyc.signed_documents.pan import Pan
from onboarding.kyc.signed_documents.pins import AADHAAR, PAN, Pin
from onboarding.kyc.signed_documents.verification import verified_content
from onboarding.tests.support.signed_forms import AT


def read(data: bytes, purpose: str, pins: Sequence[Pin], at: datetime = AT) -> Aadhaar | Pan:
    """The document as the site reads it. Raises `DocumentRefused`."""
    if purpose == PAN:
        return fetching.read_pan(data, signers=pins, at=at)
    if purpose == AADHAAR:
        return fetching.read_aadhaar(data, signers=pins, at=at)
    signed = verified_content(data, pins=pins, purpose=purpose, issued=xml.issue_times, at=at)
    return xml.parse_offline_ekyc(signed).aadhaar
