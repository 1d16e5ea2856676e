"""Logging configuration: structured lines with the request id, personal data masked."""

import logging.config
import re
import sys
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
#: What must not be logged: codes of 6 digits, phone, Aadhaar and account numbers, PAN,
#: e-mail addresses, bearer tokens.
PERSONAL = re.compile(
    r"(?<![\w-])(?:\+?\d(?:[ -]?\d){7,17}|\d{6}|[A-Z]{5}\d{4}[A-Z])(?![\w-])"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?i:bearer) [\w.~+/-]+"
)
#: Libraries whose INFO logs contain documents, codes or URLs.
QUIET = ("httpx", "httpcore")


def mask_personal_data(logger: object, name: str, line: Any) -> Any:
    """Mask what looks like personal data in every text of the line."""
    for key, value in line.items():
        if key != "timestamp" and isinstance(value, str):
            line[key] = PERSONAL.sub("[masked]", value)
    return line


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
