"""A UIDAI of our own, as far as it gives out offline e-KYC: a locked ZIP of signed XML."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path

from lxml import etree

from hitouch.fakes import documents
from hitouch.fakes.certificates import CertifiedKey, new_signer
from hitouch.fakes.documents import FakeAccountHolder
from hitouch.fakes.server import FakeResponse, Request, as_page
from hitouch.fakes.zipcrypto import locked_zip

INDIA = timezone(timedelta(hours=5, minutes=30))
TYPED = {name: words for name, words in documents.TYPED.items() if name != "pan"} | {
    "phone": "Phone of the Aadhaar, ten digits (or nothing)",
    "share_code": "Share code, four characters",
}


@dataclass(frozen=True)
class Options:
    """What somebody asks for besides saying who they are."""

    phone: str = "9876543210"
    share_code: str = "1234"


def phone_hash(wish: Options, last_four: str) -> str:
    """As UIDAI describes it; once for an Aadhaar that ends in 0 or 1."""
    found = wish.phone + wish.share_code
    for _ in range(max(1, int(last_four[-1]))):
        found = hashlib.sha256(found.encode()).hexdigest()
    return found


def paper(person: FakeAccountHolder, wish: Options, *, at: datetime) -> etree._Element:
    """OfflinePaperlessKyc with Poi, Poa and Pht; its reference is the last four and the moment."""
    moment = at.astimezone(INDIA).strftime("%Y%m%d%H%M%S%f")[:17]
    root = etree.Element("OfflinePaperlessKyc", referenceId=person.last_four + moment)
    root.append(documents.aadhaar(person)[0])
    data = root[0]
    del data.attrib["uid"]
    if wish.phone:
        data[0].set("m", phone_hash(wish, person.last_four))
    return root


class Uidai:
    """The page on which one says who one is and is given the file."""

    prefix = "uidai"

    def __init__(self, folder: Path | None = None) -> None:
        self.signer: CertifiedKey = new_signer("UIDAI stand-in")
        if folder is not None:
            beside = folder / "uidai.pem.new"
            beside.write_text(self.signer.pem)
            beside.replace(folder / "uidai.pem")

    def answer(self, asked: Request) -> FakeResponse:
        """The page, or the file."""
        if asked.path != "/":
            return FakeResponse(404, b"There is one page here: /uidai/\n")
        if asked.method == "GET":
            return as_page(200, page())
        said = asked.form
        person = FakeAccountHolder(
            **{name: said[name] for name in documents.TYPED if said.get(name)}
        )
        wish = Options(said.get("phone", ""), said.get("share_code", ""))
        if not (len(person.last_four) == 4 and person.last_four.isdigit() and wish.share_code):
            return as_page(400, "<p>Type four digits and a share code.</p>")
        return self.given(person, wish, at=datetime.now(INDIA))

    def given(self, person: FakeAccountHolder, wish: Options, *, at: datetime) -> FakeResponse:
        """The ZIP file as a download."""
        name = f"offlineaadhaar{at.astimezone(INDIA):%Y%m%d%H%M%S}"
        head = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return FakeResponse(
            200, self.zipped(person, wish, at=at, name=name), "application/zip", head
        )

    def zipped(
        self,
        person: FakeAccountHolder,
        wish: Options,
        *,
        at: datetime,
        name: str = "offlineaadhaar",
    ) -> bytes:
        """Signed, and locked with the share code."""
        signed = self.signer.sign(paper(person, wish, at=at))
        return locked_zip({f"{name}.xml": signed}, wish.share_code)


def page() -> str:
    """As plain as it can be."""
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
