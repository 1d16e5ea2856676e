"""The rules of monitoring: severity, warnings, points and automatic submission."""

from datetime import timedelta

import pytest

from conftest import NOON
from proctoring import violations


def judge_all(*kinds: str, apart: int = 60) -> list[violations.RuleOutcome]:
    """Rule on these kinds one after the other, `apart` seconds between them."""
    earlier_events: list[violations.SeenEvent] = []
    rulings = []
    for index, kind in enumerate(kinds):
        at = NOON + timedelta(seconds=apart * index)
        ruling = violations.judge(kind, at=at, earlier=earlier_events)
        earlier_events.append(violations.SeenEvent(kind, at, ruling.standing, ruling.points))
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
def test_severity_and_points_of_each_kind(kind, severity, points):
    """Each kind of event has the severity and points of this table."""
    assert (violations.RULES[kind].severity, violations.RULES[kind].points) == (severity, points)


def test_table_is_complete():
    """The table above contains every kind."""
    assert len(violations.RULES) == 16


def test_first_two_violations_are_warnings():
    """Two violations are warnings without points; further ones add points."""
    results = [(ruling.standing, ruling.points) for ruling in judge_all("COPY", "PASTE", "COPY")]
    assert results == [("WARNED", 0), ("WARNED", 0), ("COUNTED", 2)]


@pytest.mark.parametrize(
    ("kinds", "submits_at"),
    [
        (["COPY"] * 7, 7),  # 5 x 2 points over the grace
        (["CAMERA_OFF"] * 6, 6),  # 3, 6, 9, 12
        (["DEVELOPER_TOOLS"] * 2, 2),  # earlier_events twice is confirmed
        (["DEVELOPER_TOOLS", "COPY", "COPY", "COPY"], None),  # once is not
        (["RIGHT_CLICK"] * 4, None),
        (["NETWORK_BACK"] * 50, None),
    ],
)
def test_ten_points_or_a_confirmed_critical_event_submit(kinds, submits_at):
    """Ten points or a critical event seen twice submit the sitting."""
    ends = [index for index, ruling in enumerate(judge_all(*kinds), start=1) if ruling.submits]
    assert (ends[0] if ends else None) == submits_at


def test_low_kinds_count_from_the_fifth_on():
    """Events of low severity are only noted four times."""
    assert [ruling.standing for ruling in judge_all(*["RIGHT_CLICK"] * 5)] == ["NOTED"] * 4 + [
        "WARNED"
    ]


def test_events_of_one_action_count_once():
    """Blur, hidden tab and left full screen within three seconds are one warning."""
    results = judge_all("WINDOW_BLUR", "TAB_HIDDEN", "FULLSCREEN_LEFT", apart=1)
    assert [ruling.standing for ruling in results] == ["WARNED", "NOTED", "NOTED"]


def test_simultaneous_events_of_other_families_all_count():
    """Only events of one family count as one action."""
    assert [ruling.standing for ruling in judge_all("COPY", "CAMERA_OFF", apart=0)] == [
        "WARNED"
    ] * 2


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
def test_three_gaps_of_five_minutes_are_no_violation(seconds, earlier, kind):
    """Gaps of up to 30 seconds never count; three of up to five minutes are free."""
    assert violations.kind_of_gap(timedelta(seconds=seconds), earlier_gaps=earlier) == kind
