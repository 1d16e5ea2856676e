"""Public verification of signed PDFs: whether a file is an agreement we issued, unchanged.

A file is genuine only if its hash is one we issued and its seal is intact. Otherwise its
signatures are inspected only to say why it is not.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.db import models

from hitouch.core.files import storage
from hitouch.core.masking import mask_name
from hitouch.core.rate_limits import RateLimit
from onboarding.agreements.pdf import inspection
from onboarding.models import Signature, SignedPaper

#: Verifications from one network address.
VERIFY = RateLimit("verify", tries=30, seconds=60)


class VerificationResult(models.TextChoices):
    """Result of verifying a file."""

    UNCHANGED = "UNCHANGED", "Genuine and unchanged"
    CHANGED = "CHANGED", "Changed after we sealed it"
    ADDED_TO = "ADDED_TO", "Content added after we sealed it"
    NOT_OURS = "NOT_OURS", "Not issued by us"
    NOT_A_PDF = "NOT_A_PDF", "Not a PDF"


RESULT_TEXTS: dict[str, str] = {
    VerificationResult.UNCHANGED: "The file has not changed since we sealed it.",
    VerificationResult.CHANGED: "It carries our seal, but the content has been changed. "
    "Don't rely on it.",
    VerificationResult.ADDED_TO: "It starts with one of our agreements, but something was added "
    "later. Don't rely on it.",
    VerificationResult.NOT_OURS: "We did not issue this file. Printouts, scans and re-saved "
    "copies can't be verified. Use the original file from our email.",
    VerificationResult.NOT_A_PDF: "Our signed agreements are PDF files. Use the original file "
    "from our email.",
}


@dataclass(frozen=True)
class VerificationReport:
    """What the page and the API report; names are masked."""

    finding: VerificationResult
    agreement: str = ""
    version: str = ""
    between: tuple[str, ...] = ()
    signed_at: datetime | None = None
    sealed_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the file can be relied on."""
        return self.finding is VerificationResult.UNCHANGED

    @property
    def title(self) -> str:
        """The result in a few words."""
        return str(self.finding.label)

    @property
    def words(self) -> str:
        """Explanation of the result."""
        return RESULT_TEXTS[self.finding]


def verify_upload(*, upload: storage.Upload, place: str, at: datetime) -> VerificationReport:
    """Verify an upload without storing it. Refuses files over 5 MB and too many attempts."""
    VERIFY.spend(place, at=at)
    data = upload.read(storage.MAX_BYTES + 1)
    if not data:
        raise storage.InvalidFile("This file is empty. Choose another one.")
    if len(data) > storage.MAX_BYTES:
        raise storage.InvalidFile("This file is larger than 5 MB. Our agreements are smaller.")
    return verify(data)


def verify(data: bytes) -> VerificationReport:
    """Verify the bytes of a file."""
    paper = _find_issued(hashlib.sha256(data).hexdigest())
    if paper is None:
        return VerificationReport(_classify_unknown(data))
    seal = import_module("onboarding.agreements.pdf.seal")
    if not seal.is_intact(data, certificate=paper.certificate, at=paper.sealed_at):
        return VerificationReport(VerificationResult.NOT_OURS)
    signature = paper.signature
    return VerificationReport(
        VerificationResult.UNCHANGED,
        agreement=signature.template.title,
        version=signature.version,
        between=("HitouchCX", mask_name(_signer_name(signature))),
        signed_at=signature.signed_at,
        sealed_at=paper.sealed_at,
    )


def _find_issued(sha256: str) -> SignedPaper | None:
    papers = SignedPaper.objects.filter(sha256=sha256).select_related("signature__template")
    return papers.first()


def _signer_name(signature: Signature) -> str:
    return str(signature.evidence.get("name_on_profile") or signature.typed_name)


def _classify_unknown(data: bytes) -> VerificationResult:
    seals = inspection.find_seals(data)
    if not seals.is_pdf:
        return VerificationResult.NOT_A_PDF
    if SignedPaper.objects.filter(sha256__in=seals.prefix_hashes).exclude(sha256="").exists():
        return VerificationResult.ADDED_TO
    if SignedPaper.objects.filter(fingerprint__in=seals.certificates).exists():
        return VerificationResult.CHANGED
    return VerificationResult.NOT_OURS
