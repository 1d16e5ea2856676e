"""The WSGI application, for pages and API under gunicorn with threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
application = get_wsgi_application()

from hitouch.core.monitoring import start_checks  # noqa: E402  (apps must be loaded before)

start_checks.log_in_background()
