"""Stock messages of Django and its libraries are shown in our own words, on every form."""

import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from hitouch.core import apps

CATALOG = Path(apps.__file__).parent / "locale/en_IN/LC_MESSAGES/django.po"
ENTRY = re.compile(r'^msgid (".+")\nmsgstr (".+")$', re.MULTILINE)
PLURAL = re.compile(
    r'^msgid (".+")\nmsgid_plural (".+")\nmsgstr\[0\] (".+")\nmsgstr\[1\] (".+")$', re.MULTILINE
)


def unquoted(text: str) -> str:
    """A string of the catalog as Python has it."""
    return text[1:-1].replace('\\"', '"')


def test_compiled_catalog_is_current() -> None:
    """Whoever changes the text file compiles it: each entry is found with its wording."""
    text = CATALOG.read_text()
    entries = [[unquoted(part) for part in found] for found in ENTRY.findall(text)]
    assert len(entries) > 30
    for message, wording in entries:
        assert gettext(message) == wording
    plurals = [[unquoted(part) for part in found] for found in PLURAL.findall(text)]
    assert len(plurals) > 3
    for one, many, wording_of_one, wording_of_many in plurals:
        assert ngettext(one, many, 1) == wording_of_one
        assert ngettext(one, many, 2) == wording_of_many


class Sample(forms.Form):
    """Fields as any form has them."""

    name = forms.CharField(max_length=5)
    shade = forms.ChoiceField(choices=[("RED", "Red")])


def test_form_fields_use_our_wording() -> None:
    """An empty field, a long text and an unknown choice."""
    assert Sample({}).errors["name"] == ["Please fill this in."]
    errors = Sample({"name": "Kanchana", "shade": "BLUE"}).errors
    assert errors["name"] == ["Use up to 5 characters. You have entered 8."]
    assert errors["shade"] == ["Select an option from the list."]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("a1", "password_too_short"),
        ("qwertyuiop", "password_too_common"),
        ("8264019375", "password_entirely_numeric"),
    ],
)
def test_password_rules_use_our_wording(password: str, code: str) -> None:
    """None of them says "This password is …" and leaves it there."""
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    [error] = [each for each in refused.value.error_list if each.code == code]
    assert "must contain" not in error.messages[0]
    assert "entirely numeric" not in error.messages[0]
    assert not error.messages[0].endswith("too common.")
