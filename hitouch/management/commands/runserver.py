"""Django's `runserver`, which reloads changed code, on the port beside the one of `make run`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.management.commands import runserver

PORT_OF_DJANGO = 8000


def port_beside(base_url: str) -> str:
    """The next port, so that this server and the one of `make run` can run together."""
    port = urlsplit(base_url).port or PORT_OF_DJANGO
    return str(port + 1 if port < 65535 else PORT_OF_DJANGO)


class Command(runserver.Command):
    """`manage.py runserver`, with the database, the broker and the worker of `make run`."""

    help = (
        "Start Django's web server, which reloads changed code, beside the site of `make run` "
        "(default: its port plus one). It has no WebSockets; links in messages lead to that site."
    )
    default_port = port_beside(settings.BASE_URL) if settings.DEBUG else str(PORT_OF_DJANGO)
