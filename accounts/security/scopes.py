"""What programs of partners may be allowed to do, as `scopes.yaml` tells it.

The file is the only place where scopes are kept; an endpoint names its group as `scope`.
"""

from functools import cache
from pathlib import Path

from hitouch.core import yaml_files

FILE = Path(__file__).parent / "scopes.yaml"
REALM = 'Bearer realm="HitouchCX"'


@cache
def all_scopes() -> dict[str, str]:
    """Every scope, such as `work:read`, with its sentence for people."""
    groups = yaml_files.load_yaml(FILE).items()
    return {f"{group}:{verb}": says for group, verbs in groups for verb, says in verbs.items()}
