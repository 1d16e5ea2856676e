"""The ASGI application: pages and API by Django, sockets by Channels."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
http = get_asgi_application()

from hitouch import routing  # noqa: E402  (apps must be loaded before)
from hitouch.core.monitoring import start_checks  # noqa: E402
from hitouch.core.web.loaded_code import freeze_loaded_code  # noqa: E402
from hitouch.core.web.origins import OriginOrTicket  # noqa: E402

origins = [settings.BASE_URL, *settings.CSRF_TRUSTED_ORIGINS]
if settings.DEBUG:
    origins += ["127.0.0.1", "localhost", "[::1]"]  # without a scheme: on any port

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": OriginOrTicket(
            AuthMiddlewareStack(URLRouter(routing.websocket_urlpatterns)), origins
        ),
    }
)
freeze_loaded_code()
start_checks.log_in_background()
