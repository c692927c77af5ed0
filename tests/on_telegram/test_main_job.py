"""The main job from the filed scheme to the public result, every word and press of it on Telegram."""

from inspection.states import InspectionState
from storage import inbox
from storage.tables.inspections import Inspection
from storage.tables.messaging import OutboxLine, OutboxState
from tests.actions.story import rows_of
from tests.journeys.whole_journey import Journey
from tests.on_telegram.town import TelegramTown
from tests.stores import on_both
from tests.telegram import limits


@on_both
def test_the_main_job_is_done_on_telegram_alone(town: TelegramTown) -> None:
    journey = Journey(town, town.house.files)
    stages = list(journey.stages())
    assert stages[-1] == "public"
    with town.store.reading() as records:
        [visited] = [one for one in rows_of(records, Inspection) if one.id == journey.id]
        assert visited.state is InspectionState.CLOSED
        assert inbox.quarantined(records) == []
        states = {one.state for one in rows_of(records, OutboxLine)}
        assert states <= {OutboxState.SENT, OutboxState.DROPPED}
    town.telegram.every_press_was_answered()
    assert len(town.from_before) < 5, f"what is wanted next stands on the phone: {town.from_before}"
    _kept_to_the_limits(town)


def _kept_to_the_limits(town: TelegramTown) -> None:
    """The fake refuses what breaks them; here is seen that all of them were looked at, and that cards stay in place."""
    refused = [call for call in town.telegram.calls if call.status == 400]
    assert [call.method for call in refused if "not modified" not in call.description] == []
    sent = [call for call in town.telegram.calls if call.method in ("sendMessage", "editMessageText")]
    assert all(len(call.params.text("text")) <= limits.TEXT * 2 for call in sent)
    edits = sum(call.method == "editMessageText" for call in sent)
    assert edits > len(sent) / 4, "cards change in place instead of stacking"
