"""The face detector that the page of the running assessment loads: its files and its policy."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from conftest import make_agent, make_staff, sign_in
from proctoring.delivery.face_files import FOLDER, face_files
from proctoring.tests.support.cast import make_sitting
from tests.support.source_files import ROOT, walk

VENDORED = ROOT / "static" / FOLDER
LOOSENS = re.compile(r"csp_(?:update|replace|exempt)")
WEBASSEMBLY = "'wasm-unsafe-eval'"


def policy_of(client: Client, address: str) -> str:
    return client.get(address)["Content-Security-Policy"]


def test_vendored_files_are_those_that_were_published():
    """Every file that is not ours has the recorded sum, and the licences lie beside them."""
    lines = (VENDORED / "sha256sums.txt").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    code = [each for each in VENDORED.iterdir() if each.suffix not in {".md", ".txt"}]
    assert {each.name for each in code} == set(sums)
    for each in code:
        assert hashlib.sha256(each.read_bytes()).hexdigest() == sums[each.name], each.name
    assert "Vladimir Mandic" in (VENDORED / "LICENSE-face-api.txt").read_text()
    assert "Apache License" in (VENDORED / "LICENSE-tfjs.txt").read_text()


def test_every_address_has_its_file():
    """The page asks this site alone, and for files that are there."""
    files = face_files()
    addresses = [files["library"], *files["models"].values(), *files["wasm"].values()]
    for address in addresses:
        assert address.startswith(settings.STATIC_URL)
        assert finders.find(address.removeprefix(settings.STATIC_URL)), address
    assert files["sizes"] > 6_000_000


def test_only_the_page_of_the_questions_may_compile_webassembly(asha, assessment):
    """The policy of that page and of its worker allows WebAssembly; others do not."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    client = sign_in(Client(), asha.user)
    for allowed in (reverse("proctoring:questions", args=[sitting.pk]), face_files()["worker"]):
        assert WEBASSEMBLY in policy_of(client, allowed)
    other = sign_in(Client(), (meera := make_agent("Meera")).user)
    ready = make_sitting(meera, "READY")
    pages = ("/home/", reverse("proctoring:assessment"))
    for address in [*pages, reverse("proctoring:begin", args=[ready.pk])]:
        response = other.get(address, follow=True)
        assert WEBASSEMBLY not in response["Content-Security-Policy"], address


def test_nothing_else_changes_the_policy():
    """One decorator loosens the policy of pages, used by the two views of the running test."""
    here = Path(__file__)
    users = {
        file.relative_to(ROOT).as_posix()
        for file in walk(ROOT)
        if file.suffix == ".py" and file != here and LOOSENS.search(file.read_text())
    }
    assert users == {"proctoring/delivery/decorators.py"}
    views = (ROOT / "proctoring" / "delivery" / "views.py").read_text()
    assert views.count("@runs_webassembly") == 2


@pytest.mark.django_db
def test_worker_is_for_agents(asha):
    """The worker's script imports ours; staff and people without a log-in have no use for it."""
    worker = face_files()["worker"]
    response = sign_in(Client(), asha.user).get(worker)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert "face_worker" in response.content.decode()
    assert sign_in(Client(), make_staff("PROCTOR")).get(worker).status_code == 403
    assert Client().get(worker).status_code == 302
