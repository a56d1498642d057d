"""The proof sheet of a draft, made in a process of its own so that no family's talk waits for it.

Run as ``python -m bot.web.studio.proving LANGUAGE``: the packed draft comes on standard input, the
sheet goes to standard output as Markdown.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from html import escape

from markupsafe import Markup
from msgspec import Struct

from dialogs import compiled_draft, drafting
from dialogs.drafting import Draft

LONGEST = 600.0
"""Seconds after which a proof is given up."""


class Proof(Struct, frozen=True):
    """What came of it: the sheet, whether all of it holds; ``failed`` if there is no sheet."""

    sheet: str
    holds: bool
    failed: bool = False


async def proved(draft: Draft, language: str) -> Proof:
    """The proof of a draft, explained in a language."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.web.studio.proving", language,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LONGEST):
            sheet, _ = await process.communicate(drafting.packed(draft))
    except TimeoutError:
        process.kill()
        return Proof("", False, True)
    except asyncio.CancelledError:
        process.kill()
        raise
    code = process.returncode
    return Proof(sheet.decode(), code == 0, code not in (0, 1) or not sheet)


def main() -> int:
    """Prove the draft on standard input; 0 if all holds, 1 if not, 3 if it cannot be played."""
    from dialogs.programme.programme import programme_with
    from dialogs.proof_sheet import proof_sheet
    from dialogs.prove import prove
    from dialogs.texts import Texts

    os.nice(10)  # families come first
    draft = drafting.unpacked(sys.stdin.buffer.read())
    programme = programme_with(drafting.programme_data(draft))
    made = compiled_draft.compiled(draft, Texts.load(), programme)
    if made.edition is None:
        return 3
    proof = prove(made.edition)
    sys.stdout.write(proof_sheet(made.edition, proof, sys.argv[1]))
    return 0 if proof.holds else 1


_CODE = re.compile(r"`([^`]*)`")


def page_of(sheet: str) -> Markup:
    """The sheet as HTML: lists, a table, chats. Everything in it is escaped."""
    found: list[str] = []
    open_tag = ""
    chat: list[str] | None = None

    def close() -> None:
        nonlocal open_tag
        if open_tag:
            found.append({"ul": "</ul>", "table": "</tbody></table></div>"}[open_tag])
        open_tag = ""

    def words(text: str) -> str:
        return _CODE.sub(r"<code>\1</code>", escape(text))

    for line in sheet.splitlines():
        bare = line.strip()
        if bare.startswith("```"):
            if chat is None:
                close()
                chat = []
            else:
                found.append(f"<pre>{escape(chr(10).join(chat))}</pre>")
                chat = None
        elif chat is not None:
            chat.append(line[2:] if line.startswith("  ") else line)
        elif bare.startswith("|"):
            cells = [cell.strip() for cell in bare.strip("|").split("|")]
            if set(bare) <= set("|-"):
                continue
            if open_tag != "table":
                close()
                head = "".join(f'<th scope="col">{words(cell)}</th>' for cell in cells)
                found.append('<div class="scroll" tabindex="0"><table class="grid"><thead><tr>'
                             f"{head}</tr></thead><tbody>")  # fmt: skip
                open_tag = "table"
            else:
                found.append("<tr>" + "".join(f"<td>{words(c)}</td>" for c in cells) + "</tr>")
        elif bare.startswith("- "):
            if open_tag != "ul":
                close()
                found.append('<ul class="proved">')
                open_tag = "ul"
            found.append(f"<li>{words(bare[2:])}</li>")
        elif bare:
            close()
            found.append(f"<p>{words(bare)}</p>")
    close()
    return Markup("".join(found))  # noqa: S704 - every piece above is escaped or a fixed tag


if __name__ == "__main__":
    sys.exit(main())
