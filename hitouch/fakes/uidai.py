"""A fake UIDAI that issues offline e-KYC files: signed XML in an encrypted ZIP."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from hitouch.fakes import documents
from hitouch.fakes.certificates import CertifiedKey, new_signer
from hitouch.fakes.documents import INDIA, FakeAccountHolder
from hitouch.fakes.server import FakeResponse, Request, as_page
from hitouch.fakes.xml import UIDAI, Element
from hitouch.fakes.zipcrypto import locked_zip

TYPED = {name: words for name, words in documents.TYPED.items() if name != "pan"} | {
    "phone": "Phone of the Aadhaar, ten digits (or nothing)",
    "share_code": "Share code, four characters",
}


@dataclass(frozen=True)
class Options:
    """What the person chooses besides their details."""

    phone: str = "9876543210"
    share_code: str = "1234"


def phone_hash(options: Options, last_four: str) -> str:
    """Hash of phone and share code, repeated as often as the last digit says (0 counts as 1)."""
    found = options.phone + options.share_code
    for _ in range(max(1, int(last_four[-1]))):
        found = hashlib.sha256(found.encode()).hexdigest()
    return found


def offline_xml(person: FakeAccountHolder, options: Options, *, at: datetime) -> Element:
    """OfflinePaperlessKyc with Poi, Poa and Pht; its reference is the last four and the moment."""
    moment = at.astimezone(INDIA).strftime("%Y%m%d%H%M%S%f")[:17]
    data = documents.uid_data(person)
    data.children.remove(data.find("LData"))
    identity = data.find("Poi").attributes
    identity["e"] = ""
    identity["m"] = phone_hash(options, person.last_four) if options.phone else ""
    return Element("OfflinePaperlessKyc", {"referenceId": person.last_four + moment}, [data])


class Uidai:
    """The page where a person enters details and downloads the file."""

    prefix = "uidai"

    def __init__(self, folder: Path | None = None) -> None:
        self.signer: CertifiedKey = new_signer("UIDAI stand-in", days_ago=30, days=60)
        if folder is not None:
            self.signer.pin(folder, "uidai")

    def answer(self, request: Request) -> FakeResponse:
        """The page, or the file."""
        if request.path != "/":
            return FakeResponse(404, b"There is one page here: /uidai/\n")
        if request.method == "GET":
            return as_page(200, page())
        form = request.form
        person = FakeAccountHolder(
            **{name: form[name] for name in documents.TYPED if form.get(name)}
        )
        options = Options(form.get("phone", ""), form.get("share_code", ""))
        if not (len(person.last_four) == 4 and person.last_four.isdigit() and options.share_code):
            return as_page(400, "<p>Type four digits and a share code.</p>")
        return self.download(person, options, at=datetime.now(INDIA))

    def download(
        self, person: FakeAccountHolder, options: Options, *, at: datetime
    ) -> FakeResponse:
        """The ZIP file as a download."""
        name = f"offlineaadhaar{at.astimezone(INDIA):%Y%m%d%H%M%S}"
        head = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return FakeResponse(
            200, self.zipped(person, options, at=at, name=name), "application/zip", head
        )

    def zipped(
        self,
        person: FakeAccountHolder,
        options: Options,
        *,
        at: datetime,
        name: str = "offlineaadhaar",
    ) -> bytes:
        """The signed XML in a ZIP encrypted with the share code."""
        signed = self.signer.sign(offline_xml(person, options, at=at), UIDAI)
        return locked_zip({f"{name}.xml": signed}, options.share_code)


def page() -> str:
    """The HTML of the page."""
    first = vars(FakeAccountHolder()) | vars(Options())
    fields = "".join(
        f"<p><label>{escape(words)}<br>"
        f'<input name="{name}" value="{escape(first[name])}"></label></p>'
        for name, words in TYPED.items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>A UIDAI of our own</title>'
        "<main><h1>A UIDAI of our own</h1><p>Nothing here is real. Say who you are, and take a "
        "file for offline e-KYC with you; its portrait is the specimen photo's.</p>"
        f'<form method="post" action="/uidai/">{fields}'
        "<button>Download the ZIP file</button></form></main></html>"
    )
