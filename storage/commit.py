"""Group commit: writes of many conversations share one transaction.

While one batch commits in the writer's thread, the next gathers on the loop. A caller's
``commit`` returns when its write is safely stored, or raises what kept it out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from storage.batch import Outcome, Writer
from storage.store import Store
from storage.write import Committed, Mark, Waiting, Write

HandOver = Callable[[Sequence[Waiting], Sequence[str]], None]
"""Takes the rows now owed, in order, and the ids of families just erased."""

_log = structlog.get_logger(__name__)

_Item = tuple[Write, asyncio.Future[Committed]]

_MOST = 256  # writes in one transaction
_LINGER = 0.05  # seconds a sent-mark waits for a batch to ride in
_BUSY = 3  # writes in a batch from which the next one gathers for a moment
_BEFORE_CLOSING, _TRIES = 2.0, 4  # seconds, and how often, marks are tried while it closes
_GATHER = 0.012  # seconds; a commit costs as much processor time as ten more writes in it


def _nobody(_rows: Sequence[Waiting], _erased: Sequence[str]) -> None:
    """Rows stay in the table until a relay reads them."""


class Committer:
    """The one writer of turns in this process. End it with ``close``, which drains it."""

    def __init__(self, store: Store, hand_over: HandOver = _nobody) -> None:
        self.hand_over = hand_over
        self._store = store
        self._writer = Writer(store)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="majup-commit")
        self._waiting: deque[_Item] = deque()
        self._marks: list[Mark] = []
        self._marked: asyncio.Future[None] | None = None
        self._hurry = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._busy = False
        self.batches = 0

    @property
    def statements(self) -> int:
        """Statements run so far, BEGIN and COMMIT not counted."""
        return self._writer.statements

    async def commit(self, write: Write) -> Committed:
        """Store a write; returns after COMMIT.

        Raises Seen (its update was committed before), Stale (made from what is no longer so),
        NotStored (the database refuses), or what ``finish`` raised; then nothing of it is stored.
        """
        if self._closing:
            raise RuntimeError("the committer is closed")
        future: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, future))
        self._start()
        self._wake.set()
        return await future

    def mark(self, mark: Mark) -> asyncio.Future[None]:
        """Record what became of owed rows, with the next batch; the future tells when."""
        loop = asyncio.get_running_loop()
        self._marks.append(mark)
        if self._marked is None:
            self._marked = loop.create_future()
            loop.call_later(_LINGER, self.hurry)
        self._start()
        return self._marked

    def hurry(self) -> None:
        """Do not let marks wait any longer for a batch."""
        if self._marks:
            self._hurry = True
            self._wake.set()

    async def close(self) -> None:
        """Store all that waits, then stop."""
        self._closing = True
        self.hurry()
        self._wake.set()
        if self._task is not None:
            await self._task
        self._thread.submit(self._writer.close)
        self._thread.shutdown(wait=True)

    def _start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="commit")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        tries = _TRIES
        while True:
            if not self._waiting and not (self._marks and (self._hurry or self._closing)):
                if self._closing:
                    return
                await self._wake.wait()
                self._wake.clear()
                continue
            if self._busy and not self._closing:
                await asyncio.sleep(_GATHER)
            taken = self._take()
            self._busy = len(taken) >= _BUSY
            marks, self._marks = self._marks, []
            marked, self._marked = self._marked, None
            self._hurry = False
            writes = [write for write, _ in taken]
            try:
                outcome = await loop.run_in_executor(self._thread, self._writer.run, writes, marks)
            except Exception as error:  # noqa: BLE001 - else whoever waits would wait for ever
                outcome = Outcome([error for _ in writes], [], [], marked=False)
            self.batches += 1
            self._settle(taken, outcome)
            if outcome.marked:
                if marked is not None:
                    _release(marked)
            elif self._closing and not tries:
                _log.error("commit.marks_lost", marks=len(marks))  # these messages go once more
                if marked is not None:
                    _release(marked)
            else:
                self._keep(marks, marked)
                if self._closing:
                    tries -= 1
                    await asyncio.sleep(_BEFORE_CLOSING / _TRIES)

    def _take(self) -> list[_Item]:
        """The next batch: at most one write for each family, case, update and address."""
        taken: list[_Item] = []
        left: list[_Item] = []
        busy: set[object] = set()
        while self._waiting and len(taken) < _MOST:
            item = self._waiting.popleft()
            wanted = _touches(item[0])
            (taken if busy.isdisjoint(wanted) else left).append(item)
            busy.update(wanted)
        self._waiting.extendleft(reversed(left))
        return taken

    def _settle(self, taken: list[_Item], outcome: Outcome) -> None:
        if outcome.owed or outcome.erased:
            try:
                self.hand_over(outcome.owed, outcome.erased)
            except Exception as error:  # noqa: BLE001 - what is stored is stored: callers must hear of it
                _log.error("commit.hand_over", error=type(error).__name__)
        for (_, future), result in zip(taken, outcome.results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _keep(self, marks: list[Mark], marked: asyncio.Future[None] | None) -> None:
        """Marks that could not be stored ride again; who waits for them waits on."""
        self._marks[:0] = marks
        if self._marked is None:
            self._marked = marked
        elif marked is not None:
            waiting = marked
            self._marked.add_done_callback(lambda _: _release(waiting))
        asyncio.get_running_loop().call_later(1.0, self.hurry)


def _release(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _touches(write: Write) -> list[object]:
    """What two writes of one batch may not share."""
    wanted: list[object] = []
    if write.update is not None:
        wanted.append(write.update)
    if write.new_address is not None:
        wanted.append(("address", write.new_address.channel, write.new_address.value))
    if write.family:
        wanted.append(("family", write.family))
    for case in write.cases:
        wanted.append(case.number)
    return wanted
