"""Logging: one line an event, as text or JSON, never with a word that a person wrote."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(form: str = "text") -> None:
    """Send every log line to stderr, libraries' warnings included."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
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
