"""What is for development does not exist in production, and production has nothing to warn of."""

import json

import pytest
from django.core.management import call_command

from tests.support import production_settings

LOOK = """
import importlib, io, json
from django.conf import settings
from django.core.management import call_command
from django.urls import Resolver404, resolve

PATHS = ("/dev/", "/dev/outbox/", "/dev/outbox.json", "/dev/outbox/attachments/1/")

def routed(path):
    try:
        return bool(resolve(path))
    except Resolver404:
        return False

def imported(name):
    try:
        return bool(importlib.import_module(name))
    except Exception as fault:
        return type(fault).__name__

said = io.StringIO()
call_command("check", deploy=True, fail_level="WARNING", stdout=said, stderr=said)
print(json.dumps({
    "routed": [path for path in PATHS if routed(path)],
    "imported": [imported(f"hitouch.dev{part}") for part in ("", ".views", ".urls")],
    "check": said.getvalue(),
    "google": routed("/log-in/google/"),
    "forms": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"],
}))
"""


@pytest.fixture(scope="module")
def look() -> dict:
    """What a production process, with Google configured, says of itself."""
    google = {"GOOGLE_CLIENT_ID": "x", "GOOGLE_CLIENT_SECRET": "y"}
    looked = production_settings.manage("shell", "--no-imports", "-c", LOOK, **google)
    assert looked.returncode == 0, looked.stderr
    return json.loads(looked.stdout)


def test_the_outbox_page_does_not_exist_in_production(look):
    """With DEBUG off nothing is routed under /dev/, and importing it is an error."""
    assert look["routed"] == []
    assert look["imported"] == ["ImproperlyConfigured"] * 3


def test_production_settings_have_nothing_to_warn_of(look):
    """`check --deploy` with production settings is silent."""
    assert "no issues" in look["check"]


def test_google_is_there_when_it_is_configured(look):
    """Its addresses are routed, and the content policy lets the form go there."""
    assert look["google"]
    assert "https://accounts.google.com" in look["forms"]


def test_a_missing_setting_is_one_sentence():
    """A production start without a secret says which, and how to find out more."""
    checked = production_settings.manage("check", SECRET_KEY=None)
    assert checked.returncode != 0
    assert "Set SECRET_KEY; .env.example says what it is." in checked.stderr


def test_no_migration_is_missing(db):
    """The migrations make exactly the rows that the models declare."""
    call_command("makemigrations", check=True, dry_run=True)
