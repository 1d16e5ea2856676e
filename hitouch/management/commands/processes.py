"""`manage.py processes`: the command lines of the site's processes in production."""

import shlex

from django.conf import settings
from django.core.management.base import BaseCommand

from hitouch.stack import programs


def command_lines() -> dict[str, str]:
    """Each process of a host and its command line, with the arguments of `make run`."""
    argv = {
        "pages": programs.gunicorn_arguments(
            bind="127.0.0.1:8001",
            processes=settings.HITOUCH_WEB_PROCESSES,
            threads=settings.HITOUCH_WEB_THREADS,
        ),
        "sockets": programs.uvicorn_arguments(host="127.0.0.1", port=8002),
        "worker": programs.worker_arguments(processes=settings.HITOUCH_WORKER_PROCESSES),
        "beat": programs.beat_arguments(var=settings.VAR),
    }
    return {name: shlex.join(line) for name, line in argv.items()}


class Command(BaseCommand):
    help = "Prints the command line of each process of a host; beat runs on one host only."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        for name, line in command_lines().items():
            self.stdout.write(f"{name}: {line}")
