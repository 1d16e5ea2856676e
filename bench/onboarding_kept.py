"""After four agents' ways: where in all that a site keeps does a whole Aadhaar number stand?

One shows pictures, one comes by DigiLocker, one brings UIDAI's file, and one types the number
wherever something can be typed. Looked through are the database and Valkey (the broker is there
too) as a thief would see them, every file of the site's folder as it lies on the disk, and,
opened with the site's keys, private files and encrypted columns: pictures are read, the pages of
signed papers too.
"""

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import _ways
import pypdfium2
from _harness import PROJECT, Site, fresh_site, report
from _kept import everything_kept, is_in

from hitouch.core import sandbox
from hitouch.core.sandbox import limits
from hitouch.journey import cast as journey_cast
from hitouch.journey import steps
from hitouch.journey.client import Report
from hitouch.management.commands import journey
from hitouch.stack.paths import addresses
from onboarding.demo import cards

sys.path.insert(0, str(PROJECT))


LIMITS = limits.Limits(cpu_seconds=30, memory_bytes=700 * limits.MEGABYTE, patience_seconds=60)
#: At least so many were left by the four ways; two papers by each of the three that sign.
PICTURES, PAPERS = 12, 6
#: Run inside the site: opens what is sealed, so that it can be looked through.
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


def walked(site: Site) -> list[journey_cast.NewAgent]:
    """All of the ways; answers with who went them."""
    cast = journey_cast.Cast(**{role: journey.login_of(role) for role in journey.ROLES})
    told = Report(say=lambda words: print(words, flush=True))
    agents = []
    for go in (pictures, digilocker, offline_file, everywhere):
        reader = journey.outbox_reader(site.url)
        who = journey_cast.newcomer(reader, PROJECT / journey.BANK, email="", phone="")
        print(f"-- {go.__name__}", flush=True)
        go(site, who, cast, told)
        agents.append(who)
    return agents


def pictures(site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, told: Report) -> None:
    steps.whole_way(site.url, who, cast, told)


def digilocker(
    site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, told: Report
) -> None:
    _ways.walked(site, who, cast, told, _ways.by_digilocker)


def offline_file(
    site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, told: Report
) -> None:
    _ways.walked(site, who, cast, told, _ways.by_offline_file)


def everywhere(
    site: Site, who: journey_cast.NewAgent, cast: journey_cast.Cast, told: Report
) -> None:
    _ways.type_it_everywhere(site, who, told)


def opened(site: Site, folder: Path) -> list[Path]:
    """Everything that the site's own keys open, as files."""
    site.run(OPEN.format(folder=str(folder)))
    return sorted(folder.iterdir())


def stands_in(number: str, kept: bytes) -> bool:
    """In a row or in fours, plain, in hexadecimal or in base64."""
    forms = (number, cards.grouped(number), cards.grouped(number).replace(" ", "-"))
    return any(is_in(form, kept) for form in forms)


def on_the_disk(site: Site) -> dict[str, bytes]:
    """Every file of the site's folder: tables and their log, the broker's, private files, logs."""
    files = (path for path in site.folder.rglob("*") if path.is_file())
    return {str(path.relative_to(site.folder)): path.read_bytes() for path in files}


def words_of(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    pages = (page.get_textpage().get_text_range() for page in document)
    return "\n".join(pages).replace("\u200b", "").encode()


def can_be_seen(who: journey_cast.NewAgent, places: dict[str, bytes]) -> bool:
    """Whether this search finds what is kept of somebody, and the number on a card as it was."""
    said = (who.family_name, who.pan, who.aadhaar[-4:])
    kept = all(any(is_in(each, place) for place in places.values()) for each in said)
    return kept and can_be_read(who.card("aadhaar-front"))


def main() -> None:
    """Walk, open, look."""
    with fresh_site() as site, tempfile.TemporaryDirectory() as made:
        site.start()
        site.settle()
        agents = walked(site)
        paths = addresses(site.folder / "var")
        door = SimpleNamespace(database_url=paths.database_url, redis_url=paths.redis_url)
        plain = opened(site, Path(made))
        places = {"database and Valkey": everything_kept(door)}  # type: ignore[arg-type]
        places |= {path.name: path.read_bytes() for path in plain}
        papers = [path for path in plain if path.name.endswith("application-pdf")]
        places |= {f"pages of {path.name}": words_of(path.read_bytes()) for path in papers}
        images = [path for path in plain if path.name.endswith("image-jpeg")]
        read = [path.name for path in images if can_be_read(path.read_bytes())]
        site.stop()
        places |= on_the_disk(site)
    numbers = [who.aadhaar for who in agents]
    found = [name for name, kept in places.items() if any(stands_in(n, kept) for n in numbers)]
    unseen = [who for who in agents if not can_be_seen(who, places)]
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


def can_be_read(picture: bytes) -> bool:
    """By the same reader that would have found it on the card."""
    return bool(
        sandbox.run("onboarding.kyc.ocr.masking:has_readable_number", picture, limits=LIMITS)[0][
            "readable"
        ]
    )


if __name__ == "__main__":
    main()
