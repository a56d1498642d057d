"""Texts and their entities as Telegram reads them."""

from __future__ import annotations

from html import escape

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.telegram import html
from tests.telegram.refusal import Refusal

HTML = [
    ("<b>a</b>", "a", [("bold", 0, 1)]),
    ("a &lt;b&gt; &amp;amp; &quot; &nbsp; & &#65;", 'a <b> &amp; " &nbsp; & A', []),
    ("😀<i>ā</i>", "😀ā", [("italic", 2, 1)]),
    (" <u> x</u> \n", "x", [("underline", 0, 1)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
    ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)]),
    ('<a href="https://a.lv/?b=1&amp;c=2">x</a>', "x", [("text_link", 0, 1)]),
    ("<a href='not a link'>x</a>", "x", []),
    ('<a href="tg://user?id=7">x</a>', "x", [("text_mention", 0, 1)]),
    ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
    ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
    ("<B>x</B>", "x", [("bold", 0, 1)]),
    ("a\r\n\tb\x07\u202ec", "a\n\tb c", []),
]


@pytest.mark.parametrize(("source", "text", "entities"), HTML)
def test_html(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    shown, found = html.formatted(source, "HTML", None)
    assert shown == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


MARKUP = st.text(st.sampled_from("<>/&;#b u=\"'\nā😀x"), max_size=40)


@given(st.text(max_size=60))
def test_escaped_text_arrives_as_written(text: str) -> None:
    written = "".join(char for char in text if not 0xD800 <= ord(char) < 0xE000)
    shown, entities = html.formatted(escape(written), "HTML", None)
    assert shown == html.clean(written).strip()
    assert entities == []


@given(MARKUP)
def test_parser_is_total(source: str) -> None:
    try:
        shown, entities = html.formatted(source, "HTML", None)
    except Refusal as refusal:
        assert refusal.code == 400
        return
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= html.utf16(shown)


def test_lone_surrogate_is_refused() -> None:
    with pytest.raises(Refusal, match="UTF-8"):
        html.formatted("\ud800", None, None)
