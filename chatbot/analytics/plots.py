"""Plots of figures by day, in the units of a drawing that is 360 wide: as wide as a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chatbot.analytics.episodes import EpisodeOutcome
from chatbot.analytics.queries import FiguresPeriod, RangeFigures

WIDTH, HEIGHT, FULL_HEIGHT = 360, 130, 150
#: Room on the left for the numbers of the axis.
LEFT = 34
MOST_LABELS = 5
#: Stands where there is nothing to show.
NOTHING = "-"
OUTCOMES = (
    (EpisodeOutcome.FAQ, "Answered from the FAQ"),
    (EpisodeOutcome.SUGGESTION, "Answered by a suggestion"),
    (EpisodeOutcome.FACTS, "Answered from the own record"),
    (EpisodeOutcome.AI, "Answered by AI"),
    (EpisodeOutcome.CUSTOM, "Custom question"),
    (EpisodeOutcome.TICKET, "Ticket"),
    (EpisodeOutcome.UNANSWERED, "No answer"),
)


@dataclass(frozen=True)
class Rect:
    """A part of a bar; `series` is its number, from 1, for the style sheet."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Plot:
    """A plot with its words, its legend and its table."""

    key: str
    title: str
    description: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    bars: Sequence[Rect] = ()
    paths: Sequence[tuple[int, str]] = ()
    dots: Sequence[tuple[int, float, float]] = ()
    labels: Sequence[Label] = ()
    lines: Sequence[float] = ()
    legend: Sequence[tuple[int, str]] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.bars and not self.dots


def outcomes_plot(found: RangeFigures) -> Plot:
    """Episodes of each day by outcome, one on the other."""
    periods = found.periods
    highest = max((period.summary.count("episodes") for period in periods), default=0)
    step = (WIDTH - LEFT) / max(len(periods), 1)
    bars = []
    for number, period in enumerate(periods):
        base = float(HEIGHT)
        for series, (outcome, _) in enumerate(OUTCOMES, 1):
            count = period.summary.count("outcomes", outcome)
            if count:
                height = count / highest * (HEIGHT - 10)
                base -= height
                bars.append(
                    Rect(series, _r(LEFT + number * step), _r(base), _r(step * 0.85), _r(height))
                )
    return Plot(
        key="outcomes",
        title="How questions ended",
        description=f"Questions of people until an outcome, by {_unit(found)}. "
        f"At most {highest} in a {_unit(found)}.",
        columns=[label for _, label in OUTCOMES],
        rows=[
            (period.name, [str(period.summary.count("outcomes", each)) for each, _ in OUTCOMES])
            for period in periods
        ],
        bars=bars,
        labels=[*_dates(periods, step), *_scale(highest, str)],
        lines=_grid(),
        legend=[(series, label) for series, (_, label) in enumerate(OUTCOMES, 1)],
    )


def rates_plot(found: RangeFigures) -> Plot:
    """Answered, FAQ and escalation rates of each day."""
    series: list[tuple[str, Callable[[FiguresPeriod], float | None]]] = [
        ("Answered, no return within a day", lambda period: period.summary.answer_rate),
        ("First reply from the FAQ", lambda period: period.summary.faq_hit_rate),
        ("Ticket", lambda period: period.summary.escalation_rate),
    ]
    return _line_plot(found, "rates", "Rates", series, highest=1.0, text=percent)


def times_plot(found: RangeFigures) -> Plot:
    """Mean and 95th percentile of the time until Help replied."""
    series: list[tuple[str, Callable[[FiguresPeriod], float | None]]] = [
        ("95 of 100 replies within", lambda period: _seconds(period, "p95")),
        ("Mean", lambda period: _seconds(period, "mean")),
    ]
    return _line_plot(found, "times", "Seconds until Help replied", series, text=seconds_text)


def satisfaction_plot(found: RangeFigures) -> Plot:
    """Thumbs up of answers, and satisfied ratings of tickets."""
    series: list[tuple[str, Callable[[FiguresPeriod], float | None]]] = [
        ("Thumbs up of all thumbs", lambda period: period.summary.helpful_rate),
        ("Satisfied with support after Help", lambda period: period.summary.satisfied_after_help),
        ("Satisfied with support alone", lambda period: period.summary.satisfied_direct),
    ]
    return _line_plot(found, "satisfaction", "Satisfaction", series, highest=1.0, text=percent)


def _line_plot(
    found: RangeFigures,
    key: str,
    title: str,
    series: Sequence[tuple[str, Callable[[FiguresPeriod], float | None]]],
    *,
    text: Callable[[float | None], str],
    highest: float = 0,
) -> Plot:
    periods = found.periods
    values = [[value(period) for period in periods] for _, value in series]
    known = [number for row in values for number in row if number is not None]
    highest = highest or max(known, default=0) or 1
    step = (WIDTH - LEFT) / max(len(periods), 1)
    paths, dots = [], []
    for number, row in enumerate(values, 1):
        points = [
            None
            if value is None
            else (_r(LEFT + (at + 0.5) * step), _r(HEIGHT - value / highest * (HEIGHT - 10)))
            for at, value in enumerate(row)
        ]
        paths.append((number, _path(points)))
        dots += [(number, *point) for point in points if point is not None]
    return Plot(
        key=key,
        title=title,
        description=f"{title}, by {_unit(found)}: {', '.join(label for label, _ in series)}.",
        columns=[label for label, _ in series],
        rows=[
            (period.name, [text(row[at]) for row in values]) for at, period in enumerate(periods)
        ],
        paths=[(number, path) for number, path in paths if path],
        dots=dots,
        labels=[*_dates(periods, step), *_scale(highest, text)],
        lines=_grid(),
        legend=[(number, label) for number, (label, _) in enumerate(series, 1)],
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """A line through the points, with a gap where there is none."""
    parts, command = [], "M"
    for point in points:
        if point is None:
            command = "M"
            continue
        parts.append(f"{command}{point[0]:g},{point[1]:g}")
        command = "L"
    return " ".join(parts)


def _dates(periods: Sequence[FiguresPeriod], step: float) -> list[Label]:
    every = max(1, -(-len(periods) // MOST_LABELS))
    return [
        Label(_r(LEFT + number * step), FULL_HEIGHT - 4, period.name)
        for number, period in enumerate(periods)
        if number % every == 0
    ]


def _scale(highest: float, text: Callable[[float], str]) -> list[Label]:
    """The numbers of the axis: nothing, and the highest."""
    return [Label(0, HEIGHT, text(0)), Label(0, 14, text(highest))]


def _grid() -> list[float]:
    return [HEIGHT + 0.5, 10.5]


def _seconds(period: FiguresPeriod, name: str) -> float | None:
    times = period.summary.times.get("ALL")
    milliseconds = getattr(times, name) if times else None
    return None if milliseconds is None else milliseconds / 1000


def _unit(found: RangeFigures) -> str:
    return "week" if found.is_weekly else "day"


def _r(number: float) -> float:
    return round(number, 1)


def percent(value: float | None) -> str:
    """Such as "83%"; a dash for none."""
    return NOTHING if value is None else f"{value * 100:.0f}%"


def seconds_text(value: float | None) -> str:
    """Such as "1.4 s"; a dash for none."""
    return NOTHING if value is None else f"{value:.1f} s"


def duration_text(seconds: float | None) -> str:
    """Such as "0.3 s", "4 min" or "2.5 h"; a dash for none."""
    if seconds is None:
        return NOTHING
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
