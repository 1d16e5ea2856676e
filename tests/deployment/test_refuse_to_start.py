"""What `up` and the settings say when they can not go on: one sentence that tells what to do."""

import pytest

from tests.deployment.sites import free_port, refusal_of_up

pytestmark = pytest.mark.running


def test_data_of_another_major_is_left_alone(var) -> None:
    """An old data folder is named, never touched."""
    data = var / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    sentence = refusal_of_up(var, free_port())
    assert "PostgreSQL 16" in sentence
    assert (data / "PG_VERSION").read_text() == "16\n"


def test_a_foolish_port_is_named(var) -> None:
    """A port is a number that exists."""
    assert "HITOUCH_PORT is 'eighty'" in refusal_of_up(var, "eighty")


def test_one_server_of_two_is_not_enough(var) -> None:
    """Half embedded and half not is nobody's intention."""
    url = "postgresql:///hitouch"
    assert "Only DATABASE_URL is set" in refusal_of_up(var, free_port(), DATABASE_URL=url)


def test_a_folder_that_can_not_be_written_is_named(var) -> None:
    """A file where the folder should be is as bad as a folder that is closed."""
    var.write_text("not a folder")
    assert str(var) in refusal_of_up(var, free_port())
