"""Logging configuration: structured lines with the request id, personal data masked."""

import logging.config
import sys
from typing import Any

import structlog

from hitouch.log_masks import mask_value

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
#: Values of a line that the site makes itself.
OUR_OWN = frozenset({"timestamp", "level"})
#: Libraries whose INFO logs contain documents, codes or URLs.
QUIET = ("httpx", "httpcore")


def mask_personal_data(logger: object, name: str, line: Any) -> Any:
    """Mask what looks like personal data in every value of the line, and in odd keys."""
    return {
        key if key.isidentifier() else mask_value(key): value
        if key in OUR_OWN
        else mask_value(value)
        for key, value in line.items()
    }


def configuration(*, debug: bool) -> dict[str, Any]:
    """Logging as JSON lines, or as words while developing."""
    words = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    last = words if debug else structlog.processors.JSONRenderer()
    finish: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        mask_personal_data,
        last,
    ]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": finish,
        "foreign_pre_chain": SHARED,
    }
    level = "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "uvicorn.access": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            **{key: {"level": "WARNING"} for key in QUIET},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Set up the standard library's logging and structlog alike."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
