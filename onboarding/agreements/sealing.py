"""Sealed PDFs of signatures: render, seal (PAdES), store, mail once, and download."""

import logging
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from asn1crypto import pem
from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core import sweeps
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.jobs import leases
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.models import StoredFile
from hitouch.core.web.humanize import date_text, evidence_moment_texts
from onboarding import notifications as onboarding_notifications
from onboarding.agreements import text as agreements_text
from onboarding.agreements.pdf import inspection, layout
from onboarding.agreements.pdf.layout import PdfDocument, PdfFact, PdfSection
from onboarding.models import AgreementTemplate, Signature, SignedPaper

log = logging.getLogger(__name__)
PURPOSE = "signed-agreement"
#: How long one attempt may take before the sweep retries it.
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


class SealedPdfNotReady(Refusal):
    """The agreement is signed, but its PDF is not sealed yet."""

    code = "paper_not_ready"
    message = (
        "We're preparing your signed PDF. Your signature is already valid. Come back in a minute."
    )


def is_sealing_configured() -> bool:
    """Whether a seal key and certificate are set; without them PDFs stay pending."""
    return bool(settings.HITOUCH_SEAL_KEY and settings.HITOUCH_SEAL_CERT)


def seal_due_pdfs(*, at: datetime) -> int:
    """Seal all PDFs that are due, oldest first (the periodic sweep). Returns how many."""
    return sweeps.run(DUE_PAPERS, now=at).done if is_sealing_configured() else 0


DUE_PAPERS = sweeps.QueueSweep(
    name="onboarding.due_papers",
    due=SignedPaper.objects.due,
    act=lambda pk, now: seal_pdf(paper_id=str(pk), at=now),
    limit=50,
)


def seal_pdf(*, paper_id: str, at: datetime) -> bool:
    """Seal one PDF if it is due. True if it was sealed. Idempotent, and safe after a crash."""
    if not (is_sealing_configured() and SignedPaper.objects.take(paper_id, now=at, lease=LEASE)):
        return False
    paper = SignedPaper.objects.select_related("signature__template").get(pk=paper_id)
    try:
        pdf = _render_sealed(paper.signature)
        return _save_sealed(paper, pdf, at)
    except Exception as fault:  # an error in one PDF must not block the others
        log.exception("paper.fault" if paper.tries < SignedPaper.MAX_TRIES else "paper.given_up")
        when = at + leases.wait_after(paper.tries, waits=SignedPaper.WAITS)
        unsealed = SignedPaper.objects.unsealed().filter(pk=paper.pk)
        unsealed.update(next_try_at=when, last_error=type(fault).__name__, updated_at=at)
        return False


@transaction.atomic
def retry_sealing(*, signature: Signature, by: User, at: datetime) -> bool:
    """Start the attempts of a PDF again that failed too often. False if it was not given up."""
    papers = SignedPaper.objects.given_up().filter(signature=signature)
    if not papers.update(tries=0, next_try_at=at, updated_at=at):
        return False
    audit.record_event(by=by, action="agreement.sealing_retried", on=signature, at=at)
    paper = SignedPaper.objects.get(signature=signature)
    enqueue_on_commit("onboarding.tasks.seal_paper", paper_id=str(paper.pk))
    return True


def open_sealed_pdf(*, signature: Signature, by: User, at: datetime) -> StoredFile:
    """The sealed PDF's file. Access by anybody but its agent is recorded in the audit log."""
    paper = SignedPaper.objects.filter(signature=signature).select_related("file").first()
    if paper is None or paper.file is None:
        raise SealedPdfNotReady
    if by.pk != signature.agent.user_id:
        new: dict[str, object] = {"paper": str(paper.pk)}
        audit.record_event(by=by, action="agreement.opened", on=signature, at=at, new=new)
    return paper.file


def sample_text(template: AgreementTemplate, *, at: datetime) -> str:
    """A text with the merge fields of a made-up agent."""
    fields = {"name": "Asha Rao", "place": "Bengaluru, Karnataka", "date": date_text(at)}
    return agreements_text.merge_fields(template.text, fields)


def preview(*, template: AgreementTemplate, at: datetime) -> bytes:
    """An unsealed preview PDF of a text."""
    return layout.render_pdf(sample_pdf_content(template, text=sample_text(template, at=at)), at=at)


def certificate_fingerprint(certificate: str) -> str:
    """SHA-256 fingerprint of the first certificate in a PEM."""
    blocks = pem.unarmor(certificate.encode(), multiple=True)
    return inspection.certificate_fingerprint(
        next(der for name, _, der in blocks if name == "CERTIFICATE")
    )


