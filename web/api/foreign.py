"""`POST /foreign-draws`: a draw that was held elsewhere, as JSON."""

from datetime import UTC
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from actions.foreign_draws import DrawDoesNotFit, bring_in_draw
from inspection.foreign_draws import ForeignDraw, ForeignProblem, ForeignSeat, ForeignVisit
from inspection.registration.problems import RowProblem, Severity
from notifications.load_report import what_is_wrong, what_would_be_right
from storage import api_reading as stored
from web.api.models import Moment, Out, Text
from web.api.operation import Answer, Call, FieldProblem
from web.api.problems import Trouble

_ID = Annotated[Text, Field(min_length=1, max_length=14)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OfficerIn(_In):
    """One of the team, by the number in the register here."""

    department: Annotated[Text, Field(min_length=1, max_length=12)] = Field(description="e.g. `market`")
    officer: _ID
    lead: bool = Field(False, description="At most one, of the lead department; else its first is the lead.")


class VisitIn(_In):
    """One drawn object with its team."""

    object: _ID
    items: list[_ID] = Field([], max_length=50, description="Empty for all items of the scheme.")
    stratum: Text = Field("", max_length=60)
    team: list[OfficerIn] = Field(max_length=50)


class ForeignDrawIn(_In):
    """外部抽取: the whole batch; it is taken in as a whole or not at all."""

    platform: Annotated[Text, Field(min_length=1, max_length=60)] = Field(description="As people call it.")
    batch: Annotated[Text, Field(min_length=1, max_length=60)] = Field(
        description="The platform's own number."
    )
    scheme: Annotated[Text, Field(min_length=1, max_length=10)] = Field(
        description="A filed scheme here, led by the token's department."
    )
    drawn_at: AwareDatetime
    drawn_by: Text = Field("", max_length=60, description="Who held the draw.")
    evidence_sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = Field(
        "", description="SHA-256, hex, of the platform's own record of it."
    )
    visits: list[VisitIn] = Field(min_length=1, max_length=5000)


class ForeignDrawOut(Out):
    """What it became here; `is_new` is false where the same batch was there before."""

    selection_id: str
    scheme_id: str
    platform: str
    batch: str
    drawn_at: Moment
    is_new: bool
    inspections: list[str]


def bring_in(call: Call) -> Answer:
    """201 where it is new, 200 where the same batch was there before."""
    said: ForeignDrawIn = call.body
    try:
        brought = bring_in_draw(
            call.records,
            _draw(said),
            department=call.department,
            district=call.district,
            by=None,
            actor=call.actor,
            at=call.at,
        )
    except DrawDoesNotFit as refusal:
        errors = [_problem(one) for one in refusal.problems[:100]]
        raise Trouble(422, "draw_does_not_fit", errors=errors, number=len(refusal.problems)) from None
    selection = brought.selection
    answer = ForeignDrawOut(
        selection_id=selection.id,
        scheme_id=selection.scheme_id,
        platform=selection.platform,
        batch=selection.batch,
        drawn_at=selection.chosen_at,
        is_new=brought.is_new,
        inspections=stored.inspections_of_selection(call.records, selection.id),
    )
    return Answer(answer, 201 if brought.is_new else 200)


def _draw(said: ForeignDrawIn) -> ForeignDraw:
    visits = tuple(
        ForeignVisit(
            object_id=one.object,
            team=tuple(ForeignSeat(seat.department, seat.officer, seat.lead) for seat in one.team),
            items=tuple(one.items),
            stratum=one.stratum,
        )
        for one in said.visits
    )
    return ForeignDraw(
        platform=said.platform,
        batch=said.batch,
        scheme_id=said.scheme,
        drawn_at=said.drawn_at.astimezone(UTC),
        drawn_by=said.drawn_by,
        evidence_sha256=said.evidence_sha256,
        visits=visits,
    )


_NAMES = {
    "object_id": "object",
    "scheme_id": "scheme",
    "is_lead": "lead",
}


def _problem(found: ForeignProblem) -> FieldProblem:
    place = found.place
    parts = [] if place.visit is None else ["visits", str(place.visit)]
    parts += [] if place.seat is None else ["team", str(place.seat)]
    parts += [_NAMES.get(place.field, place.field)] if place.field else []
    row = RowProblem("", "", 0, "", "", found.code, Severity.ERROR, found.facts)
    zh, en = (what_is_wrong(row, language) + what_would_be_right(row, language) for language in ("zh", "en"))
    return FieldProblem(pointer="".join(f"/{one}" for one in parts), code=found.code, detail=zh, detail_en=en)
