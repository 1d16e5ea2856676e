"""The form field for one-time codes."""

import pytest

from accounts.one_time_codes.forms import CodeForm


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        " 123 456 ",
        "123-456",
        "1 2 3 4 5 6",
        "123\u00a0456",
        "\u200b123456",
        "Your code is 123456",
        "123456 is your HitouchCX code. It works for 10 minutes.",
        "@hitouchcx.example #123456",
        "१२३४५६",
        "１２３４５６",
    ],
)
def test_field_finds_the_six_digits(typed: str) -> None:
    """Blanks, hyphens, the text of the message and digits of other scripts are accepted."""
    form = CodeForm({"code": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["code"] == "123456"


@pytest.mark.parametrize(
    "typed",
    [
        "", "12345", "1234567", "12345a", "12345\x00", "9" * 10_000, "²²²²²²", "12 345 6789",
        "123456.0", "1.23456e5", "-123456", "+123456", "123,456", "123\u200b456", "12345\u09ea",
        "12345\u0966", "𝟏23456", "Pay 123456.50 today", "Code 123456 or 654321", "123456 a",
        "Your code is 12345678", "Call +91 123456 now", "Order AB123456 is here",
        "Your codes 123456 789012",
    ],
)  # fmt: skip
def test_field_refuses_anything_else(typed: str) -> None:
    """Too few, too many, letters, NUL and very long texts get the field's error."""
    form = CodeForm({"code": typed})
    assert not form.is_valid()
    assert form.errors["code"]


@pytest.mark.parametrize("sent", [123456, 123456.0, True])
def test_field_refuses_numbers(sent: object) -> None:
    """A code is text: a number has lost its leading zeros."""
    assert not CodeForm({"code": sent}).is_valid()


def test_field_keeps_leading_zeros() -> None:
    """000042 stays six digits."""
    form = CodeForm({"code": "000 042"})
    assert form.is_valid()
    assert form.cleaned_data["code"] == "000042"
