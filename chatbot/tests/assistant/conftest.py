"""A fake language model that answers Help's requests."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings

from chatbot.assistant import breaker
from hitouch.fakes.language_model import FakeLanguageModel
from hitouch.fakes.server import FakeServer


@pytest.fixture
def model(settings: Any) -> Iterator[FakeLanguageModel]:
    """A configured model whose answers the test scripts; settings choose another behaviour."""
    provider = FakeLanguageModel()
    server = FakeServer([provider]).in_thread()
    settings.HITOUCH_HELP_MODEL_URL = f"{server.url}/model/v1"
    settings.HITOUCH_HELP_MODEL_NAME = "scripted"
    settings.HITOUCH_HELP_MODEL_KEY = provider.key
    valkey = settings.REDIS_URL
    forget()
    yield provider
    server.close()
    forget(valkey)


def forget(url: str = "") -> None:
    """Forget what breaker and budget have counted."""
    with redis.Redis.from_url(url or django_settings.REDIS_URL) as client:
        client.delete(breaker.KEY, breaker.TRIAL_KEY)
        for key in client.scan_iter("hitouch:help-model:tokens:*"):
            client.delete(key)
