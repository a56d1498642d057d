"""Talks on the web, handed to the office as its pages do."""

from __future__ import annotations

import itertools

from bot.channels.channel import Key
from bot.channels.webchat import Act
from dialogs.conversation import State
from storage import conversations
from storage.store import new_id
from tests.web.office import Served


class WebTalk:
    """One family at the web chat, without a browser."""

    def __init__(self, served: Served, chat: str = "") -> None:
        self.served = served
        self.chat = chat or new_id()
        self.acts = itertools.count(1)

    async def do(self, **fields: str) -> None:
        """One act: text=, token= or command=."""
        await self.served.webchat.act(self.chat, Act(f"a{next(self.acts)}", **fields))
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until nothing is owed; a note of the story waits three seconds."""
        await self.served.quiet()

    async def keys(self) -> list[Key]:
        """The buttons of the newest message that has any."""
        page = await self.served.webchat.page(self.chat)
        for bubble in reversed(page.bubbles):
            if bubble.rows:
                return [key for row in bubble.rows for key in row]
        return []

    async def tap(self, label: str) -> None:
        """Tap the button whose label begins so."""
        page = await self.served.webchat.page(self.chat)
        for bubble in reversed(page.bubbles):
            for row in bubble.rows:
                for key in row:
                    if key.label.startswith(label):
                        await self.do(token=key.token)
                        return
        raise LookupError(label)

    async def texts(self) -> list[str]:
        """Everything the bot said that is still there."""
        page = await self.served.webchat.page(self.chat)
        return [bubble.html for bubble in page.bubbles if not bubble.own]

    async def state(self) -> State:
        """Where the conversation stands."""
        known = await conversations.find(self.served.office.store, "web", self.chat)
        assert known is not None and known.conversation is not None
        return known.conversation.state

    async def begun(self) -> None:
        """Language chosen, notice read."""
        await self.do(command="start")
        await self.tap("Latviešu")
        await self.tap("Izlasīju, sākam")

    async def asked(self) -> None:
        """Answer whatever is asked until the review, then send."""
        for _ in range(40):
            if await self.state() is State.SENT:
                return
            keys = await self.keys()
            labels = [key.label for key in keys]
            send = next((k for k in keys if k.label.startswith("Nosūtīt koordinatoram")), None)
            if send is not None:
                await self.do(token=send.token)
            elif "Izlaist" in labels:
                await self.tap("Izlaist")
            else:
                await self.do(token=keys[0].token)


STORY = (
    "Dzīvojam Anglijā, gribam uz Smilteni 2027. gada vasarā. Divi pieaugušie, bērnu nav. "
    "Vīrs šoferis. Kur dabūt dzīvokli?"
)


async def told_by_mail(served: Served, address: str) -> int:
    """A whole intake that chooses mail for answers; gives its case number."""
    talk = WebTalk(served)
    await talk.begun()
    await talk.do(text=STORY)
    await talk.tap("Pareizi")
    for _ in range(30):
        labels = [key.label for key in await talk.keys()]
        if "E-pastā" in labels:
            await talk.tap("E-pastā")
            await talk.do(text=address)
            break
        if "Izlaist" in labels:
            await talk.tap("Izlaist")
        else:
            await talk.do(token=(await talk.keys())[0].token)
    await talk.asked()
    known = await conversations.find(served.office.store, "web", talk.chat)
    assert known is not None and known.conversation is not None
    assert known.conversation.case is not None
    return known.conversation.case.number
