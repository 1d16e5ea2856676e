"""The scopes of partner apps, read from `scopes.yaml`, which is their only source.

An endpoint names its group in the attribute `scope`.
"""

from functools import cache
from pathlib import Path

from hitouch.core.files import yaml_files

FILE = Path(__file__).parent / "scopes.yaml"
REALM = 'Bearer realm="HitouchCX"'


@cache
def all_scopes() -> dict[str, str]:
    """Every scope, such as `work:read`, with its description."""
    groups = yaml_files.load_yaml(FILE).items()
    return {f"{group}:{verb}": says for group, verbs in groups for verb, says in verbs.items()}
