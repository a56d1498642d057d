"""Logging: one line an event, as text or JSON, never with a word that a person wrote."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def brief(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An error by its kind and place only: its own words may be what a person wrote."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
        event["error"] = f"{type(error).__qualname__}{place}"
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name.startswith("asyncio"):
        event["event"] = str(event["event"]).partition("\n")[0]  # what follows shows values
    return event


def set_up(form: str = "text") -> None:
    """Send every log line to stderr, libraries' warnings included."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        brief,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=last)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # These print addresses with the bot token, or every request.
    for name in ("httpx", "httpcore", "aiohttp", "telegram", "uvicorn", "aiosqlite", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
