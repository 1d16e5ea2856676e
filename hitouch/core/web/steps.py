"""A step of a multi-step process, for the steps component."""

from dataclasses import dataclass
from typing import Literal

StepState = Literal["done", "open", "later"]


@dataclass(frozen=True)
class Step:
    """One step, with its state, URL and hint."""

    key: str
    title: str
    state: StepState
    url: str
    hint: str = ""
    #: Whether the person has done their part and waits for staff or a provider.
    waits: bool = False
