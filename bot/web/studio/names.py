"""What the parts of a script are called on the pages: questions, values, conditions, faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from babel import Locale, UnknownLocaleError
from msgspec import Struct

from dialogs import wording
from dialogs.compiled_draft import Compiled
from dialogs.condition_words import Op, parsed, sentence
from dialogs.conditions import TYPE_OF_KIND, Type
from dialogs.drafting import Draft
from dialogs.faults import WORDS, Fault
from dialogs.languages import shipped
from dialogs.loader import load_script
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.script import Question, Script
from dialogs.spots import Spot, Spots
from dialogs.texts import Texts
from dialogs.transcript import plain
from dialogs.truth import WAYS, YES_NO

Say = Callable[..., str]


@cache
def tongue(code: str, language: str) -> str:
    """A language's name in a language: "krievu"; its own name, or its code, otherwise."""
    try:
        name = Locale.parse(code).get_display_name(language) or code
    except (UnknownLocaleError, ValueError):
        name = code
    listed = shipped().get(code)
    if name == code and listed is not None:
        return listed.name
    return name[:1].upper() + name[1:]


class Value(Struct, frozen=True):
    """A value that can be picked for a test, and what it is called."""

    value: str
    label: str


class Pick(Struct, frozen=True):
    """A name that can be tested: what it is called, what it holds, the values it can have.

    ``typed`` if a value is written, not picked; ``ops`` are the comparisons that make sense.
    """

    name: str
    label: str
    type: Type
    ops: tuple[Op, ...]
    values: tuple[Value, ...] = ()
    typed: bool = False


OPS: dict[Type, tuple[Op, ...]] = {
    Type.TEXT: ("is", "is_not", "one_of", "none_of", "answered", "unanswered"),
    Type.NUMBER: ("least", "most", "is", "is_not", "answered", "unanswered"),
    Type.FLAG: ("yes", "no"),
    Type.LIST: ("has", "has_not", "answered", "unanswered"),
}


class Names:
    """The names of one draft in one language."""

    def __init__(self, script: Script, texts: Texts, language: str, say: Say) -> None:
        self.script = script
        self.texts = texts
        self.language = language
        self.say = say
        self.questions: dict[str, Question] = {
            question.id: question for section in script.sections for question in section.questions
        }
        self.groups: Mapping[str, str] = {
            question.id: section.group or ""
            for section in script.sections
            for question in section.questions
        }

    def said(self, name: str, english: str) -> str:
        """A text of the script in the page's language, else in English."""
        found = self.texts.translation(self.language, f"{self.script.script}:{name}", english)
        return found if isinstance(found, str) else english

    def title(self, name: str) -> str:
        """What a question, a value of the programme or a derived one is called."""
        question = self.questions.get(name)
        if question is not None:
            return plain(self.said(f"{name}.title", question.title))
        if name in PROGRAMME_VALUES:
            return self.say(f"value.{name}")
        for ending in ("_from", "_to"):
            inner = self.questions.get(name.removesuffix(ending))
            if name.endswith(ending) and inner is not None:
                return f"{self.title(inner.id)} ({self.say(f'value.{ending[1:]}')})"
        return name

    def label(self, name: str, value: str) -> str:
        """What a value of a name is called."""
        question = self.questions.get(name)
        if name == "needs" or (question is not None and question.kind == "needs"):
            key = f"needs:{value}.family"
            return self.texts.say(self.language, key) if key in self.texts.entries else value
        if question is None:
            return value
        for choice in question.choices:
            if choice.id == value:
                return plain(self.said(f"{name}.{choice.id}.text", choice.text))
        if question.kind == "yes_no" and value in YES_NO:
            return self.texts.say(self.language, f"product:{value}")
        if question.kind == "country":
            return wording.country(self.language, value)
        if question.kind == "contact" and value in WAYS:
            return self.say(f"way.{value}")
        return value

    def condition(self, source: str | None) -> str:
        """A condition in words; as it is written where it says more than tests can."""
        if not source:
            return self.say("asked_always")
        tree = parsed(source)
        if tree is None:
            return source

        def words(test: str, /, **args: object) -> str:
            return self.say(f"test.{test}", **args)

        return sentence(tree, words, self.title, self.label)

    def kind(self, kind: str) -> str:
        """What a kind of answer is called."""
        return self.say(f"kind.{kind}")

    def picks(self, group: str = "", but: str = "") -> list[Pick]:
        """The names a condition of a question in this group may test, in asking order."""
        found = []
        for name, question in self.questions.items():
            if name == but or self.groups[name] not in ("", group):
                continue
            if question.kind in ("story", "attachment", "note"):
                continue
            type_ = TYPE_OF_KIND[question.kind]
            values = self.values(question)
            label = self.title(name)
            ops = OPS[type_]
            if question.required or question.kind == "group":
                ops = tuple(op for op in ops if op not in ("answered", "unanswered"))
            if type_ is not Type.NUMBER and not values:
                ops = ("answered", "unanswered")
            found.append(Pick(name, label, type_, ops, values, type_ is Type.NUMBER))
        for name, (type_name, follows) in PROGRAMME_VALUES.items():
            inside = {self.groups.get(each, "") for each in follows if each in self.groups}
            if name in self.questions or not inside:
                continue
            if name != "oldest" and not inside <= {"", group}:
                continue  # the oldest child's age is one value, though it comes from many
            type_ = Type(type_name)
            ops = tuple(op for op in OPS[type_] if op not in ("answered", "unanswered"))
            found.append(Pick(name, self.title(name), type_, ops, (), type_ is Type.NUMBER))
        for derived in self.script.derived:
            found.append(Pick(derived.id, derived.id, Type.FLAG, OPS[Type.FLAG]))
        return found

    def values(self, question: Question) -> tuple[Value, ...]:
        """The values a question's answer can have, as far as they can be listed."""
        ids: tuple[str, ...] = ()
        if question.choices:
            ids = tuple(choice.id for choice in question.choices)
        elif question.kind == "yes_no":
            ids = YES_NO
        elif question.kind == "needs":
            prefix, ending = "needs:", ".family"
            ids = tuple(
                name[len(prefix) : -len(ending)]
                for name in self.texts.entries
                if name.startswith(prefix) and name.endswith(ending)
            )
        elif question.kind == "contact":
            ids = tuple(WAYS)
        elif question.kind == "country":
            ids = _countries()
        found = [Value(each, self.label(question.id, each)) for each in ids]
        if question.kind == "country":
            found.sort(key=lambda each: each.label.casefold())
        return tuple(found)


