"""Calls that RazorpayX rejects, with its documented error body."""

from typing import Any


class CallRefused(Exception):
    """A call that RazorpayX rejects."""

    def __init__(
        self,
        status: int,
        description: str,
        name: str = "",
        *,
        code: str = "BAD_REQUEST_ERROR",
        reason: str = "input_validation_failed",
    ) -> None:
        super().__init__(description)
        self.status = status
        error: dict[str, Any] = {
            "code": code,
            "description": description,
            "source": "internal" if code == "SERVER_ERROR" else "business",
            "step": "NA",
            "reason": reason,
            "metadata": {},
            "field": name or None,
        }
        self.body = {"error": error}


def server_error() -> CallRefused:
    """The answer to a fault of theirs."""
    trouble = "We are facing some trouble completing your request at the moment."
    return CallRefused(500, trouble, code="SERVER_ERROR", reason="server_error")


def too_many() -> CallRefused:
    """The answer above the rate limit."""
    return CallRefused(429, "Request failed. Please try after sometime.", reason="rate_limit")
