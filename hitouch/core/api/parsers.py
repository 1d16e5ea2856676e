"""The API's JSON parser, which accepts only strict JSON."""

import json
from io import TextIOWrapper
from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework import exceptions
from rest_framework.parsers import JSONParser

MAX_BODY_BYTES = 1024 * 1024


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object has a duplicate name")
    return result


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class StrictJSONParser(JSONParser):
    """Strict RFC 8259 JSON: no NaN, no duplicate names, no text that PostgreSQL cannot store."""

    checks_text = True

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Parse the body or raise `ParseError`."""
        try:
            text = TextIOWrapper(stream, encoding="utf-8").read(MAX_BODY_BYTES + 1)
            if len(text) > MAX_BODY_BYTES:
                raise RequestDataTooBig
            data = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constants)
            if self.checks_text:
                _check_text(text)
        except (ValueError, RecursionError) as fault:
            raise exceptions.ParseError(f"The body is not valid JSON: {fault}"[:200]) from fault
        return data


class LenientRowsParser(JSONParser):
    """For endpoints whose `read` is bounded, and where each row is checked and refused by itself.

    A number or text that cannot be stored then refuses one row, not the whole request.
    """

    max_bytes = 64 * 1024

    def read(self, text: str) -> Any:
        """The JSON of the body; raises `ValueError`."""
        return json.loads(text)

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Parse the body or raise `ParseError`."""
        try:
            body = stream.read(self.max_bytes + 1)
            if len(body) > self.max_bytes:
                raise RequestDataTooBig
            return self.read(body.decode("utf-8"))
        except (ValueError, RecursionError) as fault:
            raise exceptions.ParseError(f"The body is not valid JSON: {fault}"[:200]) from fault


class UncheckedTextParser(StrictJSONParser):
    """For endpoints that take a list and refuse one row for its text, not the whole request."""

    checks_text = False


def _check_text(text: str) -> None:
    if "\\u0000" in text or "\x00" in text:
        raise ValueError("text holds a NUL character")
    if "\\ud" in text.lower():
        json.dumps(json.loads(text), ensure_ascii=False).encode()
