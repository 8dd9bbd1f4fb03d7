"""Logs: one line of key=value pairs an event, on standard error, without secrets and without control characters."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

from settings import Settings


def set_up_logs(settings: Settings) -> None:
    """Send our events and those of the libraries to standard error."""
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    logging.basicConfig(
        level=max(level, logging.WARNING), stream=sys.stderr, format="%(name)s %(levelname)s %(message)s"
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _clean,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _clean(_: Any, __: str, event: EventDict) -> EventDict:
    """Keep what came from outside from writing lines or turning the direction of the terminal."""
    return {
        key: "".join(c if c.isprintable() or c == "\n" else " " for c in str(value)) for key, value in event.items()
    }
