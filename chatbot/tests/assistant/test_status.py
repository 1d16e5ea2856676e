"""What is said about the model: to operators, in the privacy notice, and in Help."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from chatbot.assistant import status
from chatbot.models import HelpLanguage
from hitouch.fakes.language_model import FakeLanguageModel


def test_off_by_default_and_said_so(client: Client, db: None) -> None:
    """Without settings no notice speaks of a model, and /readyz says that there is none."""
    assert "no language model" in status.status_note()
    assert [status.model_notice(each) for each in HelpLanguage.values] == ["", "", ""]
    assert "language model" not in client.get(reverse("hitouch:privacy")).content.decode()
    assert status.status_note() in client.get("/readyz").json()["notes"]


def test_the_host_is_named(client: Client, db: None, model: FakeLanguageModel) -> None:
    """The privacy notice and Help name the host, in the language of the user."""
    assert "127.0.0.1" in status.status_note()
    for language in HelpLanguage.values:
        assert "127.0.0.1" in status.model_notice(language)
    assert "language model at 127.0.0.1" in client.get(reverse("hitouch:privacy")).content.decode()


@pytest.mark.parametrize(
    ("url", "name", "found"),
    [
        ("", "", []),
        ("https://model.example/v1", "small", []),
        ("http://127.0.0.1:8000/v1", "small", []),
        ("https://model.example/v1", "", ["hitouch.E060"]),
        ("", "small", ["hitouch.E060"]),
        ("ftp://model.example", "small", ["hitouch.E061"]),
        ("model.example", "small", ["hitouch.E061"]),
        ("http://model.example/v1", "small", ["hitouch.E062"]),
    ],
)
def test_the_settings_are_checked(settings: Any, url: str, name: str, found: list[str]) -> None:
    """Half a configuration and plain HTTP are errors."""
    settings.DEBUG = False
    settings.HITOUCH_HELP_MODEL_URL, settings.HITOUCH_HELP_MODEL_NAME = url, name
    assert [each.id for each in status.check_model()] == found


def test_the_command_asks_once(model: FakeLanguageModel, settings: Any) -> None:
    """It prints the answer and the gate's verdict; a failure is an error."""
    settings.HITOUCH_HELP_MODEL_NAME = "first-passage"
    out = StringIO()
    call_command("ask_model", stdout=out)
    assert "would be sent" in out.getvalue()
    settings.HITOUCH_HELP_MODEL_NAME = "500"
    with pytest.raises(CommandError, match="STATUS_500"):
        call_command("ask_model")
    settings.HITOUCH_HELP_MODEL_URL = ""
    with pytest.raises(CommandError, match="No model is configured"):
        call_command("ask_model")
