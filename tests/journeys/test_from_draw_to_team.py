"""From the draw to a confirmed team, as the phones of everybody see it."""

from datetime import timedelta

from tests.journeys.town import Town
from tests.stores import on_both

pytestmark = on_both


def test_everybody_drawn_is_told_and_the_lead_confirms_the_team(town: Town) -> None:
    town.hold_draw()
    drawn = town.holders_who_hear("assignment_drawn")
    assert len(drawn) == 4
    for who in drawn:
        town.press(who, "accept")
        town.hears(who, "assignment_accepted")
    (lead,) = town.holders_who_hear("team_ready")
    town.press(lead, "confirm_team")
    town.hears(lead, "team_confirmed")
    assert town.holders_who_hear("visit_card") == drawn
    for who in ("OP", "W1"):
        town.hears_the_draw(who)
    town.nobody_hears_more()


def test_the_lead_sees_every_certificate_before_all_have_accepted(town: Town) -> None:
    town.hold_draw()
    drawn = town.holders_who_hear("assignment_drawn")
    for who in drawn:
        town.press(who, "accept")
        town.hears(who, "assignment_accepted")
        if town.has_button(who, "view_team"):
            break
    town.press(who, "view_team")
    seen = town.hears(who, "team_view").text
    assert seen.count("执法证：示例") == 4
    assert seen.count("有效期至2028年12月31日") == 4
    assert not any(town.has_button(other, "view_team") for other in drawn if other != who)


def test_whoever_is_silent_hears_of_the_default_that_was_stated(town: Town) -> None:
    """Recusal on conduct counts as granted, unavailability as refused; both were said beforehand, to both."""
    town.hold_draw()
    one, other = (who for who in town.holders_who_hear("assignment_drawn") if who.startswith("fire"))
    for who, kind, ground in ((one, "recuse", "ground_B1"), (other, "unavailable", "ground_C1")):
        town.press(who, kind)
        town.press(who, ground)
        town.press(who, "file_without_words")
    assert "到时未决定，视为同意" in town.hears(one, "leave_filed").text
    assert "到时未决定，视为不同意" in town.hears(other, "leave_filed").text
    asked = [town.hears("HD-fire", "leave_asked").text for _ in range(2)]
    assert ["视为同意" in text for text in asked] == [True, False]
    town.wait(timedelta(hours=25))
    assert "视为同意" in town.hears(one, "leave_granted").text
    assert "视为不同意" in town.hears(other, "leave_refused").text
    told = [town.hears("HD-fire", "leave_decided").text for _ in range(2)]
    assert all("没有在规定时间内决定" in text for text in told)
