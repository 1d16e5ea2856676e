"""Word lists and patterns of the measures, from `data/*.yaml`."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from hitouch.core.files.yaml_files import load_yaml

_FOLDER = Path(__file__).with_name("data")


@cache
def load(name: str) -> Any:
    """The content of a file."""
    return load_yaml(_FOLDER / f"{name}.yaml")


@cache
def words(name: str) -> frozenset[str]:
    """A list of `words.yaml`."""
    return frozenset(load("words")[name].split())


@cache
def any_of(name: str) -> re.Pattern[str]:
    """A pattern that finds any of the patterns of a list in `words.yaml`."""
    return re.compile("|".join(load("words")[name]), re.I | re.M)


def fill(pattern: str, parts: dict[str, str]) -> str:
    """A pattern with each name in angle brackets replaced by its part."""
    for name, part in parts.items():
        pattern = pattern.replace(f"<{name}>", part)
    return pattern
