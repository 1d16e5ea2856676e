"""The staff roles, read from `roles.yaml`, which is their only source."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hitouch.core.files import yaml_files

FILE = Path(__file__).parent / "roles.yaml"


@dataclass(frozen=True)
class Role:
    """A role: its purpose, the apps it can view and the models it can change in the admin."""

    name: str
    says: str
    sees: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


@cache
def all_roles() -> dict[str, Role]:
    """Every role by its name."""
    return {name: Role(name=name, **facts) for name, facts in yaml_files.load_yaml(FILE).items()}
