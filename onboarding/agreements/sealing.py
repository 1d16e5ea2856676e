"""Making the sealed papers of signatures, mailing them once, and giving them out."""

import logging
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from asn1crypto import pem
from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.jobs import leases
from hitouch.core.models import StoredFile
from hitouch.core.web.humanize import date_text, evidence_moment_texts
from onboarding import notifications as onboarding_notifications
from onboarding.agreements import text as agreements_text
from onboarding.agreements.pdf import inspection, layout
from onboarding.agreements.pdf.layout import PdfDocument, PdfFact, PdfSection
from onboarding.models import AgreementTemplate, Signature, SignedPaper

log = logging.getLogger(__name__)
PURPOSE = "signed-agreement"
#: How long one try may take before the sweep takes the paper up again.
LEASE = timedelta(minutes=2)
LEAD = (
    "The pages before this one are the exact text that was shown and signed. The text is attached "
    "to this file as agreement.txt. HitouchCX recorded the details below at the time of signing."
)
CERTIFICATE = (
    "This paper is a computer output of the records of HitouchCX. For a certificate under section "
    "63(4) of the Bharatiya Sakshya Adhiniyam, 2023 these are its particulars: the record is the "
    "signature named above; it was made and kept by the platform's servers in the ordinary course "
    "of their activities, while they worked as they should; the hash values are SHA-256. The "
    "certificate itself is signed by the person in charge of the servers and by an expert when a "
    "court asks for the record.",
)


class PaperNotReady(Refusal):
    """It is signed; the sealed copy is still to be made."""

    code = "paper_not_ready"
    message = (
        "We're preparing your signed PDF. Your signature is already valid. Come back in a minute."
    )


def is_sealing_configured() -> bool:
    """Whether there is a key and a certificate; without them papers wait."""
    return bool(settings.HITOUCH_SEAL_KEY and settings.HITOUCH_SEAL_CERT)


def seal_papers(*, at: datetime, limit: int = 50) -> int:
    """Make what is due and was not rung, oldest first. Returns how many were made."""
    ids = SignedPaper.objects.due_ids(at, limit=limit)
    return sum(seal_pdf(paper_id=str(pk), at=at) for pk in ids)


def seal_pdf(*, paper_id: str, at: datetime) -> bool:
    """Make one paper if it is due. True when it was made; harmless twice, and after any crash."""
    if not is_sealing_configured() or not _taken(paper_id, at):
        return False
    paper = SignedPaper.objects.select_related("signature__template").get(pk=paper_id)
    try:
        pdf = _made(paper.signature)
        return _kept(paper, pdf, at)
    except Exception as fault:  # a fault of one paper must not hold up those behind it
        log.exception("paper.fault")
        when = at + leases.wait_after(paper.tries, waits=SignedPaper.WAITS)
        unsealed = SignedPaper.objects.unsealed().filter(pk=paper.pk)
        unsealed.update(next_try_at=when, last_error=type(fault).__name__, updated_at=at)
        return False


def open_sealed_pdf(*, signature: Signature, by: User, at: datetime) -> StoredFile:
    """The sealed paper for who may have it; a look by staff is noted."""
    paper = SignedPaper.objects.filter(signature=signature).select_related("file").first()
    if paper is None or paper.file is None:
        raise PaperNotReady
    if by.pk != signature.agent.user_id:
        new: dict[str, object] = {"paper": str(paper.pk)}
        audit.record_event(by=by, action="agreement.opened", on=signature, at=at, new=new)
    return paper.file


def sample_text(template: AgreementTemplate, *, at: datetime) -> str:
    """A text as it would be for somebody made up."""
    facts = {"name": "Asha Rao", "place": "Bengaluru, Karnataka", "date": date_text(at)}
    return agreements_text.merge_fields(template.text, facts)


def preview(*, template: AgreementTemplate, at: datetime) -> bytes:
    """The pages of a text that nobody has signed; not sealed."""
    return layout.render_pdf(sample_pdf_content(template, text=sample_text(template, at=at)), at=at)


def certificate_fingerprint(certificate: str) -> str:
    """What the certificate in a PEM is known by."""
    found = pem.unarmor(certificate.encode(), multiple=True)
    return inspection.certificate_fingerprint(
        next(der for name, _, der in found if name == "CERTIFICATE")
    )


def _taken(paper_id: str, at: datetime) -> bool:
    return SignedPaper.objects.take(paper_id, now=at, lease=LEASE)


def _made(signature: Signature) -> bytes:
    # Loaded by the worker that needs it: pyHanko costs every other process most of a second.
    seal = import_module("onboarding.agreements.pdf.seal")
    drawn = layout.render_pdf(signed_pdf_content(signature), at=signature.signed_at)
    key, certificate = settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT
    return bytes(seal.seal_pdf(drawn, key=key, certificate=certificate))


