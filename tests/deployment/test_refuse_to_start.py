"""`up` refuses to start with one sentence that says what to do."""

import pytest

from tests.deployment.sites import free_port, refusal_of_up

pytestmark = pytest.mark.running


def test_data_of_another_major_version_is_not_changed(var) -> None:
    """An old data folder is named, never touched."""
    data = var / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    sentence = refusal_of_up(var, free_port())
    assert "PostgreSQL 16" in sentence
    assert (data / "PG_VERSION").read_text() == "16\n"


def test_an_invalid_port_is_named(var) -> None:
    """An invalid port is named."""
    assert "HITOUCH_PORT is 'eighty'" in refusal_of_up(var, "eighty")


def test_one_server_of_two_is_not_enough(var) -> None:
    """DATABASE_URL and REDIS_URL have to be set together."""
    url = "postgresql:///hitouch"
    assert "Only DATABASE_URL is set" in refusal_of_up(var, free_port(), DATABASE_URL=url)


def test_a_folder_that_can_not_be_written_is_named(var) -> None:
    """A file in place of the folder, or a folder without permission, is named."""
    var.write_text("not a folder")
    assert str(var) in refusal_of_up(var, free_port())
