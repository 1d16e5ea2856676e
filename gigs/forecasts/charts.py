"""The chart of a day: bars of planned seats and the line of what is needed, by half hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gigs.forecasts.proposals import Day

STEP, HEIGHT, FOOT = 16, 120, 18
WIDTH = STEP * 48


@dataclass(frozen=True)
class ChartBar:
    """A rectangle of the chart."""

    kind: str
    x: int
    y: float
    height: float
    width: int = STEP


@dataclass(frozen=True)
class Chart:
    """What is drawn; `words` says it for those who do not see it."""

    bars: Sequence[ChartBar]
    needed: str
    words: str
    hours: Sequence[tuple[int, str]]
    width: int = WIDTH
    height: int = HEIGHT
    full_height: int = HEIGHT + FOOT


def chart_of(day: Day, highest: int) -> Chart:
    """The chart of a day, on the scale of the week."""
    scale = HEIGHT / max(highest, 1)
    words = (
        f"{day.name}: {day.short / 2:g} hours short of seats, {day.over / 2:g} hours more than "
        "needed. The table below has the numbers."
    )
    hours = [
        (STEP * 2 * hour, f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}")
        for hour in range(0, 24, 4)
    ]
    return Chart(list(_bars(day, scale)), _line(day, scale), words, hours)


def _bars(day: Day, scale: float) -> Iterator[ChartBar]:
    for number, each in enumerate(day.half_hours):
        met = min(each.seats_needed, each.seats_planned)
        for kind, low, high in (
            ("planned", 0, met),
            ("over", met, each.seats_planned),
            ("short", met, each.seats_needed),
        ):
            if high > low:
                top = HEIGHT - high * scale
                yield ChartBar(kind, number * STEP, round(top, 1), round((high - low) * scale, 1))


def _line(day: Day, scale: float) -> str:
    """The steps of the need, as an SVG path."""
    parts: list[str] = []
    for number, each in enumerate(day.half_hours):
        level = round(HEIGHT - each.seats_needed * scale, 1)
        parts.append(f"{'L' if parts else 'M'}{number * STEP},{level} H{(number + 1) * STEP}")
    return " ".join(parts)
