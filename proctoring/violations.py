"""Monitoring rules: severity and points of each event, and when a sitting is submitted.

Does not use Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Severity = Literal["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
Standing = Literal["NOTED", "WARNED", "COUNTED"]
POINTS: dict[Severity, int] = {"INFO": 0, "LOW": 1, "MEDIUM": 2, "HIGH": 3, "CRITICAL": 5}
#: So many violations are only warnings; further ones add points.
GRACE_GAPS = 2
#: The sitting is submitted at this number of points.
POINTS_LIMIT = 10
#: Lost connections of up to `LONG_GAP` that are not a violation.
FREE_RECONNECTS = 3
SHORT_GAP = timedelta(seconds=30)
LONG_GAP = timedelta(minutes=5)


@dataclass(frozen=True)
class ViolationRule:
    """The rule for one kind of event.

    It counts from occurrence `warn_after` on; occurrence `submit_after` ends the sitting.
    Events of one `family` within `SAME_ACTION_WINDOW` count as one action.
    """

    severity: Severity
    message: str
    warn_after: int = 1
    submit_after: int | None = None
    family: str = ""

    @property
    def points(self) -> int:
        return POINTS[self.severity]


RULES: dict[str, ViolationRule] = {
    "NETWORK_BACK": ViolationRule("INFO", "Your connection was lost and came back."),
    "SECTION_CHANGED": ViolationRule("INFO", "You moved to the next section."),
    "MOUSE_LEFT": ViolationRule("LOW", "The mouse left the page.", warn_after=5, family="away"),
    "RIGHT_CLICK": ViolationRule("LOW", "The right mouse button was clicked.", warn_after=5),
    "NETWORK_LOST": ViolationRule("MEDIUM", "Your connection was lost for long, or too often."),
    "TAB_HIDDEN": ViolationRule("MEDIUM", "You switched to another tab or window.", family="away"),
    "WINDOW_BLUR": ViolationRule(
        "MEDIUM", "You clicked or typed outside the assessment.", family="away"
    ),
    "COPY": ViolationRule("MEDIUM", "Text was copied."),
    "CUT": ViolationRule("MEDIUM", "Text was cut."),
    "PASTE": ViolationRule("MEDIUM", "Text was pasted."),
    "SHORTCUT": ViolationRule("MEDIUM", "A keyboard shortcut was used.", family="keys"),
    "FULLSCREEN_LEFT": ViolationRule("HIGH", "You left full screen.", family="away"),
    "CAMERA_OFF": ViolationRule("HIGH", "Your camera was off."),
    "MICROPHONE_OFF": ViolationRule("HIGH", "Your microphone was off."),
    "DEVELOPER_TOOLS": ViolationRule(
        "CRITICAL", "The browser's developer tools were opened.", submit_after=2, family="keys"
    ),
    "OPENED_TWICE": ViolationRule(
        "CRITICAL", "The assessment was open in two places at once.", submit_after=2
    ),
}
# Kinds that only the server records; they are not accepted from a browser.
SERVER_KINDS = frozenset({"NETWORK_BACK", "NETWORK_LOST", "SECTION_CHANGED", "OPENED_TWICE"})
BROWSER_KINDS = frozenset(RULES) - SERVER_KINDS
# A tab change causes blur, hide and leaving full screen: within this time it is one action.
SAME_ACTION_WINDOW = timedelta(seconds=3)


@dataclass(frozen=True)
class SeenEvent:
    """An event recorded earlier in the sitting."""

    kind: str
    at: datetime
    standing: Standing
    points: int


@dataclass(frozen=True)
class RuleOutcome:
    """The consequence of one event."""

    severity: Severity
    standing: Standing
    points: int
    submits: bool


def judge(kind: str, *, at: datetime, earlier: Sequence[SeenEvent]) -> RuleOutcome:
    """Severity and consequence of one event, given the earlier events of the sitting."""
    rule = RULES[kind]
    same = [seen for seen in earlier if seen.kind == kind]
    if rule.points == 0 or len(same) + 1 < rule.warn_after or _is_same_action(rule, at, earlier):
        return RuleOutcome(rule.severity, "NOTED", 0, submits=False)
    confirmed = rule.submit_after is not None and len(same) + 1 >= rule.submit_after
    if sum(seen.standing == "WARNED" for seen in earlier) < GRACE_GAPS:
        return RuleOutcome(rule.severity, "WARNED", 0, submits=confirmed)
    total = rule.points + sum(seen.points for seen in earlier)
    return RuleOutcome(
        rule.severity, "COUNTED", rule.points, submits=confirmed or total >= POINTS_LIMIT
    )


def _is_same_action(rule: ViolationRule, at: datetime, earlier: Sequence[SeenEvent]) -> bool:
    return any(
        abs(at - seen.at) < SAME_ACTION_WINDOW
        and (RULES[seen.kind] is rule or (rule.family and RULES[seen.kind].family == rule.family))
        for seen in earlier
        if seen.standing != "NOTED"
    )


def kind_of_gap(gap: timedelta, *, earlier_gaps: int) -> str:
    """The event kind of a lost connection, by its length and the number of earlier ones."""
    if gap <= SHORT_GAP or (gap <= LONG_GAP and earlier_gaps < FREE_RECONNECTS):
        return "NETWORK_BACK"
    return "NETWORK_LOST"
