"""Live sittings and a proctor's session in the site that is measured.

Import this after `Site.set_up_django`: it loads the models.
"""

from django.test import Client
from django.utils import timezone

from conftest import make_staff, sign_in
from proctoring.console.announcements import tell_consoles
from proctoring.models import Sitting
from proctoring.tests.support.live import live_sittings, observe


def fill(number: int) -> tuple[list[Sitting], str]:
    """So many live sittings, and the session of a proctor."""
    sittings = live_sittings(number, timezone.now(), stills=1)
    user = make_staff("Console", "proctor")
    return sittings, sign_in(Client(HTTP_HOST="127.0.0.1"), user).cookies["sessionid"].value


def record(sitting: Sitting) -> int:
    """Record one event of a sitting. Returns the number of the observation."""
    row = observe(sitting, "COPY", timezone.now(), standing="COUNTED", points=1)
    tell_consoles(sitting.pk)
    return int(row.number)
