"""The pages of ``majup run`` put together: web chat, case page, studio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from bot.channels.webchat import WebChat
from bot.links import Links
from bot.mails import Mails
from bot.moving import Moving
from bot.settings import Settings
from bot.web.cases import CasePages
from bot.web.chat import Chat
from bot.web.pages import Pages
from bot.web.sign_in import Entrance
from bot.web.studio.studio import Studio

if TYPE_CHECKING:
    from bot.channels.telegram_bot import TelegramChannel
    from bot.office import Office


def office_pages(
    office: Office, channel: WebChat, settings: Settings, telegram: TelegramChannel | None = None
) -> list[Route]:
    """The routes; from now on the office's turns know links between channels."""
    editions = office.turns.editions
    links = Links(office.store.keys.derive("links"), office.clock)
    moving = Moving(
        office.store, office.committer, editions, office.buttons, links, settings.public_url
    )
    office.turns.moving = moving
    if telegram is not None:
        moving.bot_name = lambda: telegram.username
    pages = Pages(editions, settings.public_url)
    chat = Chat(
        office.store, channel, pages, moving, office.turns, frames=settings.chat_frames
    )
    mails = Mails(editions, links, settings.public_url, office.store.keys.find)
    if settings.smtp_url:
        office.turns.speech.mails = mails
    entrance = Entrance(office.store, office.committer, pages, links, mails)
    desk = CasePages(office, pages, entrance)
    studio = Studio(office, pages, entrance)
    return [
        pages.files(), *chat.routes(), *entrance.routes(), *desk.routes(), *studio.routes(),
        pages.nowhere(),
    ]  # fmt: skip
