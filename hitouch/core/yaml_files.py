"""Reading the files that people edit: roles, the question bank, the help's answers."""

from pathlib import Path
from typing import Any

import yaml


def load_yaml(path: Path) -> Any:
    """The file's content, by the parser in C: these files grow long."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
