"""The staff roles, as `roles.yaml` tells them. The file is the only place they are kept."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hitouch.core import yaml_files

FILE = Path(__file__).parent / "roles.yaml"


@dataclass(frozen=True)
class Role:
    """A role: what it is for, which apps it sees and which rows it changes in the admin."""

    name: str
    says: str
    sees: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


@cache
def all_roles() -> dict[str, Role]:
    """Every role by its name."""
    return {name: Role(name=name, **facts) for name, facts in yaml_files.load_yaml(FILE).items()}
