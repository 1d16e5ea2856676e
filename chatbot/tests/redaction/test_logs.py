"""Secrets of messages stay out of the log, wherever in a line they stand."""

import io
import json
import logging
import logging.config
from random import Random

import pytest

from hitouch import log_masks
from hitouch.settings import log_config

SECRETS = [
    "Aadhaar 2345.6789.0124",
    "आधार २३४५ ६७८९ ०१२४",
    "card 4111\n1111 1111 1111",
    "asha@okaxis",
    "otp 4829",
    "password: hunter2!x",
    "abcpd 1234 e",
    "call 98765-43210",
    "a/c 123456789",
]


@pytest.fixture
def logged():
    """A logger with the formatter of the site, and what it wrote."""
    formatter = log_config.configuration(debug=False)["formatters"]["line"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    maker = formatter.pop("()")
    handler.setFormatter(maker(**formatter))
    logger = logging.getLogger("test.secrets")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)
    logger.propagate = True


class Note:
    """An object of which only the representation holds a text."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return f"Note({self.text!r})"


def written_for(logged, text):
    """Log a text in every way: message, argument, extra, nested, object, bytes, exception."""
    logger, stream = logged
    logger.warning(text)
    logger.warning("got %s", text)
    logger.warning("got %r", {"text": text})
    logger.warning("extra", extra={"text": text, "frames": [{"vars": {"text": (text,)}}]})
    logger.warning("object", extra={"note": Note(text), "raw": text.encode(), text: 1})
    try:
        raise ValueError(text)
    except ValueError:
        logger.exception("failed", stack_info=True)
    return stream.getvalue()


@pytest.mark.parametrize("text", SECRETS, ids=ascii)
def test_a_secret_is_in_no_part_of_a_line(logged, text):
    """Messages, arguments, extras at any depth, exceptions."""
    lines = [json.loads(line) for line in written_for(logged, text).splitlines()]
    assert len(lines) == 6
    secret = text.partition(" ")[2] or text
    for written in ("".join(map(str, lines)), json.dumps(lines, ensure_ascii=False)):
        assert secret not in written
        assert repr(secret)[1:-1] not in written


def test_what_the_site_makes_itself_stays(logged):
    """Levels, request ids, durations and ids of rows are readable."""
    logger, stream = logged
    row = "7d1c2c9a-6a0e-4b0e-9f0a-234567890124"
    facts = {"request_id": "abc123", "ms": 1234.5, "path": f"/help/{row}/", "count": 482913}
    logger.warning("done", extra=facts)
    line = json.loads(stream.getvalue())
    assert facts.items() <= line.items()


def test_a_mask_that_fails_leaves_nothing(logged, monkeypatch):
    """What could not be checked is not logged."""
    monkeypatch.setattr(log_masks, "_masks", [lambda text: 1 / 0])
    assert "hello" not in written_for(logged, "hello you")


def test_long_lines_are_masked_too(logged):
    """A traceback of 100,000 characters with a number in the midst."""
    pick = Random(1)
    noise = "".join(pick.choices("abc def\n(){}:=.", k=50_000))
    logger, stream = logged
    logger.warning("%s 2345 6789 0124 %s", noise, noise)
    assert "6789" not in stream.getvalue()
