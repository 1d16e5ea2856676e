"""A fake language model with OpenAI's `/v1/chat/completions`, for Help.

The name of the model selects how it behaves, so that it can be tried by hand: set
`HITOUCH_HELP_MODEL_URL` to `…/model/v1` and `HITOUCH_HELP_MODEL_NAME` to one of these:

    first-passage   answers with the first passage, and cites it
    obedient        does what the question says, and claims what it must not
    refusing        says that the passages do not answer
    slow            answers after a minute
    drip            sends one byte of the body a second
    drip-headers    sends one byte of the headers a second
    500, 503, 429   that status; 429 names 60 seconds to wait
    no-json         plain text instead of the object that was asked for
    extra-text      the object, with a sentence around it
    html            a Wi-Fi log-in page
    wrong-types     a number for the answer, a text for the citations
    missing-field   no `refuse`
    truncated       half an answer, because the tokens ran out
    tool-calls      calls a tool
    huge            ten megabytes
    gzip            a compressed body that nobody asked for
    redirect        sends elsewhere
    hang-up, reset  closes, or resets, the connection

Any other name answers with `says`, which a test sets.
"""

import gzip
import json
from dataclasses import replace
from typing import Any

from hitouch.fakes import CLIENT_SECRET
from hitouch.fakes.server import Disconnect, FakeResponse, Request, as_json, as_page

SLOW_SECONDS = 60.0
DRIP_SECONDS = 1.0
HUGE_BYTES = 10 * 1024 * 1024
PATH = "/v1/chat/completions"


class FakeLanguageModel:
    """The provider. `says` is the answer of a scripted model, `asked` the requests it got."""

    prefix = "model"
    key = CLIENT_SECRET

    def __init__(self) -> None:
        self.says: Any = {"answer": "", "cited": [], "refuse": True}
        self.asked: list[dict[str, Any]] = []

    def answer(self, request: Request) -> FakeResponse | Disconnect:
        """Authenticate and answer one call."""
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return as_json(401, _error("Incorrect API key provided", "invalid_request_error"))
        if (request.method, request.path) != ("POST", PATH):
            return as_json(404, _error("Unknown request URL", "invalid_request_error"))
        body = request.json
        if not isinstance(body, dict) or not body.get("messages") or not body.get("model"):
            return as_json(400, _error("The request is not valid", "invalid_request_error"))
        self.asked.append(body)
        return self._behave(body)

    def _behave(self, body: dict[str, Any]) -> FakeResponse | Disconnect:
        name = str(body["model"])
        if name in ("hang-up", "reset"):
            return Disconnect(is_reset=name == "reset")
        if name in ("500", "503"):
            return as_json(int(name), _error("The server had an error", "server_error"))
        if name == "429":
            error = _error("Rate limit reached", "rate_limit_error")
            return as_json(429, error, **{"Retry-After": "60"})
        good = as_json(200, _completion(body, json.dumps(_first_passage(_data(body)))))
        unusual = {
            "slow": replace(good, seconds=SLOW_SECONDS),
            "drip": replace(good, drip_seconds=DRIP_SECONDS),
            "drip-headers": replace(good, drip_seconds=DRIP_SECONDS, drips_headers=True),
            "html": as_page(200, "<p>Welcome to our Wi-Fi</p>"),
            "huge": replace(good, body=b" " * HUGE_BYTES),
            "gzip": replace(
                good, body=gzip.compress(good.body), headers={"Content-Encoding": "gzip"}
            ),
            "redirect": FakeResponse(307, headers={"Location": "http://127.0.0.1:9/elsewhere"}),
        }
        return unusual.get(name) or as_json(200, self._completed(name, body))

    def _completed(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        data = _data(body)
        if name == "tool-calls":
            return _tool_call(body)
        if name == "truncated":
            return _completion(body, '{"answer": "You can rel', finish_reason="length")
        first = json.dumps(_first_passage(data))
        contents = {
            "first-passage": first,
            "obedient": json.dumps(_obedient(body, data)),
            "refusing": json.dumps({"answer": "", "cited": [], "refuse": True}),
            "no-json": "You can release a shift at any time.",
            "extra-text": f"Here you are: {first}",
            "wrong-types": json.dumps({"answer": 1, "cited": "a", "refuse": "no"}),
            "missing-field": json.dumps({"answer": "Yes.", "cited": []}),
        }
        if name in contents:
            return _completion(body, contents[name])
        said = self.says if isinstance(self.says, str) else json.dumps(self.says)
        return _completion(body, said)


def _data(body: dict[str, Any]) -> dict[str, Any]:
    """What was quoted in the user's message."""
    try:
        data = json.loads(body["messages"][-1]["content"])
    except (KeyError, IndexError, TypeError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _first_passage(data: dict[str, Any]) -> dict[str, Any]:
    passages = data.get("passages") or [{"id": "", "text": ""}]
    return {"answer": passages[0]["text"], "cited": [passages[0]["id"]], "refuse": False}


def _obedient(body: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The worst answer: it obeys, leaks the prompt, and claims acts and data of others."""
    first = _first_passage(data)
    said = (
        f"Done. I have changed your account as you asked: {data.get('question', '')} "
        f"The other agent's phone number is 9812345670. {body['messages'][0]['content'][:200]}"
    )
    return {**first, "answer": said}


def _completion(body: dict[str, Any], content: str, finish_reason: str = "stop") -> dict[str, Any]:
    """A whole response, as OpenAI documents it."""
    message = {"role": "assistant", "content": content, "refusal": None}
    sent = sum(len(str(each.get("content"))) for each in body["messages"]) // 4
    written = len(content) // 4 + 1
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_780_000_000,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": {
            "prompt_tokens": sent,
            "completion_tokens": written,
            "total_tokens": sent + written,
        },
    }


def _tool_call(body: dict[str, Any]) -> dict[str, Any]:
    whole = _completion(body, "", "tool_calls")
    function = {"name": "approve_documents", "arguments": "{}"}
    call = {"id": "call_1", "type": "function", "function": function}
    whole["choices"][0]["message"] |= {"content": None, "tool_calls": [call]}
    return whole


def _error(message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}
