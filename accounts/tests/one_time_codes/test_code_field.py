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
    "typed", ["", "12345", "1234567", "12345a", "12345\x00", "9" * 10_000, "²²²²²²", "12 345 6789"]
)
def test_field_refuses_anything_else(typed: str) -> None:
    """Too few, too many, letters, NUL and very long texts get the field's error."""
    form = CodeForm({"code": typed})
    assert not form.is_valid()
    assert form.errors["code"]
