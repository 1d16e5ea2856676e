"""Figures of the rules of gigs that people are told, read where the rules stand.

They are read at each call, so that a text that names one is never older than the rule.
"""

from datetime import timedelta

from gigs.disputes import deadlines, subjects
from gigs.models import opportunities, slots, work
from gigs.ratings import services as ratings
from gigs.shifts import corrections
from gigs.slots import seating

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def figures() -> dict[str, int]:
    """The figures by name; each name ends with its unit."""
    return {
        "free_release_hours": slots.FREE_RELEASE // _HOUR,
        "release_undo_minutes": slots.UNDO_WITHIN // _MINUTE,
        "clock_in_minutes": slots.CLOCK_IN_EARLY // _MINUTE,
        "swap_hours": slots.SWAP_UNTIL // _HOUR,
        "shift_hours_a_day": seating.HOURS_A_DAY,
        "shift_hours_a_week": seating.HOURS_A_WEEK,
        "approval_days": work.AUTO_APPROVAL_AFTER // _DAY,
        "correction_days": corrections.CORRECT_WITHIN // _DAY,
        "application_days": opportunities.DECIDE_WITHIN // _DAY,
        "dispute_open_days": subjects.OPEN_WITHIN // _DAY,
        "dispute_answer_days": deadlines.ANSWER_WITHIN,
        "dispute_decision_days": deadlines.DECIDE_WITHIN,
        "rating_days": ratings.RATE_WITHIN // _DAY,
    }
