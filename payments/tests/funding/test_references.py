"""References for paying in: a typing mistake never gives another client's reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import references


@given(position=st.integers(3, 8), letter=st.sampled_from(references.ALPHABET))
def test_one_wrong_character_is_no_reference(position, letter):
    """The check character finds every single mistake."""
    made = references.new_reference()
    changed = made[:position] + letter + made[position + 1 :]
    assert references.is_valid(changed) == (changed == made)


@given(position=st.integers(3, 7))
def test_two_swapped_characters_are_no_reference(position):
    """The check character finds neighbours that are swapped."""
    made = references.new_reference()
    swapped = made[:position] + made[position + 1] + made[position] + made[position + 2 :]
    assert references.is_valid(swapped) == (swapped == made)


@pytest.mark.parametrize(
    ("narration", "is_found"),
    [
        ("NEFT CR-HDFC0000001-ORCHID RETAIL-{}-N123", True),
        ("IMPS/{}/ORCHID", True),
        ("{lower} december", True),
        ("Invoice4711{}", False),
        ("{}9", False),
        ("", False),
    ],
)
def test_a_reference_stands_by_itself(narration, is_found):
    """Between signs of any kind, in any case, and not as part of another word."""
    made = references.new_reference()
    text = narration.format(made, lower=made.lower())
    assert references.references_in(text) == ({made} if is_found else set())
