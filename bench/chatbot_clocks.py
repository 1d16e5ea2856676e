"""Clocks of support on generated calendars, against a count of the minutes one by one.

`bench/chatbot_clocks.py 200` compares on 200 calendars. A calendar has up to four periods a day,
some holidays and pauses; compared are the reason of every minute, the working time of a span, and
the moment at which a target is reached. The counter (`chatbot/tests/desk/minute_counter.py`)
shares no code with the calendar.
"""

import random
import sys
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from _harness import report

from chatbot.desk.calendar import ClockReason, Pause, WorkingCalendar, WorkingPeriod
from chatbot.tests.desk.minute_counter import MinuteCounter

CALENDARS = 1000
MINUTE = timedelta(minutes=1)
FIRST = datetime(2026, 11, 20, tzinfo=UTC)
#: Spans and targets of one calendar lie within so many minutes.
MOST = 14 * 1440
REASONS = ("RESOLVED", "ON_HOLD", "WAITING_FOR_PERSON")
Hours = dict[int, list[tuple[time, time]]]
PauseOf = tuple[str, datetime, datetime | None]


def main() -> None:
    """Compare and report."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CALENDARS
    drawn = random.Random(20261201)
    differing = {"reasons": 0, "spans": 0, "targets": 0, "gaps": 0}
    minutes, ours_seconds, counter_seconds = 0, 0.0, 0.0
    for _ in range(count):
        hours, holidays, pauses = hours_of(drawn), holidays_of(drawn), pauses_of(drawn)
        calendar = calendar_of(hours, holidays)
        stops = [Pause(ClockReason(reason), start, end) for reason, start, end in pauses]
        counter = MinuteCounter(hours, holidays, pauses)
        start = FIRST + drawn.randrange(4000) * MINUTE
        end = start + drawn.randrange(MOST) * MINUTE
        target = drawn.randrange(1, 3000)

        began = clock.process_time()
        found = calendar.explain(start, end, stops)
        spent = calendar.working_time(start, end, stops)
        due = calendar.add(start, target * MINUTE, stops)
        ours_seconds += clock.process_time() - began

        began = clock.process_time()
        reasons = counter.reasons(start, end)
        reached = counter.reached(start, target, MOST)
        counter_seconds += clock.process_time() - began

        said = [each.reason.value for each in found for _ in range(each.length // MINUTE)]
        differing["reasons"] += said != reasons
        differing["spans"] += spent != reasons.count("WORKING") * MINUTE
        later = due is None or due > start + MOST * MINUTE
        differing["targets"] += due != reached if reached else not later
        differing["gaps"] += any(one.end != two.start for one, two in pairwise(found))
        minutes += len(reasons)
    print(f"{count:,} calendars, {minutes:,} minutes explained")
    ours, counted = ours_seconds / count * 1000, counter_seconds / count * 1000
    print(f"calendar {ours:.2f} ms, counter {counted:.2f} ms each")
    report({f"calendars whose {name} differ": (number, 0) for name, number in differing.items()})


def hours_of(drawn: random.Random) -> Hours:
    """Periods of each weekday, which may touch, overlap or be none."""
    hours: Hours = {}
    for weekday in range(7):
        pairs = []
        for _ in range(drawn.choice([0, 1, 1, 2, 2, 3, 4])):
            first, last = sorted(drawn.sample(range(1440), 2))
            pairs.append((time(*divmod(first, 60)), time(*divmod(last, 60))))
        hours[weekday] = pairs
    return hours


def holidays_of(drawn: random.Random) -> set[date]:
    """Up to five days near the span."""
    days = range(-1, 20)
    return {FIRST.date() + timedelta(days=day) for day in drawn.sample(days, drawn.randrange(6))}


def pauses_of(drawn: random.Random) -> list[PauseOf]:
    """Pauses that may overlap, one in six without an end."""
    pauses: list[PauseOf] = []
    for _ in range(drawn.randrange(5)):
        start = FIRST + drawn.randrange(MOST) * MINUTE
        end = None if drawn.random() < 1 / 6 else start + drawn.randrange(5000) * MINUTE
        pauses.append((drawn.choice(REASONS), start, end))
    return pauses


def calendar_of(hours: Hours, holidays: set[date]) -> WorkingCalendar:
    """The calendar of the desk with these hours."""
    periods = {day: [WorkingPeriod(*pair) for pair in pairs] for day, pairs in hours.items()}
    return WorkingCalendar(periods, dict.fromkeys(holidays, "Holiday"))


if __name__ == "__main__":
    main()
