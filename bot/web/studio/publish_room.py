"""The room Publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

if TYPE_CHECKING:
    from bot.web.studio.studio import Studio


class PublishRoom:
    """Its pages."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def routes(self) -> list[Route]:
        """The routes."""
        return []