def _render_sealed(signature: Signature) -> bytes:
    # Imported lazily: pyHanko adds most of a second to the start of a process.
    seal = import_module("onboarding.agreements.pdf.seal")
    pages = layout.render_pdf(signed_pdf_content(signature), at=signature.signed_at)
    key, certificate = settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT
    return bytes(seal.seal_pdf(pages, key=key, certificate=certificate))


def _without_key(text: str) -> str:
    """The certificates of a PEM that may also hold the private key."""
    header = "-----BEGIN CERTIFICATE-----"
    return header + text.partition(header)[2]


@transaction.atomic
def _save_sealed(paper: SignedPaper, pdf: bytes, at: datetime) -> bool:
    """Store the file and, with the last PDF of a signing, mail them all in one transaction."""
    bundle = SignedPaper.objects.select_for_update().filter(bundle=paper.bundle).order_by("pk")
    rows = {row.pk: row for row in bundle}
    row = rows[paper.pk]
    if row.sealed_at is not None:
        return False
    name = f"hitouchcx-{paper.signature.kind.lower()}-{paper.signature.version}.pdf"
    row.file = storage.store_bytes(pdf, name=name, content_type="application/pdf", purpose=PURPOSE)
    row.sha256, row.sealed_at, row.last_error = row.file.sha256, at, ""
    row.certificate = _without_key(settings.HITOUCH_SEAL_CERT)
    row.fingerprint = certificate_fingerprint(row.certificate)
    row.save()
    if all(each.sealed_at and not each.mailed_at for each in rows.values()):
        _mail_pdfs(list(rows), at)
    return True


def _mail_pdfs(ids: list[Any], at: datetime) -> None:
    """Runs in the transaction that marks them as mailed, so that no mail is sent twice."""
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
    """Public page that verifies a signed PDF."""
    return f"{settings.BASE_URL}/verify/"


def signed_pdf_content(signature: Signature) -> PdfDocument:
    """Content of a signed agreement's PDF."""
    name = f"{signature.template.title}, version {signature.version}"
    return PdfDocument(
        title=signature.template.title,
        about=f"{name}, signed by {signature.typed_name}",
        foot=f"{name} · signature {signature.pk}",
        text=signature.exact_text,
        lead=LEAD,
        sections=[
            PdfSection("Who signed what", _signer_facts(signature)),
            PdfSection("When", _time_facts(signature)),
            PdfSection("From where", _origin_facts(signature)),
            PdfSection("Hashes", _hash_facts(signature)),
            PdfSection("Evidence in court", sentences=CERTIFICATE),
            PdfSection("How to check this paper", sentences=_how_to_verify()),
        ],
    )


def sample_pdf_content(template: AgreementTemplate, *, text: str) -> PdfDocument:
    """Content of the preview of an unsigned text."""
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


def _signer_facts(signature: Signature) -> list[PdfFact]:
    evidence = signature.evidence
    return [
        PdfFact("Agreement", f"{signature.template.title}, version {signature.version}"),
        PdfFact(
            "Between", f"HitouchCX and {evidence.get('name_on_profile', signature.typed_name)}"
        ),
        PdfFact("Signed as", signature.typed_name),
        PdfFact("Confirmed contact", str(evidence.get("contact", "not known"))),
        PdfFact("Signature", str(signature.pk)),
    ]


def _time_facts(signature: Signature) -> list[PdfFact]:
    labels = {
        "opened_at": "Text opened",
        "read_at": "Read to the end",
        "code_sent_at": "Code sent",
        "code_used_at": "Code used",
    }
    recorded = {labels[key]: signature.evidence.get(key) for key in labels}
    moments = {label: datetime.fromisoformat(at) for label, at in recorded.items() if at}
    moments["Signed"] = signature.signed_at
    return [PdfFact(label, evidence_moment_texts(at), "moment") for label, at in moments.items()]


def _origin_facts(signature: Signature) -> list[PdfFact]:
    return [
        PdfFact("Network address", signature.ip or "not known"),
        PdfFact("Browser or program", signature.user_agent or "not known"),
    ]


def _hash_facts(signature: Signature) -> list[PdfFact]:
    bundle_hash = str(signature.evidence.get("texts_sha256", ""))
    return [
        PdfFact("SHA-256 of the text", signature.text_sha256, "hash"),
        PdfFact("Bound to the code", bundle_hash, "hash"),
    ]


def _how_to_verify() -> tuple[str, ...]:
    return (
        f"Upload this file at {verify_url()}. The page tells you whether it is genuine and "
        "unchanged. Printouts, scans and re-saved copies can't be checked, so keep this file.",
    )
