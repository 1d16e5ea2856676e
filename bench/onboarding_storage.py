"""Searches everything a site stores for whole Aadhaar numbers, after four agents have onboarded.

One uploads pictures, one uses DigiLocker, one UIDAI's offline file, and one types the number into
every field. Searched are the database, Valkey (also the broker) and every file of the site's
folder as stored, and, decrypted with the site's keys, private files and encrypted columns. OCR
runs on the pictures, and the text of signed PDFs is extracted.
"""

import io
import tempfile
from pathlib import Path
from types import SimpleNamespace

import _document_sources
import pypdfium2
from _harness import PROJECT, Site, fresh_site, report
from _storage import contains_secret, dump_storage
from PIL import Image

from hitouch.core import sandbox
from hitouch.core.sandbox import limits
from hitouch.journey import cast as journey_cast
from hitouch.journey import steps
from hitouch.journey.client import Report
from hitouch.management.commands import journey
from hitouch.stack.paths import addresses
from onboarding.demo import cards
from onboarding.kyc.ocr.redaction import codes_on

LIMITS = limits.Limits(cpu_seconds=30, memory_bytes=700 * limits.MEGABYTE, patience_seconds=60)
#: The least number of pictures and signed PDFs (two for each of three agents) to be found.
PICTURES, PAPERS = 12, 6
#: Run inside the site: decrypts private files and columns so that they can be searched.
OPEN = """
import sys
from pathlib import Path
from django.apps import apps
from hitouch.core.files import storage
from hitouch.core.fields import EncryptedTextField
from hitouch.core.models import StoredFile
folder = Path({folder!r})
for stored in StoredFile.objects.all():
    kind = stored.content_type.replace("/", "-")
    (folder / f"{{stored.pk}}.{{kind}}").write_bytes(storage.read(stored))
with (folder / "columns.txt").open("w") as out:
    for model in apps.get_models():
        names = [f.attname for f in model._meta.fields if isinstance(f, EncryptedTextField)]
        for row in model._base_manager.all() if names else ():
            out.write(" | ".join(str(getattr(row, name)) for name in names) + "\\n")
"""


def onboard_all(site: Site) -> list[journey_cast.NewAgent]:
    """Onboard the four agents and return them."""
    cast = journey_cast.Cast(**{role: journey.login_of(role) for role in journey.ROLES})
    report = Report(say=lambda words: print(words, flush=True))
    agents = []
    for go in (pictures, digilocker, offline_file, everywhere):
        reader = journey.outbox_reader(site.url)
        who = journey_cast.newcomer(reader, PROJECT / journey.BANK, email="", phone="")
        print(f"-- {go.__name__}", flush=True)
        go(site, who, cast, report)
        agents.append(who)
    return agents


def pictures(
    site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, report: Report
) -> None:
    steps.whole_way(site.url, who, cast, report)


def digilocker(
    site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, report: Report
) -> None:
    _document_sources.onboard(site, who, cast, report, _document_sources.by_digilocker)


def offline_file(
    site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, report: Report
) -> None:
    _document_sources.onboard(site, who, cast, report, _document_sources.by_offline_file)


def everywhere(
    site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, report: Report
) -> None:
    _document_sources.type_it_everywhere(site, who, report)


def decrypt(site: Site, folder: Path) -> list[Path]:
    """Write everything that the site's keys decrypt into files."""
    site.run(OPEN.format(folder=str(folder)))
    return sorted(folder.iterdir())


def contains_number(number: str, kept: bytes) -> bool:
    """Whether the data contains the number, in one row or grouped by four."""
    forms = (number, cards.grouped(number), cards.grouped(number).replace(" ", "-"))
    return any(contains_secret(form, kept) for form in forms)


def files_of(site: Site) -> dict[str, bytes]:
    """Every file below the site's folder: database, broker, private files, logs."""
    files = (path for path in site.folder.rglob("*") if path.is_file())
    return {str(path.relative_to(site.folder)): path.read_bytes() for path in files}


def text_of(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    pages = (page.get_textpage().get_text_range() for page in document)
    return "\n".join(pages).replace("\u200b", "").encode()


def is_search_effective(who: journey_cast.NewAgent, places: dict[str, bytes]) -> bool:
    """Whether the search finds what is stored about the agent, and OCR the number on a card."""
    said = (who.family_name, who.pan, who.aadhaar[-4:])
    kept = all(any(contains_secret(each, place) for place in places.values()) for each in said)
    return kept and is_number_readable(who.card("aadhaar-front"))


def main() -> None:
    """Onboard, decrypt, search."""
    with fresh_site() as site, tempfile.TemporaryDirectory() as made:
        site.start()
        site.settle()
        agents = onboard_all(site)
        paths = addresses(site.folder / "var")
        urls = SimpleNamespace(database_url=paths.database_url, redis_url=paths.redis_url)
        plain = decrypt(site, Path(made))
        places = {"database and Valkey": dump_storage(urls)}  # type: ignore[arg-type]
        places |= {path.name: path.read_bytes() for path in plain}
        papers = [path for path in plain if path.name.endswith("application-pdf")]
        places |= {f"pages of {path.name}": text_of(path.read_bytes()) for path in papers}
        images = [path for path in plain if path.name.endswith("image-jpeg")]
        read = [path.name for path in images if is_number_readable(path.read_bytes())]
        site.stop()
        places |= files_of(site)
    numbers = [who.aadhaar for who in agents]
    found = [
        name for name, kept in places.items() if any(contains_number(n, kept) for n in numbers)
    ]
    unseen = [who for who in agents if not is_search_effective(who, places)]
    for name in (*found, *read):
        print(f"a whole number stands in {name}")
    print(f"{len(places)} places looked through, {len(images)} pictures read")
    report({
        "places where a number stands": (len(found), 0),
        "pictures on which a number can be read": (len(read), 0),
        "agents of whom nothing could have been found": (len(unseen), 0),
        "pictures missing of the ways": (max(0, PICTURES - len(images)), 0),
        "signed papers missing of the ways": (max(0, PAPERS - len(papers)), 0),
    })  # fmt: skip


def is_number_readable(picture: bytes) -> bool:
    """Whether OCR finds a whole number, with the settings that read a card."""
    with sandbox.without_deadline():
        facts, _ = sandbox.run("onboarding.kyc.ocr.masking:mask", picture, limits=LIMITS)
    with Image.open(io.BytesIO(picture)) as opened:
        codes = [code.text for code in codes_on(opened)]
    return bool(facts["shows_number"]) or any("uid" in text for text in codes)


if __name__ == "__main__":
    main()
