"""The reliability curve of a calibration as points of a plot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SIZE = 200


@dataclass(frozen=True)
class CurvePoint:
    """One bin: mean probability, share that was right, and how many messages."""

    probability: float
    share: float
    count: int

    @property
    def x(self) -> float:
        """From the left, in units of the plot."""
        return round(self.probability * SIZE, 1)

    @property
    def y(self) -> float:
        """From the top, in units of the plot."""
        return round((1 - self.share) * SIZE, 1)


@dataclass(frozen=True)
class CurvePlot:
    """The points, and the line through them."""

    points: list[CurvePoint]

    @property
    def line(self) -> str:
        """As SVG's `points`."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def words(self) -> str:
        """The plot for who cannot see it."""
        return "; ".join(
            f"of {point.count} with probability {point.probability:.2f}, {point.share:.0%} right"
            for point in self.points
        )


def plot_of(bins: Iterable[Mapping[str, Any]]) -> CurvePlot | None:
    """The plot of a curve as stored: bins with `probability`, `share` and `count`."""
    points = [
        CurvePoint(float(row["probability"]), float(row["share"]), int(row["count"]))
        for row in bins
        if row.get("count")
    ]
    return CurvePlot(points) if points else None
