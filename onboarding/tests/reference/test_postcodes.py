"""PIN codes: normalisation, lookup of district and state, warnings."""

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
        "\u200e560034\u200e",
    ],
)
def test_pin_is_normalised(typed: str) -> None:
    """A blank or hyphen between groups and Indian digits give the same PIN code."""
    assert postcodes.normalise_pin(typed) == "560034"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "56003.4",
        "5600.34",
        "560034.0",
        "5.60034e5",
        "560,034",
        "5600\u200b34",
        "56003\u202e4",
        "56003O",
        "56003\u096a",
        "5600\u00b34",
        "060034",
        "56003",
        "5600341",
        "560034 560001",
        "560034/560001",
        "-560034",
        "PIN 560034",
    ],
)
def test_other_text_is_no_pin(typed: str) -> None:
    """Decimals, letters, mixed digits, invisible characters and several codes are refused."""
    assert postcodes.normalise_pin(typed) is None


@given(st.text(max_size=20))
def test_normalising_is_idempotent(text: str) -> None:
    """Normalising twice changes nothing."""
    once = postcodes.normalise_pin(text)
    assert once is None or postcodes.normalise_pin(once) == once


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
def test_pin_gives_city_and_state(pin: str, city: str, state: str) -> None:
    """The district without its suffix is the suggested city."""
    place = postcodes.place_of_pin(pin)
    assert place
    assert (place.city, place.state) == (city, state)


def test_states_match_the_list() -> None:
    """The states of the list are exactly those that can be selected."""
    places = [postcodes.place_of_pin(pin) for pin in postcodes._load_areas()]
    assert {state for place in places if place for state in place.states} == set(STATES)
    assert len(places) == 19_480
    assert all(postcodes.SHAPE.fullmatch(pin) for pin in postcodes._load_areas())


def test_pin_across_a_border_fits_both_states() -> None:
    """A PIN code that covers two states causes no warning for either."""
    across = next(pin for pin, place in postcodes._load_areas().items() if len(place.states) > 1)
    for state in postcodes._load_areas()[across].states:
        assert not postcodes.mismatch_of(pin=across, state=state)


def test_mismatches_are_warnings() -> None:
    """An unknown PIN code and one of another state cause a warning."""
    assert "not in our list" in postcodes.mismatch_of(pin="999999", state="Kerala")
    assert "is in Karnataka" in postcodes.mismatch_of(pin="560034", state="Kerala")
    assert not postcodes.mismatch_of(pin="560034", state="Karnataka")
    assert not postcodes.mismatch_of(pin="560034", state="")


def test_unknown_pins_are_compared_by_their_prefix() -> None:
    """A PIN code that is not in the list still has a prefix that may contradict the state."""
    assert "start with 799 are in Tripura" in postcodes.mismatch_of(pin="799999", state="Goa")
    assert "not in our list" in postcodes.mismatch_of(pin="799999", state="Tripura")
    assert "not in our list" in postcodes.mismatch_of(pin="900056", state="Goa")


def test_no_row_contradicts_its_prefix() -> None:
    """Every state of every PIN code in the list is one that its first digits allow."""
    wrong = {
        pin: sorted(place.states - postcodes.states_of_prefix(pin))
        for pin, place in postcodes._load_areas().items()
        if not place.states <= postcodes.states_of_prefix(pin)
    }
    assert wrong == {}


def test_prefixes_name_the_states_of_the_list() -> None:
    """The prefixes name exactly the states that can be selected, and none for the army's codes."""
    assert set().union(*postcodes._load_prefixes().values()) == set(STATES)
    assert not postcodes.states_of_prefix("900056")


@pytest.mark.parametrize(
    ("pin", "city", "state"),
    [
        ("799001", "West Tripura", "Tripura"),
        ("334002", "Bikaner", "Rajasthan"),
        ("612906", "Ariyalur", "Tamil Nadu"),
    ],
)
def test_slips_of_the_list_are_corrected(pin: str, city: str, state: str) -> None:
    """A PIN code listed in a far-away state belongs to the state of its neighbours."""
    place = postcodes.place_of_pin(pin)
    assert place
    assert (place.city, place.states) == (city, {state})


@pytest.mark.parametrize("pin", ["900056", "504346", "384316", "818142"])
def test_uncertain_rows_are_skipped(pin: str) -> None:
    """A row that contradicts its prefix without a sure correction is unknown, not wrong."""
    assert postcodes.place_of_pin(pin) is None
