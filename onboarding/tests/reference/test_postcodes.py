"""PIN codes: one written form, the place they are in, and doubts that never refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.reference import postcodes
from onboarding.reference.postcodes import STATES


@pytest.mark.parametrize(
    "typed",
    [
        "560034",
        " 560 034 ",
        "560\u00a0034",
        "५६००३४",
        "௫௬௦௦௩௪",
        "５６００３４",
        "560-034",
        "5600\u200b34",
    ],
)
def test_a_pin_has_one_form(typed: str) -> None:
    """Blanks of any kind, dashes, what is not seen, and India's own digits are all the same PIN."""
    assert postcodes.normalise_pin(typed) == "560034"


@given(st.text(max_size=20))
def test_normal_is_normal(text: str) -> None:
    """Normalising again changes nothing, and nothing that is no digit turns into one."""
    once = postcodes.normalise_pin(text)
    assert postcodes.normalise_pin(once) == once


@pytest.mark.parametrize(
    ("pin", "city", "state"),
    [
        ("560034", "Bengaluru", "Karnataka"),
        ("411001", "Pune", "Maharashtra"),
        ("110001", "New Delhi", "Delhi"),
        ("600001", "Chennai", "Tamil Nadu"),
        ("396210", "Daman", "Dadra and Nagar Haveli and Daman and Diu"),
        ("744101", "South Andamans", "Andaman and Nicobar Islands"),
        ("194101", "Leh Ladakh", "Ladakh"),
    ],
)
def test_a_pin_names_city_and_state(pin: str, city: str, state: str) -> None:
    """The district stands for the city, without its sector."""
    place = postcodes.place_of_pin(pin)
    assert place
    assert (place.city, place.state) == (city, state)


def test_the_list_speaks_of_our_states() -> None:
    """Every state of the list can be chosen, every one that can be chosen is in it."""
    places = [postcodes.place_of_pin(pin) for pin in postcodes._load_areas()]
    assert {state for place in places if place for state in place.states} == set(STATES)
    assert len(places) == 19_486
    assert all(postcodes.SHAPE.fullmatch(pin) for pin in postcodes._load_areas())


def test_a_pin_across_a_border_fits_both_states() -> None:
    """Nobody near a border is told that their state is wrong."""
    across = next(pin for pin, place in postcodes._load_areas().items() if len(place.states) > 1)
    for state in postcodes._load_areas()[across].states:
        assert not postcodes.mismatch_of(pin=across, state=state)


def test_doubts_are_sentences() -> None:
    """An unknown PIN and one of another state are told; one that fits is not."""
    assert "not in our list" in postcodes.mismatch_of(pin="999999", state="Kerala")
    assert "is in Karnataka" in postcodes.mismatch_of(pin="560034", state="Kerala")
    assert not postcodes.mismatch_of(pin="560034", state="Karnataka")
    assert not postcodes.mismatch_of(pin="560034", state="")