def _only_certificate(text: str) -> str:
    mark = "-----BEGIN CERTIFICATE-----"
    return mark + text.partition(mark)[2]


@transaction.atomic
def _kept(paper: SignedPaper, pdf: bytes, at: datetime) -> bool:
    """Keep the file and, with the last paper of a signing, mail them all: both or neither."""
    bundle = SignedPaper.objects.select_for_update().filter(bundle=paper.bundle).order_by("pk")
    held = {row.pk: row for row in bundle}
    row = held[paper.pk]
    if row.sealed_at is not None:
        return False
    name = f"hitouchcx-{paper.signature.kind.lower()}-{paper.signature.version}.pdf"
    row.file = storage.store_bytes(pdf, name=name, content_type="application/pdf", purpose=PURPOSE)
    row.sha256, row.sealed_at, row.last_error = row.file.sha256, at, ""
    row.certificate = _only_certificate(settings.HITOUCH_SEAL_CERT)
    row.fingerprint = certificate_fingerprint(row.certificate)
    row.save()
    if all(each.sealed_at and not each.mailed_at for each in held.values()):
        _mail(list(held), at)
    return True


def _mail(ids: list[Any], at: datetime) -> None:
    """In the transaction that marks them as mailed, so that nothing goes out twice."""
    papers = SignedPaper.objects.filter(pk__in=ids).order_by("signature__kind")
    rows = list(papers.select_related("file", "signature__template", "signature__agent__user"))
    onboarding_notifications.notify_with_files(
        rows[0].signature.agent,
        template="agreements_signed",
        at=at,
        files=[row.file for row in rows if row.file],
        context={"papers": rows, "verify_url": verify_url()},
    )
    papers.update(mailed_at=at, updated_at=at)


def verify_url() -> str:
    """Where anybody can check a paper."""
    return f"{settings.BASE_URL}/verify/"


def signed_pdf_content(signature: Signature) -> PdfDocument:
    """A signed agreement's pages."""
    named = f"{signature.template.title}, version {signature.version}"
    return PdfDocument(
        title=signature.template.title,
        about=f"{named}, signed by {signature.typed_name}",
        foot=f"{named} · signature {signature.pk}",
        text=signature.exact_text,
        lead=LEAD,
        sections=[
            PdfSection("Who signed what", _who(signature)),
            PdfSection("When", _when(signature)),
            PdfSection("From where", _where(signature)),
            PdfSection("Hashes", _hashes(signature)),
            PdfSection("Evidence in court", sentences=CERTIFICATE),
            PdfSection("How to check this paper", sentences=_check()),
        ],
    )


def sample_pdf_content(template: AgreementTemplate, *, text: str) -> PdfDocument:
    """The same pages for a text that nobody has signed, to look at."""
    return PdfDocument(
        title=template.title,
        about="A preview. Not signed by anybody.",
        foot=f"{template}, PREVIEW, not signed",
        text=text,
        lead="This is a preview. Here stands who signed, when, and from where.",
        sections=[
            PdfSection("Hashes", [PdfFact("SHA-256", agreements_text.sha256_of(text), "hash")])
        ],
    )


def _who(signature: Signature) -> list[PdfFact]:
    told = signature.evidence
    return [
        PdfFact("Agreement", f"{signature.template.title}, version {signature.version}"),
        PdfFact("Between", f"HitouchCX and {told.get('name_on_profile', signature.typed_name)}"),
        PdfFact("Signed as", signature.typed_name),
        PdfFact("Confirmed contact", str(told.get("contact", "not known"))),
        PdfFact("Signature", str(signature.pk)),
    ]


def _when(signature: Signature) -> list[PdfFact]:
    names = {
        "opened_at": "Text opened",
        "read_at": "Read to the end",
        "code_sent_at": "Code sent",
        "code_used_at": "Code used",
    }
    told = {names[key]: signature.evidence.get(key) for key in names}
    moments = {label: datetime.fromisoformat(at) for label, at in told.items() if at}
    moments["Signed"] = signature.signed_at
    return [PdfFact(label, evidence_moment_texts(at), "moment") for label, at in moments.items()]


def _where(signature: Signature) -> list[PdfFact]:
    return [
        PdfFact("Network address", signature.ip or "not known"),
        PdfFact("Browser or program", signature.user_agent or "not known"),
    ]


def _hashes(signature: Signature) -> list[PdfFact]:
    together = str(signature.evidence.get("texts_sha256", ""))
    return [
        PdfFact("SHA-256 of the text", signature.text_sha256, "hash"),
        PdfFact("Bound to the code", together, "hash"),
    ]


def _check() -> tuple[str, ...]:
    return (
        f"Upload this file at {verify_url()}. The page tells you whether it is genuine and "
        "unchanged. Printouts, scans and re-saved copies can't be checked, so keep this file.",
    )
