"""GSTINs and numbers of bills."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.in_ import gstin as oracle

from payments.billing import services as billing
from payments.gst_numbers import document_number, normalise_gstin
from payments.tests.billing.conftest import save_details


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        (" 29aaaco1234e1zu ", "29AAACO1234E1ZU"),
        ("29-AAACO 1234-E1ZU", "29AAACO1234E1ZU"),
        # Ladakh has a code that older lists do not know.
        ("38AAACO1234E1ZV", "38AAACO1234E1ZV"),
        ("29AAACO1234E1ZV", None),
        ("39AAACO1234E1ZV", None),
        ("29AAAXO1234E1ZU", None),
        ("29AAACO1234E1ZU1", None),
        ("URP", None),
        ("२9AAACO1234E1ZU", None),
    ],
)
def test_a_gstin_needs_its_state_pan_and_check_character(typed, number):
    """Blanks, hyphens and small letters are no fault."""
    assert normalise_gstin(typed) == number


@given(st.data())
def test_one_wrong_character_is_found(data):
    """As by python-stdnum; every state it knows, with any single change."""
    good = "27AAPFU0939F1ZV"
    place = data.draw(st.integers(0, 14))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    changed = good[:place] + other + good[place + 1 :]
    assert (normalise_gstin(changed) is not None) == (changed == good)
    assert normalise_gstin(changed) is None or oracle.is_valid(changed)


def test_a_number_has_sixteen_characters():
    """Rule 46 of the CGST Rules allows no more."""
    assert document_number("HTX", 2026, 123) == "HTX/26-27/000123"
    assert document_number("HTX", 2099, 999_999) == "HTX/99-00/999999"
    with pytest.raises(ValueError, match="999999"):
        document_number("HTX", 2026, 1_000_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"gstin": "29AAACO1234E1ZX"}, billing.GstinInvalid),
        ({"state_code": "27"}, billing.GstinOfAnotherState),
        ({"gstin": "29AAACH1234D1Z3"}, billing.GstinIsOurs),
        ({"gstin": "", "is_sez": True}, billing.SezNeedsGstin),
    ],
)
def test_details_that_no_bill_could_have_are_refused(orchid, maker, changes, refusal):
    """The service says what is wrong."""
    with pytest.raises(refusal):
        save_details(orchid, maker, **changes)


@pytest.mark.django_db
def test_a_client_without_gst_is_billed_too(orchid, maker):
    """Its address decides the place of supply."""
    assert save_details(orchid, maker, gstin="", state_code="27").gstin == ""
