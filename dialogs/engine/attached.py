"""What is not one's own text: each gets a sensible answer, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.answers import Read
from dialogs.conversation import State
from dialogs.engine import again, agenda, asking, human
from dialogs.engine.work import Work

PAPERS = frozenset({"photo", "document", "video"})
VOICES = frozenset({"voice", "audio", "video_note"})


def received(work: Work, text: Callable[[Work, str], None]) -> None:
    """A voice message, photo, sticker, location, contact card and the like.

    ``text`` takes a caption on as if it had been typed.
    """
    turn = work.turn
    if work.c.notice is None:
        work.note("product:not_kept_yet")
        again.put_again(work)
        return
    if turn.kind == "contact":
        _contact(work)
        return
    if turn.extra == "forward":
        # Somebody else's words are theirs: they are neither this family's story nor its answer.
        work.note("product:foreign_forward")
        again.put_again(work)
        return
    open_now = work.c.prompt.path if work.c.prompt is not None else ""
    question = agenda.question_of(work.edition, open_now)
    if question is not None and question.kind == "attachment" and turn.extra in PAPERS:
        file = {"file": turn.extra, "message": turn.message}
        asking.give(work, open_now, Read(file), work.clean(turn.text.strip()), "typed")
        return
    if turn.kind == "location":
        work.note("product:no_location")
    elif turn.extra in VOICES:
        work.note("product:no_voice")
    elif turn.extra in PAPERS:
        work.note("product:no_files")
    else:
        work.note("product:nice_but_write")
    if turn.text.strip():
        text(work, turn.text)
    else:
        again.put_again(work)


def _contact(work: Work) -> None:
    """A contact card: counts only as one's own number, and only where a number is asked for."""
    prompt = work.c.prompt
    question = agenda.question_of(work.edition, prompt.path) if prompt is not None else None
    if work.turn.extra == "foreign":
        work.note("product:foreign_contact")
        again.put_again(work)
    elif question is not None and question.kind in ("contact", "phone"):
        work.raw = work.turn.extra
        asking.text(work, work.turn.extra)
    elif prompt is not None and work.c.state is State.HUMAN and prompt.path == "phone":
        work.raw = work.turn.extra
        human.text(work, work.turn.extra)
    else:
        work.note("product:contact_later")
        again.put_again(work)
