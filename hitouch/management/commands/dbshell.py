"""Django's `dbshell`; uses the psql of the embedded PostgreSQL when the system has none."""

import os
from typing import Any

from django.core.management.commands import dbshell

from hitouch.stack import binaries
from hitouch.stack.errors import StackError


class Command(dbshell.Command):
    """`manage.py dbshell`, and after `--` what psql understands: `dbshell -- -c 'SELECT 1'`."""

    def handle(self, **options: Any) -> None:
        """Search the embedded programs last: a system's psql has line editing, theirs has not."""
        try:
            embedded = str(binaries.postgres_program("psql").parent)
        except StackError:  # the package is not installed
            embedded = ""
        searched = [os.environ.get("PATH", os.defpath), embedded]
        os.environ["PATH"] = os.pathsep.join(filter(None, searched))
        super().handle(**options)
