"""The WSGI application, for pages and API under gunicorn with threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
http = get_wsgi_application()

from hitouch.core.monitoring import start_checks  # noqa: E402  (apps must be loaded before)
from hitouch.core.web.loaded_code import freeze_loaded_code  # noqa: E402
from hitouch.core.web.text_encodings import with_text_encodings  # noqa: E402

application = with_text_encodings(http)

freeze_loaded_code()
start_checks.log_in_background()
