"""Development pages do not exist in production, and `check --deploy` passes there."""

import json

import pytest
from django.core.management import call_command

from tests.support import production_settings

INSPECTION = """
import importlib, io, json
from django.conf import settings
from django.core.checks import registry
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
    "system_checks": [check.__name__ for check in registry.registry.get_checks()],
    "google": routed("/log-in/google/"),
    "forms": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"],
}))
"""


@pytest.fixture(scope="module")
def production() -> dict:
    """Routes, imports and check results of a production process with Google configured."""
    google = {"GOOGLE_CLIENT_ID": "x", "GOOGLE_CLIENT_SECRET": "y"}
    completed = production_settings.manage("shell", "--no-imports", "-c", INSPECTION, **google)
    assert completed.returncode == 0, completed.stderr
    return json.loads(completed.stdout)


def test_the_outbox_page_is_not_routed_in_production(production):
    """With DEBUG off nothing is routed under /dev/, and importing it is an error."""
    assert production["routed"] == []
    assert production["imported"] == ["ImproperlyConfigured"] * 3


def test_production_settings_pass_the_deployment_check(production):
    """`check --deploy` with production settings reports nothing."""
    assert "no issues" in production["check"]


def test_system_checks_are_registered(production):
    """Every system check of ours runs at each start, without a test that imports its module."""
    ours = {"check_sms", "check_payout_settings", "check_seal", "check_signers"}
    assert ours <= set(production["system_checks"])


def test_google_log_in_is_enabled_by_its_settings(production):
    """Its URLs are routed, and the content security policy allows the form to Google."""
    assert production["google"]
    assert "https://accounts.google.com" in production["forms"]


def test_a_missing_setting_is_named():
    """A production start without a secret names it and points to .env.example."""
    checked = production_settings.manage("check", SECRET_KEY=None)
    assert checked.returncode != 0
    assert "Set SECRET_KEY; .env.example says what it is." in checked.stderr


def test_no_migration_is_missing(db):
    """The migrations make exactly the tables that the models declare."""
    call_command("makemigrations", check=True, dry_run=True)
