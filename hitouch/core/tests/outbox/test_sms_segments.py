"""Segments of an SMS: alphabet and length."""

import pytest

from hitouch.core.outbox import gsm


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("a" * 152 + "{" + "a" * 152, 3),  # the pair does not fit into the first one's last place
        ("आ" * 70, 1),
        ("आ" * 71, 2),
        ("आ" * 134, 2),
        ("आ" * 135, 3),
        ("a" * 69 + "आ", 1),
        ("a" * 160 + "आ", 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 33 to a segment: half of one does not count
    ],
)
def test_segments(text, count):
    """160 and 153 characters of GSM-7, 70 and 67 of anything else; nothing is cut in two."""
    assert gsm.segments(text) == count


def test_one_foreign_character_changes_the_alphabet():
    """The rupee sign and the typographic apostrophe make a text cost more than twice."""
    assert gsm.is_gsm("Rs 100, that's all @ £5 {ok}")
    assert not gsm.is_gsm("₹100")
    assert not gsm.is_gsm("that’s all")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("₹9,310.00", "Rs 9,310.00"),
        ("“Café” – it’s…", '"Cafe" - it\'s..'),
        ("+91 •••• •3210", "+91 **** *3210"),
        ("दिवाली sale", " sale"),
        ("tab\tand\0nul", "tabandnul"),
        ("\uff21\uff22", "AB"),
    ],
)
def test_the_nearest_plain_text(text, plain):
    """Typographic characters become their GSM-7 equivalents."""
    assert gsm.plain(text) == plain