@cache
def _countries() -> tuple[str, ...]:
    codes = map(str, Locale("en").territories)
    return tuple(code for code in codes if len(code) == 2 and code.isalpha())


class Told(Struct, frozen=True):
    """A fault for the page: where it belongs, what is wrong, what to do."""

    spot: Spot
    code: str
    message: str
    remedy: str
    language: str = ""
    line: int = 0

    @property
    def anchor(self) -> str:
        """The form's field it stands at."""
        if self.spot.index >= 0:
            return f"{self.spot.field}-{self.spot.index}"
        return self.spot.field


def told(fault: Fault, spot: Spot, texts: Texts, language: str) -> Told:
    """A fault in plain words."""
    args = {
        key: texts.say(language, f"faults:word.{value[1:]}")
        if key in WORDS and isinstance(value, str) and value.startswith("@")
        else " ".join(str(value).split())
        for key, value in fault.args.items()
    }
    message = texts.say(language, f"faults:{fault.code}.message", **args)
    own = f"studio:remedy.{fault.code}"  # where the remedy speaks of files, the forms have another
    remedy = texts.say(
        language, own if own in texts.entries else f"faults:{fault.code}.remedy", **args
    )
    if "meant" in fault.args:
        remedy = texts.say(language, "faults:word.meant", **args) + " " + remedy
    return Told(spot, fault.code, message, remedy, str(fault.args.get("language", "")), fault.line)


def all_told(compiled: Compiled, texts: Texts, language: str) -> list[Told]:
    """All faults of a draft in plain words."""
    if compiled.loaded.script is None:
        return [told(fault, Spot(), texts, language) for fault in compiled.faults]
    spots = Spots(compiled.script, compiled.loaded.positions)
    return [told(fault, spots.of(fault), texts, language) for fault in compiled.faults]


def shape_faults(draft: Draft, texts: Texts, language: str) -> list[Told]:
    """Why a draft is no script any more, at the fields of its form."""
    loaded = load_script(draft.source)
    spots = Spots(loaded.script, loaded.positions)
    return [told(fault, spots.of(fault), texts, language) for fault in loaded.faults]
