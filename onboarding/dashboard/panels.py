"""The parts of an agent's home, and where each stands."""

from dataclasses import dataclass
from enum import IntEnum

from onboarding.dashboard.lines import Figure, PanelLine


class PanelPosition(IntEnum):
    """Where on the page a panel stands."""

    SHIFTS = 1
    MONEY = 2
    APPLICATIONS = 3
    MESSAGES = 4
    LEVEL = 5
    STANDING = 6


ICONS = {
    PanelPosition.SHIFTS: "clock",
    PanelPosition.MONEY: "money",
    PanelPosition.APPLICATIONS: "work",
    PanelPosition.LEVEL: "check",
    PanelPosition.MESSAGES: "help",
    PanelPosition.STANDING: "person",
}


@dataclass(frozen=True)
class Empty:
    """What a panel teaches while there is nothing in it: why, and the one thing to do."""

    text: str
    action: str
    url: str


@dataclass(frozen=True)
class Panel:
    """One part of the page: figures, rows, and the page with all of it."""

    place: PanelPosition
    title: str
    url: str
    link: str
    figures: tuple[Figure, ...] = ()
    lines: tuple[PanelLine, ...] = ()
    empty: Empty | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """What programs know it by."""
        return self.place.name.lower()

    @property
    def icon(self) -> str:
        """The symbol beside its title."""
        return ICONS[self.place]
