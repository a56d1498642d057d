"""The script as a whole: its file, its history, the list of its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.names import told
from bot.web.studio.sitting import number
from bot.web.studio.workshop import Clash, Faulty
from dialogs.loader import load_script
from dialogs.spots import Spots
from dialogs.yaml_edit import EditFault

if TYPE_CHECKING:
    from bot.web.studio.script_room import ScriptRoom
    from bot.web.studio.sitting import Sitting

SHOWN = 60
"""Faults and versions listed on one page."""


class WholeScript:
    """Pages about the whole script."""

    def __init__(self, room: ScriptRoom) -> None:
        self.room = room
        self.studio = room.studio
        self.workshop = room.workshop

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [
            route("/studio/script.yaml", self.download),
            route("/studio/file", self.upload, "GET", "POST"),
            route("/studio/history", self.history),
            route("/studio/history/{number}", self.restore, "POST"),
            route("/studio/anew", self.anew, "POST"),
        ]

    async def download(self, sit: Sitting) -> Response:
        """The draft as a file, with its comments."""
        head = await self.workshop.head()
        name = f"{head.script}-{head.number}.yaml"
        return Response(
            head.draft.source, media_type="application/yaml; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip

    async def upload(self, sit: Sitting) -> Response:
        """A file takes the place of the draft's script; translations stay."""
        bench = await self.room.bench(sit)
        faults = []
        if sit.ask.request.method == "POST":
            data = sit.ask.files.get("file", b"")
            text = data.decode("utf-8-sig", "replace") if data else ""
            made = await self.workshop.uploaded(text, bench.head)
            loaded = load_script(text, "script.yaml")
            if loaded.script is None:
                spots = Spots(None, loaded.positions)
                faults = [
                    told(fault, spots.of(fault), self.studio.texts, sit.language)
                    for fault in loaded.faults
                ]
            else:
                try:
                    await self.workshop.replaced(
                        sit.who, sit.version, made, ("uploaded",)
                    )
                except Clash:
                    self.studio.tell(sit, self.studio.say(sit.language, "clash_short"))
                except (EditFault, Faulty):
                    self.studio.tell(sit, self.studio.say(sit.language, "other_script",
                                                          id=bench.head.script))  # fmt: skip
                else:
                    self.studio.tell(sit, self.studio.say(sit.language, "saved"))
                return self.studio.pages.go("/studio")
        return await self.room.page(
            sit, bench, "file.html", 422 if faults else 200, faults=faults[:SHOWN]
        )

    async def history(self, sit: Sitting) -> Response:
        """All edits; each version can be taken up again."""
        bench = await self.room.bench(sit)
        rows = await self.room.history(sit, SHOWN)
        return await self.room.page(sit, bench, "history.html", rows=rows)

    async def restore(self, sit: Sitting) -> Response:
        """An earlier version becomes the draft again; what came after it stays in the history."""
        wanted = number(sit.ask.part("number"))
        known = {each.number for each in await self.workshop.history(300)}
        if wanted and wanted not in known:
            return await self.studio.nowhere(sit)
        made = await self.workshop.at(wanted) if wanted else await self.workshop.published()
        try:
            await self.workshop.replaced(
                sit.who, sit.version, made, ("restored", str(wanted))
            )
            self.studio.tell(sit, self.studio.say(sit.language, "saved"))
        except (Clash, EditFault, Faulty):
            self.studio.tell(sit, self.studio.say(sit.language, "clash_short"))
        return self.studio.pages.go("/studio/history")

    async def anew(self, sit: Sitting) -> Response:
        """The draft begins again with what holds."""
        try:
            await self.workshop.anew(sit.who, sit.version)
            self.studio.tell(sit, self.studio.say(sit.language, "saved"))
        except Clash:
            self.studio.tell(sit, self.studio.say(sit.language, "clash_short"))
        return self.studio.pages.go("/studio")
