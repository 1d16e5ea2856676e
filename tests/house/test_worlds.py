"""Rows that tests share: no test sees what another one did, or rows that it did not ask for."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Agent, User
from conftest import make_agent
from tests.worlds import kept, pile


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@kept
def tara() -> Agent:
    """An agent with a paper."""
    settings.HITOUCH_PRIVATE_FILES.mkdir(exist_ok=True)
    (settings.HITOUCH_PRIVATE_FILES / "paper").write_text("Tara's")
    return make_agent("Tara")


@kept
def her_friend(tara: Agent) -> Agent:
    """Another one, who changed her."""
    tara.bio = "Has a friend."
    tara.save()
    return make_agent("Friend")


@pytest.mark.parametrize("time", range(3))
def test_a_change_ends_with_its_test(time: int, tara: Agent) -> None:
    """The row, the object and the file are as they were made, however often they are changed."""
    paper = settings.HITOUCH_PRIVATE_FILES / "paper"
    assert (tara.bio, Agent.objects.get().bio, paper.read_text()) == ("", "", "Tara's")
    tara.bio = "Changed."
    tara.save()
    paper.write_text("Changed.")


def test_what_lies_above_changes_nothing_below(her_friend: Agent, tara: Agent) -> None:
    """Who asks for both sees both as they are, and the same object for the same row."""
    assert tara.bio == Agent.objects.get(pk=tara.pk).bio == "Has a friend."
    assert set(Agent.objects.all()) == {tara, her_friend}


def test_without_the_friend_she_is_as_before(tara: Agent) -> None:
    """Rows above are gone for who did not ask for them, and so are their changes."""
    assert list(Agent.objects.all()) == [tara]
    assert tara.bio == ""


def test_nothing_was_asked_for(db: None) -> None:
    """Then nothing is there."""
    assert not User.objects.exists()
    assert pile == []


def test_a_refused_row_does_no_harm(tara: Agent) -> None:
    """A test may run into a constraint; the rows below it stay."""
    with pytest.raises(IntegrityError), transaction.atomic():
        make_agent("Tara")
    assert Agent.objects.get() == tara


@pytest.mark.django_db(transaction=True)
def test_who_commits_begins_with_nothing_else(tara: Agent) -> None:
    """A test that commits makes its own rows, on an empty database."""
    assert pile == []
    assert not transaction.get_connection().in_atomic_block
    assert list(Agent.objects.all()) == [tara]


def test_and_leaves_nothing(db: None) -> None:
    """Nor is anything of it here afterwards."""
    assert not Agent.objects.exists()
