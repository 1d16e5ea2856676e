"""Reading YAML files: roles, question bank, FAQ, retention rules, SMS texts."""

from pathlib import Path
from typing import Any

import yaml


def load_yaml(path: Path) -> Any:
    """The content of the file, read with libyaml because some files are long."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
