"""Our seal on a PDF (PAdES, a certification that allows no change), and the check of one.

Loaded only where a paper is sealed or checked: pyHanko costs every process most of a second.
"""

from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from onboarding.papers.signer import Signer, certificate_of

FIELD = "Seal"


def sealed(pdf: bytes, *, key: str, certificate: str) -> bytes:
    """The same pages under our seal. Key and certificate are PEM."""
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason="Sealed, so that any change shows",
        name="HitouchCX",
    )
    signer = Signer(key, certificate)
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        about,
        signer=signer,
        new_field_spec=fields.SigFieldSpec(FIELD),
        bytes_reserved=signer.room,
    )
    return bytes(out.getvalue())


def is_whole(pdf: bytes, *, certificate: str, at: datetime) -> bool:
    """Whether exactly this certificate sealed all of the file, and nothing was added after it.

    The certificate has to have been good at that moment; it may have run out since.
    """
    ours = certificate_of(certificate)
    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if len(found) != 1 or found[0].signer_cert.dump() != ours.dump():
            return False
        context = ValidationContext(trust_roots=[ours], moment=at, allow_fetching=False)
        status = validate_pdf_signature(found[0], signer_validation_context=context)
    except Exception:  # whatever a broken file does to its reader: it is not whole
        return False
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return bool(whole and status.bottom_line)
