"""The main job from the filed scheme to the public result, every word and press of it on WeCom."""

from inspection.states import InspectionState
from storage import inbox
from storage.tables.inspections import Inspection
from storage.tables.messaging import OutboxLine, OutboxState
from tests.actions.story import rows_of
from tests.journeys.whole_journey import Journey
from tests.on_wecom.town import WecomTown


def test_the_main_job_is_done_on_wecom_alone(town: WecomTown) -> None:
    journey = Journey(town, town.house.files)
    stages = list(journey.stages())
    assert stages[-1] == "public"
    with town.store.reading() as records:
        [visited] = [one for one in rows_of(records, Inspection) if one.id == journey.id]
        assert visited.state is InspectionState.CLOSED
        assert inbox.quarantined(records) == []
        states = {one.state for one in rows_of(records, OutboxLine)}
        assert states <= {OutboxState.SENT, OutboxState.DROPPED}
    assert len(town.from_before) < 5, f"what is wanted next stands on the phone: {town.from_before}"
    _kept_to_the_limits(town)


def _kept_to_the_limits(town: WecomTown) -> None:
    """The fake refuses what breaks them, and throws away what is too much; cards stay in place where they may."""
    refused = [(call.path, call.code, call.asked) for call in town.wecom.calls if call.code]
    assert refused == []
    assert town.wecom.world.tokens_given == 1
    sent = town.wecom.calls_of("message/send")
    changes = town.wecom.calls_of("message/update_template_card")
    assert len(changes) > len(sent) / 4, "cards change in place instead of stacking"
