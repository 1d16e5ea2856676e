"""The rules that a new site starts with, from `data/policy.yaml`."""

import json
from pathlib import Path
from typing import Any

from hitouch.core.files import yaml_files

POLICY = Path(__file__).with_name("data") / "policy.yaml"


def default_rules() -> dict[str, Any]:
    """The rules of the file."""
    rules: dict[str, Any] = as_json(yaml_files.load_yaml(POLICY))
    return rules


def as_json(value: Any) -> Any:
    """The value as JSON keeps it: names are text."""
    return json.loads(json.dumps(value))
