"""From the draw to a confirmed team, as the phones of everybody see it."""

from tests.journeys.town import Town


def _draw(town: Town) -> None:
    town.type("OP", "/schemes")
    town.hears("OP", "scheme_list")
    town.press_text("OP", "示例餐饮联合抽查")
    town.hears("OP", "scheme_card")
    town.press("OP", "scheme_announce")
    assert "anchor" not in town.hears("OP", "draw_announced").text
    town.press("OP", "scheme_draw")
    town.hears("OP", "ask_public_number")
    town.type("OP", "4 1 6")
    town.hears("OP", "draw_finished")


def test_everybody_drawn_is_told_and_the_lead_confirms_the_team(town: Town) -> None:
    _draw(town)
    drawn = town.holders_who_hear("assignment_drawn")
    assert len(drawn) == 4
    for who in drawn:
        town.press(who, "accept")
        town.hears(who, "assignment_accepted")
    (lead,) = town.holders_who_hear("team_ready")
    town.press(lead, "confirm_team")
    town.hears(lead, "team_confirmed")
    assert town.holders_who_hear("visit_card") == drawn
    town.nobody_hears_more()
