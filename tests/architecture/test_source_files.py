"""The project's files are listed without git, so that the suite runs from an unpacked archive."""

import pytest

from tests.support.source_files import ROOT, is_ignored, walk


@pytest.mark.parametrize(
    "name", [".venv", "var", "accounts/__pycache__", "gigs/models.pyc", "staticfiles", ".env"]
)
def test_ignored_files_are_left_out(name):
    """Environments, data, compiled code and secrets are left out at any depth."""
    assert is_ignored(ROOT / name)


@pytest.mark.parametrize(
    "name", ["manage.py", "accounts", "hitouch/settings/env.py", ".env.example"]
)
def test_other_files_are_source(name):
    """A pattern matches whole names, and a leading slash means the top folder only."""
    assert not is_ignored(ROOT / name)
    assert not is_ignored(ROOT / "templates" / "staticfiles")


def test_this_file_is_found():
    """Files in nested folders are listed."""
    assert ROOT / "tests" / "architecture" / "test_source_files.py" in walk(ROOT / "tests")
