#!/usr/bin/env python
"""HitouchCX's command line: `python manage.py help` lists what it can do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(f"A setting is missing or wrong. {fault}")
    except OSError as fault:
        if not fault.filename:
            raise
        sys.exit(f"{fault.filename}: {fault.strerror}. HITOUCH_VAR names the folder for data.")


if __name__ == "__main__":
    main()
