"""Verification of a signed document: whose key, in which period, by which method.

Returns exactly the signed content, so that nothing unsigned can be read (signature wrapping).
Only pinned keys count; certificates inside a document never make it valid.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from lxml import etree

from onboarding.kyc.signed_documents import xmldsig
from onboarding.kyc.signed_documents.errors import (
    DocumentRefused,
    SignatureInvalid,
    SignerOutOfPeriod,
    UnexpectedForm,
    UnknownSigner,
)
from onboarding.kyc.signed_documents.pins import Pin

#: The moments at which a document says it was issued; none when it does not say.
IssueTimes = Callable[[etree._Element], Sequence[datetime]]


def verified_content(
    data: bytes, *, pins: Sequence[Pin], purpose: str, issued: IssueTimes, at: datetime
) -> etree._Element:
    """The signed content without its signature. Raises `DocumentRefused`.

    A document that says when it was issued is judged at that moment, another one at `at`.
    """
    signature = xmldsig.read_signature(data)
    signers = [pin for pin in pins if signature.is_by(pin.certificate)]
    if not signature.covers_content:
        raise SignatureInvalid("the content was changed")
    if not signers:
        raise _unknown_signer(signature, pins)
    content = xmldsig.parse_xml(signature.content)
    moments = list(issued(content)) or [at]
    refusals = [_refusal(pin, signature, purpose, moments) for pin in signers]
    if all(refusals):
        raise next(filter(None, refusals))
    return content


def _refusal(
    pin: Pin, signature: xmldsig.XmlSignature, purpose: str, moments: Sequence[datetime]
) -> DocumentRefused | None:
    """Why a document signed with this pin's key is not accepted, or None."""
    if purpose not in pin.purposes:
        return UnknownSigner(f"the signer is not pinned for {purpose}")
    if not any(pin.covers(moment) for moment in moments):
        return SignerOutOfPeriod("the signer's period of issue does not cover the document")
    if signature.method == xmldsig.RSA_SHA1 and not pin.allow_rsa_sha1:
        return UnexpectedForm("the signer is not allowed to use RSA-SHA1")
    return None


def _unknown_signer(signature: xmldsig.XmlSignature, pins: Sequence[Pin]) -> DocumentRefused:
    """Another issuer's document is no forgery; one that its own certificate disowns is."""
    if signature.embedded and not any(map(signature.is_by, signature.embedded)):
        return SignatureInvalid("the signature does not fit the certificate in the document")
    return UnknownSigner("signed by nobody we know" if pins else "no signer is pinned")
