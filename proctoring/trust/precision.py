"""How far a detector can be trusted: the share of its findings that people confirmed. No Django."""

from dataclasses import dataclass
from math import sqrt

#: 95 % of a normal distribution lie within so many standard deviations.
Z = 1.96
#: With fewer rulings of people nothing is concluded.
LEAST_RULINGS = 20


@dataclass(frozen=True)
class Precision:
    """Confirmed and overturned findings, with the share confirmed and its 95 % interval."""

    confirmed: int
    overturned: int

    @property
    def ruled(self) -> int:
        return self.confirmed + self.overturned

    @property
    def share(self) -> float | None:
        """The share confirmed; None without any ruling."""
        return self.confirmed / self.ruled if self.ruled else None

    @property
    def low(self) -> float | None:
        return self._interval()[0] if self.ruled else None

    @property
    def high(self) -> float | None:
        return self._interval()[1] if self.ruled else None

    @property
    def says(self) -> str:
        """The share with its interval, in percent."""
        if self.share is None:
            return "not known yet"
        low, high = self._interval()
        return f"{self.share:.0%} ({low:.0%} to {high:.0%})"

    @property
    def bar(self) -> tuple[float, float, float]:
        """The low end, the width of the interval and the share, of 100."""
        if self.share is None:
            return 0, 0, 0
        low, high = self._interval()
        return round(100 * low, 1), round(100 * (high - low), 1), round(100 * self.share, 1)

    def _interval(self) -> tuple[float, float]:
        """The interval of Wilson (1927), which holds for few rulings and near 0 and 1."""
        n, p = self.ruled, self.confirmed / self.ruled
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def is_below(self, least: float) -> bool:
        """Whether enough people ruled, and confirmed too few."""
        return self.ruled >= LEAST_RULINGS and self.confirmed < least * self.ruled
