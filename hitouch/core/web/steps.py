"""A step on an ordered way, as the steps component shows it."""

from dataclasses import dataclass
from typing import Literal

StepState = Literal["done", "open", "later"]


@dataclass(frozen=True)
class Step:
    """One step: done, the open one, or one for later."""

    key: str
    title: str
    state: StepState
    url: str
    hint: str = ""
    #: Whether the person has done their part and waits for somebody else's.
    waits: bool = False
