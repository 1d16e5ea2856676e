"""The rules of monitoring, by tables."""

from datetime import timedelta

import pytest

from conftest import NOON
from proctoring.rules import violations


def run(*kinds: str, apart: int = 60) -> list[violations.Ruling]:
    """Rule on these kinds one after the other, `apart` seconds between them."""
    seen: list[violations.SeenEvent] = []
    rulings = []
    for index, kind in enumerate(kinds):
        at = NOON + timedelta(seconds=apart * index)
        ruling = violations.judge(kind, at=at, earlier=seen)
        seen.append(violations.SeenEvent(kind, at, ruling.standing, ruling.points))
        rulings.append(ruling)
    return rulings


@pytest.mark.parametrize(
    ("kind", "severity", "points"),
    [
        ("NETWORK_BACK", "INFO", 0),
        ("SECTION_CHANGED", "INFO", 0),
        ("MOUSE_LEFT", "LOW", 1),
        ("RIGHT_CLICK", "LOW", 1),
        ("NETWORK_LOST", "MEDIUM", 2),
        ("TAB_HIDDEN", "MEDIUM", 2),
        ("WINDOW_BLUR", "MEDIUM", 2),
        ("COPY", "MEDIUM", 2),
        ("CUT", "MEDIUM", 2),
        ("PASTE", "MEDIUM", 2),
        ("SHORTCUT", "MEDIUM", 2),
        ("FULLSCREEN_LEFT", "HIGH", 3),
        ("CAMERA_OFF", "HIGH", 3),
        ("MICROPHONE_OFF", "HIGH", 3),
        ("DEVELOPER_TOOLS", "CRITICAL", 5),
        ("OPENED_TWICE", "CRITICAL", 5),
    ],
)
def test_each_kind_has_its_severity_and_points(kind, severity, points):
    """Severity and points come from one table."""
    assert (violations.RULES[kind].severity, violations.RULES[kind].points) == (severity, points)


def test_the_table_above_names_every_kind():
    """A kind that is added gets a line in the table."""
    assert len(violations.RULES) == 16


def test_first_two_that_count_are_warnings():
    """Grace: two warnings without points, then points."""
    found = [(ruling.standing, ruling.points) for ruling in run("COPY", "PASTE", "COPY")]
    assert found == [("WARNED", 0), ("WARNED", 0), ("COUNTED", 2)]


@pytest.mark.parametrize(
    ("kinds", "submits_at"),
    [
        (["COPY"] * 7, 7),  # 5 x 2 points over the grace
        (["CAMERA_OFF"] * 6, 6),  # 3, 6, 9, 12
        (["DEVELOPER_TOOLS"] * 2, 2),  # seen twice is confirmed
        (["DEVELOPER_TOOLS", "COPY", "COPY", "COPY"], None),  # once is not
        (["RIGHT_CLICK"] * 4, None),
        (["NETWORK_BACK"] * 50, None),
    ],
)
def test_ten_points_over_the_grace_or_one_confirmed_critical_submit(kinds, submits_at):
    """The sitting ends at ten counted points, or when something critical is confirmed."""
    ends = [index for index, ruling in enumerate(run(*kinds), start=1) if ruling.submits]
    assert (ends[0] if ends else None) == submits_at


def test_low_kinds_count_from_the_fifth_on():
    """A right click or a mouse that leaves is only noted four times."""
    assert [ruling.standing for ruling in run(*["RIGHT_CLICK"] * 5)] == ["NOTED"] * 4 + ["WARNED"]


def test_one_act_that_shows_as_three_events_counts_once():
    """Leaving the tab blurs, hides and leaves full screen: one warning."""
    found = run("WINDOW_BLUR", "TAB_HIDDEN", "FULLSCREEN_LEFT", apart=1)
    assert [ruling.standing for ruling in found] == ["WARNED", "NOTED", "NOTED"]


def test_other_kinds_at_the_same_moment_count_each():
    """Only kinds of one family are one act."""
    assert [ruling.standing for ruling in run("COPY", "CAMERA_OFF", apart=0)] == ["WARNED"] * 2


@pytest.mark.parametrize(
    ("seconds", "earlier", "kind"),
    [
        (20, 9, "NETWORK_BACK"),
        (30, 9, "NETWORK_BACK"),
        (31, 0, "NETWORK_BACK"),
        (300, 2, "NETWORK_BACK"),
        (300, 3, "NETWORK_LOST"),
        (301, 0, "NETWORK_LOST"),
    ],
)
def test_three_gaps_of_five_minutes_are_free(seconds, earlier, kind):
    """Up to 30 seconds always, up to five minutes three times."""
    assert violations.kind_of_gap(timedelta(seconds=seconds), earlier_gaps=earlier) == kind
