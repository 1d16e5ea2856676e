"""The start of a development site whose demo was changed."""

from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command

from gigs.opportunities.services import ProjectNotActive
from hitouch import seeding

pytestmark = pytest.mark.django_db


def test_a_changed_demo_does_not_stop_the_start(
    settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is refused is named, and the site starts."""
    settings.DEBUG = True

    def refuse(*, now: datetime) -> None:
        raise ProjectNotActive

    monkeypatch.setattr(seeding, "demo_data", refuse)
    call_command("seed")
    assert "This project is on hold or has ended." in capsys.readouterr().err
