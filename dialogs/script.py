"""What a script is: the questions of one interview, as programme staff write them in YAML.

A script is data. It holds no wording in other languages (those are in the catalogues) and no
code; conditions are CEL expressions over the answers. Field docs double as the author's guide.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ChoiceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,24}$")]
"""At most 25 characters: with what stands before it, it travels in a button of 29 bytes."""
Text = Annotated[str, Field(min_length=1, max_length=1200)]
Condition = Annotated[str, Field(min_length=1, max_length=500)]

Kind = Literal[
    "story",
    "needs",
    "text",
    "long_text",
    "number",
    "year",
    "month",
    "date",
    "time",
    "choice",
    "choices",
    "yes_no",
    "country",
    "place",
    "phone",
    "email",
    "contact",
    "attachment",
    "group",
    "note",
]
"""story: the family's own words; needs: the most important needs; time: when somebody moves, as
exact as it was said; yes_no: yes, no, not sure; group: how many there are, then asked per item;
note: is said and asks nothing."""


class Part(BaseModel):
    """Base of all parts of a script: unknown fields are faults, space around a text is dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Choice(Part):
    """One answer that can be tapped: its id is stored, its text is shown."""

    id: ChoiceId
    text: Text
    when: Condition | None = None


class Constraint(Part):
    """A rule the answer must keep; `value` is the answer, other questions by their id."""

    check: Condition
    message: Text


class Question(Part):
    """One question. Its id names its answer in conditions and on the case."""

    id: Id
    was: tuple[Id, ...] = ()
    kind: Kind
    text: Text
    why: Text | None = None
    title: Text
    again: Text | None = None
    differently: Text | None = None
    choices: tuple[Choice, ...] = ()
    same: Text | None = None
    suggest: Id | None = None
    when: Condition | None = None
    required: bool = False
    most: int | None = Field(None, ge=1, le=8)
    minimum: int | None = None
    maximum: int | None = None
    constraints: tuple[Constraint, ...] = ()
    urgent: Condition | None = None
    sensitive: bool = False
    purpose: Text | None = None
    basis: Text | None = None
    retention: Literal["talk", "case"] | None = None
    seen_by: tuple[Literal["coordinator", "municipality"], ...] | None = None


class Section(Part):
    """Questions that belong together, with what the law wants to know about them."""

    id: Id
    title: Text
    purpose: Text
    basis: Text
    retention: Literal["talk", "case"]
    seen_by: tuple[Literal["coordinator", "municipality"], ...] = ("coordinator",)
    later: bool = False
    group: Id | None = None
    when: Condition | None = None
    questions: tuple[Question, ...] = Field(min_length=1)


class Derived(Part):
    """A value worked out from answers, to be used in conditions by its id."""

    id: Id
    value: Condition


class Notice(Part):
    """What the family reads before anything is kept."""

    version: int = Field(ge=1)
    text: Text
    full: Annotated[str, Field(min_length=1, max_length=6000)]


class Script(Part):
    """One interview."""

    script: Id
    title: Text
    welcome: Text
    notice: Notice
    derived: tuple[Derived, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)
