"""What stands in a panel: numbers, and a few rows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Figure:
    """A number of a panel: money in paise, or a count in a unit."""

    key: str
    title: str
    paise: int | None = None
    count: int | None = None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class PanelLine:
    """One row of a panel."""

    key: str
    title: str
    note: str = ""
    url: str = ""
    state: str = ""
    word: str = ""
    tone: str = "plain"
    at: datetime | None = None
    #: When somebody has to have answered.
    due_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    paise: int | None = None
