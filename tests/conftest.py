"""What all tests share."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest
import structlog


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-transcripts", action="store_true", help="write the golden transcripts anew"
    )
    parser.addoption(
        "--model-plays", default="12", help="how many plays of the whole (tests/test_model.py)"
    )


def pytest_sessionfinish() -> None:
    if "tests.postgres" in sys.modules:
        sys.modules["tests.postgres"].end()


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command that a test runs sets up the logs of the whole process; the next starts afresh."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def update_transcripts(request: pytest.FixtureRequest) -> bool:
    """Whether the transcripts are to be written anew."""
    return bool(request.config.getoption("--update-transcripts"))
