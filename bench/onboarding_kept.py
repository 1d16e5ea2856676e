"""After one agent's whole way: where in all that a site keeps does a whole Aadhaar number stand?

Looked through are the database and Valkey as a thief would see them, the private files and
encrypted columns opened with the site's keys (pictures are read), mails, and all logs.
"""

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from _harness import PROJECT, Site, fresh_site, report
from _kept import everything_kept, is_in

sys.path.insert(0, str(PROJECT))

from hitouch.core import sandbox
from hitouch.journey import people, walk
from hitouch.journey.api import Report
from hitouch.management.commands import journey
from hitouch.stack import addresses
from onboarding import cards

LIMITS = sandbox.Limits(cpu_seconds=30, memory_bytes=700 * sandbox.MEGABYTE, patience_seconds=60)
#: Run inside the site: opens what is sealed, so that it can be looked through.
OPEN = """
import sys
from pathlib import Path
from django.apps import apps
from hitouch.core import files
from hitouch.core.fields import EncryptedTextField
from hitouch.core.models import StoredFile
folder = Path({folder!r})
for stored in StoredFile.objects.all():
    kind = stored.content_type.replace("/", "-")
    (folder / f"{{stored.pk}}.{{kind}}").write_bytes(files.read(stored))
with (folder / "columns.txt").open("w") as out:
    for model in apps.get_models():
        names = [f.attname for f in model._meta.fields if isinstance(f, EncryptedTextField)]
        for row in model._base_manager.all() if names else ():
            out.write(" | ".join(str(getattr(row, name)) for name in names) + "\\n")
"""


def walked(site: Site) -> str:
    """The whole way; answers with the number that was on the cards."""
    who = people.newcomer(
        journey.outbox_reader(site.url), PROJECT / journey.BANK, email="", phone=""
    )
    cast = people.Cast(**{role: journey.login_of(role) for role in journey.ROLES})
    walk.whole_way(site.url, who, cast, Report(say=lambda words: print(words, flush=True)))
    return who.aadhaar


def opened(site: Site, folder: Path) -> list[Path]:
    """Everything that the site's own keys open, as files."""
    site.run(OPEN.format(folder=str(folder)))
    return sorted(folder.iterdir())


def stands_in(number: str, kept: bytes) -> bool:
    """In a row or in fours, plain, in hexadecimal or in base64."""
    forms = (number, cards.grouped(number), cards.grouped(number).replace(" ", "-"))
    return any(is_in(form, kept) for form in forms)


def main() -> None:
    """Walk, open, look."""
    with fresh_site() as site, tempfile.TemporaryDirectory() as made:
        site.start()
        site.settle()
        number = walked(site)
        its = addresses(site.folder / "var")
        door = SimpleNamespace(database_url=its.database_url, redis_url=its.redis_url)
        plain = opened(site, Path(made))
        logs = [path for path in (site.folder / "var" / "log").rglob("*") if path.is_file()]
        places = {"database and Valkey": everything_kept(door)}  # type: ignore[arg-type]
        places |= {path.name: path.read_bytes() for path in (*plain, *logs, site.folder / "up.out")}
        found = [name for name, kept in places.items() if stands_in(number, kept)]
        pictures = [path for path in plain if path.name.endswith("image-jpeg")]
        read = [path.name for path in pictures if can_be_read(path.read_bytes())]
    for name in (*found, *read):
        print(f"a whole number stands in {name}")
    print(f"{len(places)} places looked through, {len(pictures)} pictures read")
    report({
        "places where the number stands": (len(found), 0),
        "pictures on which a number can be read": (len(read), 0),
        "pictures missing of the four of a way": (max(0, 4 - len(pictures)), 0),
    })  # fmt: skip


def can_be_read(picture: bytes) -> bool:
    """By the same reader that would have found it on the card."""
    return bool(sandbox.run("onboarding.aadhaar:readable", picture, limits=LIMITS)[0]["readable"])


if __name__ == "__main__":
    main()
