"""What cannot wait: danger, nowhere to stay, a child without a school."""

from __future__ import annotations

from dialogs.conversation import AddToCase, Button, HandOff, Part, Ref, State
from dialogs.engine import again, agenda, asking, reviewing, talk, telling
from dialogs.engine.work import Work
from dialogs.recognise.reading import Alarm
from dialogs.recognise.story import understand

YES_OR_NO = (
    Button("yes", "product:yes_now", alone=True),
    Button("no", "product:no_go_on", alone=True),
)


def emergency_parts(work: Work) -> tuple[Part, ...]:
    """The emergency number of the country where the family is, first line.

    The country counts as soon as it is named, confirmed or not; before that it is the one
    number of the European Union.
    """
    return (("product:emergency", {"numbers": Ref("emergency", _where(work))}),)


def _where(work: Work) -> str:
    """The code of the country where the family is, "" if it did not say."""
    status, country = work.c.answers.get("status"), work.c.answers.get("country")
    if status is not None and status.value in ("domestic", "back"):
        return "LV"
    if country is not None and country.value:
        return str(country.value)
    recogniser = work.edition.programme.recogniser
    told = "\n".join([*(each.text for each in work.c.story), work.raw])
    found = understand(told, work.today, recogniser)
    if found.status in ("domestic", "back"):
        return "LV"
    return found.country.code if found.country is not None else ""


def raised(work: Work, alarm: Alarm, said: str) -> bool:
    """Act on an alarm in what was said; False when the talk should simply go on.

    Before the notice is read only the emergency number is given, and nothing is kept.
    """
    if work.c.notice is None:
        if alarm.kind in ("danger", "unclear"):
            for name, args in emergency_parts(work):
                # Before a language is chosen the number is said in each: nobody has to guess.
                work.note(name if work.c.language else "@emergency", **args)
        return False
    if alarm.kind == "unclear":
        if "unclear" in work.c.told:
            return False
        work.change(told=(*work.c.told, "unclear"))
        telling.add(work, said)
        work.open(
            "unclear",
            (*emergency_parts(work), ("product:help_now", {})),
            YES_OR_NO,
        )
        return True
    if work.c.alarm == alarm.kind:
        if work.c.case is not None:
            talk.promise(work)
            work.effects.append(AddToCase("message", said))
            work.say(
                *emergency_parts(work) if alarm.kind == "danger" else (("product:passed_on", {}),)
            )
            return True
        return False
    telling.add(work, said)
    urgent(work, alarm.kind)
    return True


def urgent(work: Work, kind: str) -> None:
    """Hand over at once; then only how to reach the family is asked."""
    work.close()
    if work.c.case is None:
        telling.count_understood(work)
    work.change(alarm=kind)
    lead: tuple[Part, ...] = emergency_parts(work) if kind == "danger" else ()
    lead = (*lead, (f"product:urgent_{kind}", {}), ("product:urgent_read", {"opens": Ref("opens")}))
    if work.c.case is None:
        work.change(case=reviewing.case_ref(work))
        work.effects.append(HandOff(kind))
        agenda.build(work, later=False)
    else:
        talk.promise(work)
        work.effects.append(AddToCase("alarm", kind))
    work.change(resume="")
    if "contact" in work.edition.questions and agenda.unsettled(work.c, "contact"):
        work.stand(State.ASKING)
        work.change(resume="urgent")
        asking.ask(work, "contact", lead=lead)
    else:
        work.stand(State.SENT)
        work.say(*lead, *reviewing.case_parts(work))


def unclear_tap(work: Work, value: str) -> None:
    """Whether help is needed now."""
    if value == "yes":
        urgent(work, "danger")
    else:
        work.close()
        again.put_again(work)
