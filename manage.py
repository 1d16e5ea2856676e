#!/usr/bin/env python
"""HitouchCX's command line: `python manage.py help` lists what it can do."""

import os
import sys
from pathlib import Path

try:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
except ModuleNotFoundError:
    sys.exit("This Python has no Django. `make run` makes .venv; type .venv/bin/python manage.py …")

from hitouch.stack import development
from hitouch.stack.errors import StackError

WITHOUT_SETTINGS = {"help", "version", "-h", "--help", "--version"}
PROJECT = Path(__file__).resolve().parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
    try:
        if sys.argv[1:2] != ["up"]:
            development.use_settings(PROJECT)
            development.require_servers(PROJECT, sys.argv[1:])
        if set(sys.argv[1:2]) - WITHOUT_SETTINGS:
            bool(settings.DEBUG)  # `shell` would start without settings and hide what is missing
        execute_from_command_line(sys.argv)
    except StackError as fault:
        sys.exit(str(fault))
    except ImproperlyConfigured as fault:
        sys.exit(f"A setting is missing or wrong. {fault}{hint()}")
    except OSError as fault:
        if not fault.filename:
            raise
        sys.exit(f"{fault.filename}: {fault.strerror}. HITOUCH_VAR names the folder for data.")


def hint() -> str:
    """A hint for development; a deployment names its settings."""
    if development.is_deployment():
        return ""
    return " To develop, start `make run` first: it sets up a site with its own settings."


if __name__ == "__main__":
    main()
