"""A second host, with folders of its own, reads and writes every kind of file of the first."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Agent
from accounts.security import anchors, audit, audit_check
from conftest import NOON
from hitouch.core.data_protection import orphans
from hitouch.core.files import identity, storage
from hitouch.core.models import StoredFile
from tests.support import s3_sites
from tests.support.source_files import ROOT, walk

pytestmark = pytest.mark.django_db(transaction=True)
#: Where a path of private files may be named: the stores, settings, and what tests them.
STORES = ("hitouch/core/files/stores/", "hitouch/settings/")
SECOND_HOST = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.test import RequestFactory
from hitouch.core.files import identity, storage
from hitouch.core.models import StoredFile
from hitouch.core.web import downloads
identity.require_match()
request = RequestFactory().get("/", headers={"Range": "bytes=3-"})
found = {
    str(row.pk): [
        storage.read(row).decode(),
        downloads.send_file(request, row, inline=False).content.decode(),
    ]
    for row in StoredFile.objects.all()
}
for purpose in json.loads(sys.argv[1]):
    name, data = "second host", f"{purpose} of the second".encode()
    storage.store_bytes(data, name=name, content_type="text/plain", purpose=purpose)
call_command("check_audit", stdout=sys.stderr)
print(json.dumps(found))
"""


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[Any]:
    with s3_sites.s3_server(tmp_path / "s3") as running:
        s3_sites.use(settings, running)
        yield running


def kinds() -> list[str]:
    """Every column that refers to a file; a new one is found by itself."""
    return sorted(
        f"{relation.related_model._meta.label_lower}.{relation.field.name}"[-40:]
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete
    )


def on_second_host(server: Any, folder: Path) -> dict[str, list[str]]:
    here = urlsplit(os.environ["DATABASE_URL"])
    env = {
        **os.environ,
        **s3_sites.environment(server),
        "DJANGO_SETTINGS_MODULE": "hitouch.settings",
        "DATABASE_URL": here._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "HITOUCH_PRIVATE_FILES": str(folder),
    }
    command = [sys.executable, "-c", SECOND_HOST, json.dumps(kinds())]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_a_second_host_reads_and_writes_every_kind(
    server: Any, tmp_path: Path, asha: Agent, meera: Any
) -> None:
    """Files, the anchors of the audit log and the marker; nothing is left in its own folder."""
    assert orphans.establish_store()
    audit.record_event(by=meera, action="test.act", on=asha, at=NOON)
    while audit.chain_events(at=NOON):
        pass
    first = {}
    for purpose in kinds():
        data = f"{purpose} of the first"
        stored = storage.store_bytes(
            data.encode(), name="first host", content_type="text/plain", purpose=purpose
        )
        first[str(stored.pk)] = [data, data[3:]]
    assert on_second_host(server, tmp_path / "second") == first
    second = StoredFile.objects.filter(name="second host")
    assert {storage.read(row).decode() for row in second} == {
        f"{purpose} of the second" for purpose in kinds()
    }
    assert not (tmp_path / "second").exists()
    identity.require_match()
    assert anchors.files()
    assert audit_check.check_audit(at=NOON) == []


def test_private_files_are_reached_through_the_store_only() -> None:
    """No other module names their folder, and no model has a file of its own, outside the store."""
    named = [
        path.relative_to(ROOT).as_posix()
        for folder in ("hitouch", "accounts", "proctoring", "onboarding", "gigs", "payments")
        for path in walk(ROOT / folder)
        if path.suffix == ".py" and "tests" not in path.parts
        if "HITOUCH_PRIVATE_FILES" in path.read_text()
    ]
    assert [name for name in named if not name.startswith(STORES)] == []
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert not [field for field in fields if type(field).__name__ in ("FileField", "ImageField")]
