"""A questionnaire as a script: its YAML, the translations beside it, and what was not carried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any

from msgspec import Struct
from ruamel.yaml import YAML

from dialogs.conditions import Condition, Type, Variables, variables_of
from dialogs.loader import load_script
from dialogs.script import Question, Script
from dialogs.texts import Texts, script_entries
from dialogs.xlsform import expressions
from dialogs.xlsform.catalogue import catalogue
from dialogs.xlsform.expressions import Name, NotCarried
from dialogs.xlsform.survey import TYPES, Asked, Block, Remark, Survey, questions
from dialogs.xlsform.words import button, paragraph, question_id, section_id, title
from dialogs.xlsform.workbook import SHEETS, FormFault, Row, read_workbook

LONGEST_CONDITION = 500
YEARS = (1900, 2100)
_BETWEEN = re.compile(r"\s*\.\s*>=\s*(-?\d{1,9})\s+and\s+\.\s*<=\s*(-?\d{1,9})\s*")
_TRUE, _FALSE = ("yes", "true", "true()", "1"), ("no", "false", "false()", "0", "")
_PARAMETER = re.compile(r"(start|end)\s*=\s*(-?\d{1,9})(?![\d.])")


class Carried(Struct, frozen=True):
    """What a questionnaire became.

    ``catalogues`` are ``.po`` files by language, to stand beside the script; ``questions`` and
    ``rows`` count what is asked now and what the form had.
    """

    script: str
    yaml: str
    catalogues: dict[str, str]
    remarks: tuple[Remark, ...]
    questions: int
    rows: int


def carry(
    data: bytes, texts: Texts, shipped: Script, purpose: str = "", basis: str = ""
) -> Carried:
    """Make a script of a workbook's bytes.

    ``shipped`` lends what a questionnaire has no place for: the first screen, the notice, the
    question how to answer. ``purpose`` and ``basis`` (why all this is asked, and by what right)
    go to every section; without them the script's check asks for them. Raises FormFault for a
    file that is no questionnaire or has nothing that can be asked.
    """
    book = read_workbook(data)
    work = _Carrying(Survey(book), texts, shipped)
    made = work.script(purpose, basis)
    out = StringIO()
    writer = YAML()
    writer.width, writer.allow_unicode = 100, True
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(made, out)
    source = out.getvalue()
    order = {sheet: number for number, sheet in enumerate(SHEETS)}
    remarks = sorted(dict.fromkeys(map(_frozen, work.survey.remarks)),
                     key=lambda each: (order[each[0]], each[1]))  # fmt: skip
    return Carried(
        script=made["script"],
        yaml=source,
        catalogues=work.catalogues(made, source),
        remarks=tuple(Remark(sheet, row, code, dict(given)) for sheet, row, code, given in remarks),
        questions=len(work.made),
        rows=len(book.survey),
    )


def _frozen(remark: Remark) -> tuple[str, int, str, tuple[tuple[str, str], ...]]:
    return remark.sheet, remark.row, remark.code, tuple(remark.given.items())


class _Carrying:
    """One questionnaire on its way. ``said``: language -> name of a text -> text."""

    def __init__(self, survey: Survey, texts: Texts, shipped: Script) -> None:
        self.survey = survey
        self.texts = texts
        self.shipped = shipped
        self.source, *others = survey.languages
        self.said: dict[str, dict[str, str]] = {each: {} for each in others}
        self.made: dict[str, dict[str, Any]] = {}
        self.everywhere: dict[str, Type] = {}
        self.per_item: dict[str, dict[str, Type]] = {}

    # -- texts ------------------------------------------------------------------------------------

    def put(self, into: dict[str, Any], name: str, field: str, texts: Mapping[str, str]) -> None:
        """A text in the source language into the script, in the others into the catalogues."""
        if not any(texts.values()):
            return
        own = texts.get(self.source) or next(filter(None, texts.values()))
        into[field] = own
        for language, text in texts.items():
            if language != self.source and text:
                self.said.setdefault(language, {})[name] = text

    def ours(self, name: str, titles: Mapping[str, str]) -> dict[str, str]:
        """One of our own texts about a label, in every language that the label or we have."""
        label = titles.get(self.source) or next(iter(titles.values()), "")
        return {
            language: self.texts.say(language, f"xlsform:{name}", title=titles.get(language, label))
            for language in dict.fromkeys((self.source, *self.said, *titles))
            if language in self.texts.languages or language == self.source
        }

    # -- the script -------------------------------------------------------------------------------

    def script(self, purpose: str, basis: str) -> dict[str, Any]:
        """The script as plain data."""
        survey = self.survey
        form = survey.settings.get("form_title") or survey.settings.get("form_id") or "form"
        id_ = question_id(survey.settings.get("form_id") or form, {self.shipped.script})
        for block, asked in questions(survey.blocks):
            self.made[asked.id] = self._question(block, asked)
        if not any(each["kind"] not in ("note", "group") for each in self.made.values()):
            raise FormFault("nothing_to_ask")
        self._types()
        derived = self._derived()
        for block, asked in questions(survey.blocks):
            self._conditions(block, asked)
        sections = [
            self._section(block, purpose, basis) for block in survey.blocks if block.questions
        ]
        if all(each["kind"] != "contact" for each in self.made.values()):
            sections.append(self._contact(purpose, basis))
        if not (purpose and basis):
            survey.remarks.append(Remark("survey", 0, "no_purpose"))
        if self.source != "en":
            survey.remarks.append(Remark("survey", 1, "no_english", {"language": self.source}))
        notice = self.shipped.notice
        whole: dict[str, Any] = {"script": id_, "title": title(form), "welcome": "", "notice": {}}
        self._lent(whole, "welcome", "welcome", self.shipped.welcome)
        whole["notice"]["version"] = 1
        self._lent(whole["notice"], "text", "notice.text", notice.text)
        self._lent(whole["notice"], "full", "notice.full", notice.full)
        if derived:
            whole["derived"] = derived
        return {**whole, "sections": sections}

    def _lent(
        self, into: dict[str, Any], field: str, name: str, text: str, own: str = ""
    ) -> None:
        """A text of the shipped script with its translations; ``own`` is its name in the new."""
        into[field] = text
        for language in self.texts.languages:
            found = self.texts.translation(language, f"{self.shipped.script}:{name}", text)
            if isinstance(found, str):
                self.said.setdefault(language, {})[own or name] = found

    def _contact(self, purpose: str, basis: str) -> dict[str, Any]:
        """The shipped question how to answer: without it nobody could."""
        question = next(
            question
            for section in self.shipped.sections
            for question in section.questions
            if question.kind == "contact"
        )
        own: dict[str, Any] = {"id": "contact", "kind": "contact"}
        for field in ("title", "text", "again", "differently"):
            self._lent(own, field, f"contact.{field}", getattr(question, field))
        own["required"] = True
        section: dict[str, Any] = {"id": section_id("contact", self._sections())}
        own_title = f"section.{section['id']}.title"
        self._lent(section, "title", "contact.title", question.title, own_title)
        return {**section, **self._lawful(purpose, basis), "questions": [own]}

    def _sections(self) -> set[str]:
        return {block.id for block in self.survey.blocks}

    @staticmethod
    def _lawful(purpose: str, basis: str) -> dict[str, str]:
        given = {"purpose": purpose, "basis": basis, "retention": "case"}
        return {key: text for key, text in given.items() if text}

    def _section(self, block: Block, purpose: str, basis: str) -> dict[str, Any]:
        own: dict[str, Any] = {"id": block.id}
        form = self.survey.settings.get("form_title") or block.id.replace("_", " ")
        titles = {language: title(text) for language, text in block.labels.items()}
        if not any(titles.values()):
            titles = {self.source: title(form) or block.id}
        self.put(own, f"section.{block.id}.title", "title", titles)
        own |= self._lawful(purpose, basis)
        if block.group:
            own["group"] = block.group
        own["questions"] = [self.made[asked.id] for asked in block.questions]
        return own

    def _question(self, block: Block, asked: Asked) -> dict[str, Any]:
        """A question without its conditions."""
        kind, row, id_ = asked.type.kind, asked.row, asked.id
        own: dict[str, Any] = {"id": id_, "kind": kind}
        titles = {language: title(text) for language, text in asked.labels.items()}
        titles = titles if any(titles.values()) else {self.source: title(id_.replace("_", " "))}
        self.put(own, f"{id_}.title", "title", titles)
        said = {language: paragraph(text) for language, text in asked.labels.items()}
        if asked.text:
            said = self.ours(asked.text, {each: paragraph(t) for each, t in titles.items()})
        if block.group and kind != "note":
            said = {language: f"{{item}}: {text}" for language, text in said.items()}
        self.put(own, f"{id_}.text", "text", said)
        hints = {language: paragraph(text) for language, text in asked.hints.items()}
        self.put(own, f"{id_}.why", "why", hints)
        if kind == "note":
            return own
        needed = row.get("required").lower()
        if needed in _TRUE:
            own["required"] = True
        elif needed not in _FALSE:
            self._left(row, "required", "only_yes_or_no")
        if asked.options:
            own["choices"] = [self._choice(id_, option.id, option.labels)
                              for option in asked.options]  # fmt: skip
            if asked.type.other and all(each["id"] != "other" for each in own["choices"]):
                own["choices"].append(self._choice(id_, "other", self.ours("other", {})))
        self._bounds(own, asked)
        by = row.get("default")
        if by.startswith("${") and by.endswith("}"):
            self._suggested(own, asked, by[2:-1].strip(), block.group)
        return own

    def _choice(self, question: str, id_: str, labels: Mapping[str, str]) -> dict[str, Any]:
        own: dict[str, Any] = {"id": id_}
        said = {language: button(text) for language, text in labels.items()}
        said = said if any(said.values()) else {self.source: id_}
        self.put(own, f"{question}.{id_}.text", "text", said)
        return own

    def _bounds(self, own: dict[str, Any], asked: Asked) -> None:
        """Smallest and largest value: of a range, of a year, of the plainest constraint."""
        kind = own["kind"]
        if kind == "year":
            own["minimum"], own["maximum"] = YEARS
        if kind not in ("number", "group"):
            return
        found = dict(_PARAMETER.findall(asked.row.get("parameters")))
        between = _BETWEEN.fullmatch(asked.row.get("constraint"))
        if between:
            found = {"start": between[1], "end": between[2]}
        low, high = int(found.get("start", 0)), found.get("end")
        if high is not None and int(high) >= low:
            own["minimum"], own["maximum"] = low, int(high)

    def _suggested(self, own: dict[str, Any], asked: Asked, name: str, group: str) -> None:
        """A default that is an earlier answer: it is offered as a button."""
        known = self.survey.names.get(name)
        source = self.made.get(known.id) if known is not None else None
        same = source is not None and source["kind"] == own["kind"] and "choices" not in own
        home = self.survey.group_of.get(known.id, "") if known is not None else ""
        if known is not None and same and home in ("", group) and own["kind"] != "group":
            own["suggest"] = known.id
        else:
            self._left(asked.row, "default", "no_default")

    # -- conditions -------------------------------------------------------------------------------

    def _types(self) -> None:
        """What conditions may read, everywhere or per item."""
        for id_, own in self.made.items():
            group = self.survey.group_of.get(id_, "")
            scope = self.per_item.setdefault(group, {}) if group else self.everywhere
            scope |= variables_of(Question.model_validate(own))

    def _scope(self, group: str) -> Variables:
        return Variables({**self.everywhere, **self.per_item.get(group, {})})

    def _derived(self) -> list[dict[str, str]]:
        """Calculations as derived values, each over those before it."""
        found = []
        for row, id_, source in self.survey.calculated:
            try:
                made = expressions.derived(source, self.survey.look)
                compiled = self._compiled(made.cel, self._scope(""), None)
            except NotCarried as fault:
                self._left(row, "calculation", fault.code, **fault.given)
                self.survey.gone.add(row.get("name"))
                continue
            found.append({"id": id_, "value": made.cel})
            self.everywhere[id_] = compiled.type
            self.survey.names[row.get("name")] = Name(id_, _named(compiled.type), answered=False)
        return found

    def _conditions(self, block: Block, asked: Asked) -> None:
        """Everything of a question that depends on answers."""
        own, row, scope = self.made[asked.id], asked.row, self._scope(block.group)
        parts = [self._condition(outer, "relevant", source, scope)
                 for outer, source in block.conditions]  # fmt: skip
        parts += [asked.when] if asked.when else []
        parts += [self._condition(row, "relevant", row.get("relevant"), scope)]
        parts = [part for part in dict.fromkeys(parts) if part]
        if parts:
            whole = parts[0] if len(parts) == 1 else " && ".join(f"({part})" for part in parts)
            try:
                self._compiled(whole, scope)
                own["when"] = whole
            except NotCarried as fault:
                self._left(row, "relevant", fault.code, **fault.given)
        if own["kind"] == "note":
            return
        self._constraint(own, asked, scope)
        if row.get("choice_filter"):
            self._filter(own, asked, scope)

    def _condition(
        self, row: Row, column: str, source: str, scope: Variables, value: Name | None = None
    ) -> str:
        """A condition of a cell; "" where there is none or it cannot be carried, which is told."""
        if not source:
            return ""
        try:
            made = expressions.condition(source, self.survey.look, value)
            names = dict(scope.types)
            if value is not None:
                names["value"] = _TYPES[value.type]
            self._compiled(made, Variables(names) if value is not None else scope)
        except NotCarried as fault:
            self._left(row, column, fault.code, **fault.given)
            return ""
        return made

    @staticmethod
    def _compiled(source: str, scope: Variables, result: Type | None = Type.FLAG) -> Condition:
        """The compiled condition. Raises NotCarried."""
        if len(source) > LONGEST_CONDITION:
            raise NotCarried("too_long_expression")
        made = Condition.compile(source, scope, result)
        if isinstance(made, Condition):
            return made
        name = str(made[0].args.get("name", ""))
        code = "uses_inside" if made[0].code == "unknown_name" else "not_an_expression"
        raise NotCarried(code, name=name, text=source[:40])

    def _constraint(self, own: dict[str, Any], asked: Asked, scope: Variables) -> None:
        source = asked.row.get("constraint")
        if _BETWEEN.fullmatch(source) and "minimum" in own:
            return
        ids = {option.row.get("name"): option.id for option in asked.options}
        value = Name("value", TYPES.get(own["kind"], "text"), ids, answered=False)
        made = self._condition(asked.row, "constraint", source, scope, value)
        if made:
            rule: dict[str, Any] = {"check": made}
            said = {language: paragraph(text) for language, text in asked.messages.items()}
            said = said if any(said.values()) else self.ours("rule", {})
            self.put(rule, f"{asked.id}.rule1.message", "message", said)
            own["constraints"] = [rule]

    def _filter(self, own: dict[str, Any], asked: Asked, scope: Variables) -> None:
        """A choice filter: each choice gets the condition that its own cells make of it."""
        if not asked.options:
            return
        found: dict[str, str] = {}
        columns = {column: "" for option in asked.options for column in option.row.cells}
        for option in asked.options:
            cells = {**columns, **option.row.cells}
            try:
                made = expressions.condition(
                    asked.row.get("choice_filter"), self.survey.look, None, cells
                )
                self._compiled(made, scope)
            except NotCarried as fault:
                self._left(asked.row, "choice_filter", fault.code, **fault.given)
                return
            found[option.id] = made
        for choice in own["choices"]:
            made = found.get(choice["id"], "")
            if made and made != "true":
                choice["when"] = made

    def _left(self, row: Row, column: str, code: str, **given: str) -> None:
        """Tell that an expression was left out, and why."""
        self.survey.remark(row, f"left_{code}", column=column, **given)

    # -- translations -----------------------------------------------------------------------------

    def catalogues(self, made: dict[str, Any], source: str) -> dict[str, str]:
        """The ``.po`` files of the form's other languages."""
        script = load_script(source).script
        if script is None:
            script = _whole(made)
        entries = [(entry.name, entry.text) for entry in script_entries(script)]
        prefix = len(script.script) + 1
        found = {}
        for language in sorted({*self.said, *({self.source} - {"en"})}):
            own = language == self.source
            said = self.said.get(language, {})
            # In the form's own language the script's text is the translation already.
            texts = [(name, text, said.get(name[prefix:]) or (text if own else ""))
                     for name, text in entries]  # fmt: skip
            found[language] = catalogue(language, texts)
        return {language: text for language, text in found.items() if language != "en"}


def _whole(made: dict[str, Any]) -> Script:
    """The script with what its author has still to write, only to know its texts."""
    lawful = {"purpose": "–", "basis": "–"}
    sections = [{**lawful, **section} for section in made["sections"]]
    return Script.model_validate({**made, "sections": sections})


_TYPES = {"number": Type.NUMBER, "list": Type.LIST, "flag": Type.FLAG}
_TYPES |= {"text": Type.TEXT, "date": Type.TEXT}


def _named(kind: Type) -> str:
    return {Type.NUMBER: "number", Type.LIST: "list", Type.FLAG: "flag"}.get(kind, "text")
