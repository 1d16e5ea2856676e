"""The words of a signed paper, from the signature's row and from nothing else."""

from datetime import datetime

from django.conf import settings

from hitouch.core.humanize import evidence_moment_texts
from onboarding import wording
from onboarding.models import AgreementTemplate, Signature
from onboarding.papers.pages import Fact, Paper, PdfSection

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


def verify_url() -> str:
    """Where anybody can check a paper."""
    return f"{settings.BASE_URL}/verify/"


def paper_of(signature: Signature) -> Paper:
    """A signed agreement's pages."""
    named = f"{signature.template.title}, version {signature.version}"
    return Paper(
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


def sample_of(template: AgreementTemplate, *, text: str) -> Paper:
    """The same pages for a text that nobody has signed, to look at."""
    return Paper(
        title=template.title,
        about="A preview. Not signed by anybody.",
        foot=f"{template}, PREVIEW, not signed",
        text=text,
        lead="This is a preview. Here stands who signed, when, and from where.",
        sections=[PdfSection("Hashes", [Fact("SHA-256", wording.sha256_of(text), "hash")])],
    )


def _who(signature: Signature) -> list[Fact]:
    told = signature.evidence
    return [
        Fact("Agreement", f"{signature.template.title}, version {signature.version}"),
        Fact("Between", f"HitouchCX and {told.get('name_on_profile', signature.typed_name)}"),
        Fact("Signed as", signature.typed_name),
        Fact("Confirmed contact", str(told.get("contact", "not known"))),
        Fact("Signature", str(signature.pk)),
    ]


def _when(signature: Signature) -> list[Fact]:
    names = {
        "opened_at": "Text opened",
        "read_at": "Read to the end",
        "code_sent_at": "Code sent",
        "code_used_at": "Code used",
    }
    told = {names[key]: signature.evidence.get(key) for key in names}
    moments = {label: datetime.fromisoformat(at) for label, at in told.items() if at}
    moments["Signed"] = signature.signed_at
    return [Fact(label, evidence_moment_texts(at), "moment") for label, at in moments.items()]


def _where(signature: Signature) -> list[Fact]:
    return [
        Fact("Network address", signature.ip or "not known"),
        Fact("Browser or program", signature.user_agent or "not known"),
    ]


def _hashes(signature: Signature) -> list[Fact]:
    together = str(signature.evidence.get("texts_sha256", ""))
    return [
        Fact("SHA-256 of the text", signature.text_sha256, "hash"),
        Fact("Bound to the code", together, "hash"),
    ]


def _check() -> tuple[str, ...]:
    return (
        f"Upload this file at {verify_url()}. The page tells you whether it is genuine and "
        "unchanged. Printouts, scans and re-saved copies can't be checked, so keep this file.",
    )
