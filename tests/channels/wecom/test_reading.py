"""What callbacks say: the documentation's own examples, and what nobody should send."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.wecom.places import from_chinese_map, to_chinese_map
from bot.channels.wecom.reading import Malformed, Unreadable, callback_of, code_of, read_callback, read_xml
from inspection.places import distance_m
from notifications.incoming import Incoming, IncomingKind

AT = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
PRESS = """<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>
<EventKey><![CDATA[{key}]]></EventKey><TaskId><![CDATA[c1]]></TaskId><CardType><![CDATA[x]]></CardType>
<ResponseCode><![CDATA[{code}]]></ResponseCode>{more}"""
CHOSEN = """<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds>
<OptionId><![CDATA[as:1:accept]]></OptionId></OptionIds></SelectedItem></SelectedItems>"""


def _xml(more: str, *, at: int = 1764210000, who: str = "WangWu") -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime>{more}<AgentID>1</AgentID></xml>"
    ).encode()


def _read(more: str) -> Incoming | None:
    return read_callback(callback_of(read_xml(_xml(more))), AT)


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (
            "<MsgType>text</MsgType><Content><![CDATA[ 到了 <b>&amp;]]></Content><MsgId>1</MsgId>",
            {"kind": IncomingKind.TEXT, "text": " 到了 <b>&amp;", "update_id": "m1", "message_id": "1"},
        ),
        ("<MsgType>voice</MsgType><MediaId>m</MediaId><MsgId>4</MsgId>", {"kind": IncomingKind.UNSUPPORTED}),
        ("<MsgType>hologram</MsgType><MsgId>5</MsgId>", {"kind": IncomingKind.UNSUPPORTED}),
        (
            PRESS.format(key="as:1:accept", code="rc", more=""),
            {"kind": IncomingKind.BUTTON, "button": "as:1:accept", "message_id": "c1"},
        ),
        (
            PRESS.format(key="#pick", code="rc", more=CHOSEN),
            {"kind": IncomingKind.BUTTON, "button": "as:1:accept", "message_id": "c1"},
        ),
        (PRESS.format(key="#pick", code="rc", more=""), {"kind": IncomingKind.UNSUPPORTED}),
        (
            "<MsgType>event</MsgType><Event>click</Event><EventKey>/tasks</EventKey>",
            {"kind": IncomingKind.TEXT, "text": "/tasks"},
        ),
        ("<MsgType>event</MsgType><Event>subscribe</Event>", {"kind": IncomingKind.UNBLOCKED}),
        ("<MsgType>event</MsgType><Event>unsubscribe</Event>", {"kind": IncomingKind.BLOCKED}),
    ],
)
def test_what_people_do_is_read(more: str, wanted: dict[str, Any]) -> None:
    said = _read(more)
    assert said is not None
    assert (said.channel, said.chat, said.received_at) == ("wecom", "WangWu", AT)
    assert {name: getattr(said, name) for name in wanted} == wanted


def test_pictures_and_files_lie_with_wecom_until_they_are_fetched() -> None:
    image = _read("<MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>m-1</MediaId><MsgId>2</MsgId>")
    file = _read("<MsgType>file</MsgType><MediaId>m-2</MediaId><FileName>a.jpg</FileName><MsgId>3</MsgId>")
    assert image is not None
    assert file is not None
    assert image.attachment is not None
    assert file.attachment is not None
    assert (image.attachment.remote, image.attachment.is_original) == ("m-1", False)
    assert (file.attachment.remote, file.attachment.file_name, file.attachment.is_original) == (
        "m-2", "a.jpg", True,
    )  # fmt: skip


def test_a_place_by_the_chinese_map_is_where_the_satellites_say() -> None:
    """Known pairs of other implementations, to a metre; and there and back is the same place."""
    for wgs, gcj in (
        ((39.907375, 116.391349), (39.90877809, 116.39759291)),
        ((31.1774276, 121.5272106), (31.17530398, 121.53154129)),
    ):
        assert distance_m(to_chinese_map(*wgs), gcj) <= 1
        assert distance_m(from_chinese_map(*gcj), wgs) <= 1
    here = (44.9, 82.07)
    assert distance_m(here, to_chinese_map(*here)) > 100
    assert distance_m(from_chinese_map(*to_chinese_map(*here)), here) == 0
    assert from_chinese_map(48.85, 2.35) == (48.85, 2.35)
    north, east = to_chinese_map(*here)
    place = f"<Location_X>{north}</Location_X><Location_Y>{east}</Location_Y>"
    for more in (
        f"<MsgType>location</MsgType>{place}<MsgId>6</MsgId>",
        f"<MsgType>event</MsgType><Event>location_select</Event><SendLocationInfo>{place}</SendLocationInfo>",
    ):
        said = _read(more)
        assert said is not None
        assert said.latitude == pytest.approx(44.9, abs=1e-5)
        assert said.longitude == pytest.approx(82.07, abs=1e-5)


@pytest.mark.parametrize("event", ["enter_agent", "LOCATION", "view", "template_card_menu_event"])
def test_what_nobody_waits_for_is_no_news(event: str) -> None:
    """Above all a phone's place that is told whenever its owner opens the app: nobody checked in by that."""
    more = "<Latitude>23.1</Latitude><Longitude>113.3</Longitude>"
    assert _read(f"<MsgType>event</MsgType><Event>{event}</Event>{more}") is None


@pytest.mark.parametrize(
    "more",
    [
        "<MsgType>event</MsgType><Event>thing_of_tomorrow</Event>",
        "<MsgType>location</MsgType><Location_X>x</Location_X><Location_Y>1</Location_Y><MsgId>1</MsgId>",
        "<MsgType>location</MsgType><Location_X>95</Location_X><Location_Y>1</Location_Y><MsgId>1</MsgId>",
        "<MsgType>image</MsgType><MsgId>1</MsgId>",
        "<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>x</EventKey>",
    ],
)
def test_what_nobody_can_read_is_set_aside_and_not_dropped(more: str) -> None:
    with pytest.raises(Unreadable):
        _read(more)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<xml>", b"{}",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>&a;</xml>',
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml>&b;</xml>',
        b"<xml>" + b"<a>" * 50 + b"</a>" * 50 + b"</xml>",
    ],
)  # fmt: skip
def test_bombs_and_strangers_are_not_taken_apart(content: bytes) -> None:
    with pytest.raises(Malformed):
        read_xml(content)


def test_repeats_are_one_and_like_events_are_two() -> None:
    """By sender, time, card and code together: two presses of one person in one second are two."""

    def name(more: str, **about: Any) -> str:
        return callback_of(read_xml(_xml(more, **about))).update_id

    press = PRESS.format(key="k", code="rc1", more="")
    assert name(press) == name(press)
    others = (
        name(PRESS.format(key="k", code="rc2", more="")),
        name(press.replace("c1", "c2")),
        name(press, at=1764210001),
        name(press, who="LiSi"),
    )
    assert len({name(press), *others}) == 5
    click = "<MsgType>event</MsgType><Event>click</Event><EventKey>{}</EventKey>"
    assert name(click.format("/tasks")) == name(click.format("/tasks"))
    assert name(click.format("/tasks")) != name(click.format("/where"))


def test_a_press_brings_the_code_by_which_its_card_is_changed() -> None:
    code = code_of(callback_of(read_xml(_xml(PRESS.format(key="k", code="rc1", more="")))))
    assert code is not None
    assert (code.chat, code.message_id, code.code) == ("WangWu", "c1", "rc1")
    assert code_of(callback_of(read_xml(_xml("<MsgType>text</MsgType><MsgId>1</MsgId>")))) is None
