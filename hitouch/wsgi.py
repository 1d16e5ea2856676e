"""The WSGI application, for pages and API under gunicorn with threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
application = get_wsgi_application()

from hitouch import celery  # noqa: E402  (apps must be loaded before)

celery.app.set_default()
