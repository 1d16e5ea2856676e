"""What is for development does not exist in production."""

from tests import production

LOOK = """
from django.urls import Resolver404, resolve
import importlib
for path in ("/dev/outbox/", "/dev/outbox.json", "/dev/"):
    try:
        resolve(path)
        print("found", path)
    except Resolver404:
        pass
for name in ("hitouch.dev", "hitouch.dev.views", "hitouch.dev.urls"):
    try:
        importlib.import_module(name)
        print("imported", name)
    except Exception as fault:
        print(type(fault).__name__)
"""


def test_the_outbox_page_does_not_exist_in_production():
    """With DEBUG off nothing is routed under /dev/, and importing it is an error."""
    looked = production.manage("shell", "--no-imports", "-c", LOOK)
    assert looked.stdout.split() == ["ImproperlyConfigured"] * 3, looked.stderr


def test_production_settings_have_nothing_to_warn_of():
    """`check --deploy` with production settings is silent."""
    checked = production.manage("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_a_missing_setting_is_one_sentence():
    """A production start without a secret says which, and how to find out more."""
    checked = production.manage("check", SECRET_KEY=None)
    assert checked.returncode != 0
    assert "Set SECRET_KEY; .env.example says what it is." in checked.stderr


def test_no_migration_is_missing():
    """The migrations make exactly the rows that the models declare."""
    checked = production.manage("makemigrations", "--check", "--dry-run")
    assert checked.returncode == 0, checked.stdout + checked.stderr
