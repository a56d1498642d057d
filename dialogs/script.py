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
    text: Text = Field(description="Label of the button, at most 32 characters.")
    when: Condition | None = Field(None, description="Offered only if this holds.")


class Constraint(Part):
    """A rule the answer must keep; `value` is the answer, other questions by their id."""

    check: Condition
    message: Text = Field(description="Said when the rule is broken: what would be right.")


class Question(Part):
    """One question. Its id names its answer in conditions and on the case."""

    id: Id
    was: tuple[Id, ...] = Field(
        (), description="Ids it had in earlier revisions: their answers are its answers."
    )
    kind: Kind
    text: Text = Field(description="The question as the family reads it.")
    why: Text | None = Field(None, description="One short sentence: why it is asked.")
    title: Text = Field(description="The name of its line in the review, at most 24 characters.")
    again: Text | None = Field(
        None, description="Said when the answer was not understood: what would be, with an example."
    )
    differently: Text | None = Field(
        None, description="The same in other words, when it was not understood a second time."
    )
    choices: tuple[Choice, ...] = Field(
        (), description="For choice and choices: what to pick from."
    )
    same: Text | None = Field(
        None, description="In a group: label of the button that answers for all, with {answer}."
    )
    suggest: Id | None = Field(
        None, description="An earlier question of the same kind: its answer is offered as a button."
    )
    when: Condition | None = Field(None, description="Asked only if this holds.")
    required: bool = Field(False, description="Cannot be skipped.")
    most: int | None = Field(None, ge=1, le=8, description="For choices and needs: picks at most.")
    minimum: int | None = Field(None, description="For number and year: smallest value.")
    maximum: int | None = Field(None, description="For number and year: largest value.")
    constraints: tuple[Constraint, ...] = ()
    urgent: Condition | None = Field(
        None, description="If this holds for the answer, the case is handed over at once."
    )
    sensitive: bool = Field(
        False, description="Never asked inside the talk: offered once after the case number."
    )
    purpose: Text | None = Field(None, description="What the answer is for; else the section's.")
    basis: Text | None = Field(None, description="Legal basis; else the section's.")
    retention: Literal["talk", "case"] | None = Field(
        None, description="How long it is kept; else the section's."
    )
    seen_by: tuple[Literal["coordinator", "municipality"], ...] | None = None


class Section(Part):
    """Questions that belong together, with what the law wants to know about them."""

    id: Id
    title: Text
    purpose: Text = Field(description="What the answers are for, in plain words.")
    basis: Text = Field(description="Legal basis of asking.")
    retention: Literal["talk", "case"] = Field(description="Kept with the talk, or with the case.")
    seen_by: tuple[Literal["coordinator", "municipality"], ...] = ("coordinator",)
    later: bool = Field(False, description="Offered after the case number instead of before.")
    group: Id | None = Field(
        None, description="Asked once per item of this group question; its answers are per item."
    )
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
    full: Annotated[str, Field(min_length=1, max_length=6000)] = Field(
        description="The whole text, shown by /privacy."
    )


class Script(Part):
    """One interview."""

    script: Id
    title: Text
    welcome: Text = Field(description="First screen, before the language is chosen.")
    notice: Notice
    derived: tuple[Derived, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)
