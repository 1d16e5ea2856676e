"""The whole application, pages and sockets, in a thread of the tests, on the tests' database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import uvicorn
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.db import connection

from tests.support.waiting import DEADLINE_SECONDS, wait_until

HOST = "127.0.0.1"


def in_thread(act: Callable[..., Any], *arguments: Any, **facts: Any) -> Any:
    """Call it beside the event loop that the driver of the browser runs in this thread."""

    def called() -> Any:
        try:
            return act(*arguments, **facts)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(called).result()


class AsgiSite:
    """A server on a free port, until the block ends."""

    def __init__(self) -> None:
        from hitouch import routing

        sockets = AuthMiddlewareStack(URLRouter(routing.websocket_urlpatterns))
        application = ProtocolTypeRouter(
            {
                "http": ASGIStaticFilesHandler(get_asgi_application()),
                "websocket": OriginValidator(sockets, [HOST]),
            }
        )
        settings = uvicorn.Config(
            application,
            host=HOST,
            port=0,
            lifespan="off",
            log_level="error",
            ws="websockets-sansio",
            timeout_graceful_shutdown=2,
        )
        self.server = uvicorn.Server(settings)
        self.thread = threading.Thread(target=self.server.run, name="asgi-site", daemon=True)

    @property
    def url(self) -> str:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://{HOST}:{port}"

    def __enter__(self) -> Self:
        self.thread.start()
        wait_until(lambda: self.server.started, lambda: "the site does not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.should_exit = True
        self.thread.join(DEADLINE_SECONDS)
