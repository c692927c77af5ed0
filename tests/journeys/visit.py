"""A visit of the small scheme, with its confirmed team."""

from dataclasses import dataclass
from typing import Any

from actions.keep_attachment import keep_attachment
from inspection.checklists import AnswerValue
from inspection.states import InspectionState
from notifications.buttons.checklists import AnswerButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.incoming import Attachment
from storage.files import FileStore
from storage.tables.inspections import Inspection
from tests.actions.story import rows_of
from tests.field.pictures import a_picture
from tests.journeys.stages import Stage, everybody_enrolled
from tests.journeys.town import Town


@dataclass(frozen=True)
class Team:
    """`lead` and `market` come for the lead department, `fire` and `other_fire` for the other; `outsider` was not
    drawn. `id` is the inspection's."""

    id: str
    lead: str
    market: str
    fire: str
    other_fire: str
    outsider: str


def confirmed_team(town: Town) -> Team:
    """Plays from the filed scheme of a town where everybody is enrolled; all have read what they heard."""
    town.hold_draw()
    drawn = town.holders_who_hear("assignment_drawn")
    for who in drawn:
        town.press(who, "accept")
    (lead,) = town.holders_who_hear("team_ready")
    town.press(lead, "confirm_team")
    fire, other_fire = (who for who in drawn if who.startswith("fire"))
    with town.store.reading() as records:
        (inspection,) = rows_of(records, Inspection)
    town.read_all()
    return Team(
        id=inspection.id,
        lead=lead,
        market=next(who for who in drawn if who.startswith("market") and who != lead),
        fire=fire,
        other_fire=other_fire,
        outsider=next(f"fire-{n}" for n in range(1, 5) if f"fire-{n}" not in drawn),
    )


def begun(town: Town) -> Team:
    """The same, on site: the visit has begun, the checklist is not yet opened."""
    team = confirmed_team(town)
    town.press(team.lead, "start_visit")
    town.read_all()
    return team


def _enrolled_and_confirmed(town: Town) -> Team:
    everybody_enrolled(town)
    return confirmed_team(town)


def _enrolled_and_begun(town: Town) -> Team:
    everybody_enrolled(town)
    return begun(town)


TEAM = Stage(_enrolled_and_confirmed)
ON_SITE = Stage(_enrolled_and_begun)


class Visit:
    """What people do in it. Without a `team` it plays from the filed scheme until there is one."""

    def __init__(self, town: Town, files: FileStore, team: Team | None = None) -> None:
        self.town, self.files = town, files
        team = team or confirmed_team(town)
        self.id, self.lead, self.market, self.fire = team.id, team.lead, team.market, team.fire
        self.other_fire, self.outsider = team.other_fire, team.outsider

    def read_all(self) -> None:
        self.town.read_all()

    def photo(self, colour: str = "teal") -> Attachment:
        return keep_attachment(self.files, a_picture(colour=colour), file_name="IMG.jpg")

    def answer(self, who: str, question: str, value: AnswerValue) -> None:
        self.town.press_data(who, AnswerButton(value, self.id, question))

    def rows(self, kind: type[Any]) -> list[Any]:
        with self.town.store.reading() as records:
            return rows_of(records, kind)

    def state(self) -> InspectionState:
        state: InspectionState = self.rows(Inspection)[0].state
        return state

    def fill_in(self, who: str, important: str, ordinary: str) -> None:
        self.town.press(who, "open_checklist")
        self.answer(who, important, AnswerValue.YES)
        self.town.send_photo(who, self.photo("red" if who == self.lead else "blue"))
        self.answer(who, ordinary, AnswerValue.YES)
        self.town.press(who, "finish_part")
        self.town.press(who, "enter_findings")

    def play_to_submission(self) -> None:
        self.town.press(self.lead, "start_visit")
        self.fill_in(self.lead, "q1", "q2")
        self.town.press(self.lead, "category_clean")
        self.fill_in(self.fire, "q3", "q4")
        self.town.press(self.fire, "category_clean")
        self.town.press_data(self.lead, VisitButton(VisitAct.OVERVIEW, self.id))
        self.town.press(self.lead, "end_visit")
        self.town.press(self.lead, "submit_result")

    def agree(self) -> None:
        """Fire has no reviewer of its own: its head agrees to what its officers found."""
        self.town.press("HD-fire", "agree_findings")

    def refused(self, who: str) -> str:
        """The sentence of the refusal that this person just heard."""
        return self.town.hears(who, "refused").text
