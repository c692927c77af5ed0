"""People's phones: what they do becomes callbacks, what the app says stands on them until the test has named it."""

from collections.abc import Callable
from xml.sax.saxutils import escape

from bot.channels.wecom.places import to_chinese_map
from tests.wecom.world import AGENT_ID, CORP_ID, Member, Shown, World

Bring = Callable[[str, bytes], None]


class Phone:
    """One member's, on which the conversation with the app is open."""

    def __init__(self, world: World, member: Member, bring: Bring) -> None:
        self.world, self.member, self._bring = world, member, bring

    @property
    def id(self) -> str:
        return self.member.id

    @property
    def messages(self) -> list[Shown]:
        with self.world.lock:
            return list(self.member.messages)

    @property
    def last(self) -> Shown:
        return self.messages[-1]

    # --- saying

    def types(self, text: str) -> None:
        self._says("text", f"<Content>{_cdata(text)}</Content>")

    def sends_image(self, content: bytes) -> None:
        with self.world.lock:
            media_id = self.world.new_media(content, "")
        picture = _cdata(f"https://wework.example/{media_id}")
        self._says("image", f"<PicUrl>{picture}</PicUrl><MediaId>{_cdata(media_id)}</MediaId>")

    def sends_file(self, content: bytes, name: str) -> None:
        with self.world.lock:
            media_id = self.world.new_media(content, name)
        self._says("file", f"<MediaId>{_cdata(media_id)}</MediaId><FileName>{_cdata(name)}</FileName>")

    def sends_voice(self) -> None:
        self._says("voice", f"<MediaId>{_cdata('media_voice')}</MediaId><Format>{_cdata('amr')}</Format>")

    def sends_location(self, latitude: float, longitude: float) -> None:
        """The phone is there by satellite; what it says is by the Chinese map."""
        north, east = to_chinese_map(latitude, longitude)
        self._says(
            "location",
            f"<Location_X>{north:.7f}</Location_X><Location_Y>{east:.7f}</Location_Y><Scale>15</Scale>"
            f"<Label>{_cdata('某路')}</Label>",
        )

    def clicks(self, key: str) -> None:
        """A key of the app's menu."""
        self.tells("click", f"<EventKey>{_cdata(key)}</EventKey>")

    def opens_app(self) -> None:
        self.tells("enter_agent", "<EventKey></EventKey>")

    # --- pressing

    def presses(self, words: str) -> None:
        """The newest button or choice of these words."""
        for shown in reversed(self.messages):
            for data, label in shown.choices.items():
                if label == words:
                    return self.presses_on(shown, data)
        raise AssertionError(f"{self.id} has no {words!r}: {[one.choices for one in self.messages]}")

    def presses_on(self, shown: Shown, data: str, *, seconds: int = 0, code: str = "") -> None:
        """What comes back when it is pressed, or chosen and sent, on this card; `seconds` later than now."""
        card, pick = shown.card, shown.pick
        is_button = any(one.get("key") == data for one in card.get("button_list", ()))
        key, chosen = (data, "") if is_button or not pick else (pick, data)
        with self.world.lock:
            new = code or self.world.new_code(shown.id, self.id)
        box = card.get("button_selection") or card.get("checkbox") or {}
        items = (
            f"<SelectedItems><SelectedItem><QuestionKey>{_cdata(box.get('question_key', 'q'))}</QuestionKey>"
            f"<OptionIds><OptionId>{_cdata(chosen)}</OptionId></OptionIds></SelectedItem></SelectedItems>"
            if chosen
            else ""
        )
        self.tells(
            "template_card_event",
            f"<EventKey>{_cdata(key)}</EventKey><TaskId>{_cdata(shown.id)}</TaskId>"
            f"<CardType>{_cdata(card.get('card_type', ''))}</CardType>"
            f"<ResponseCode>{_cdata(new)}</ResponseCode>{items}",
            seconds=seconds,
        )

    # --- coming and going

    def leaves_range(self, *, says_so: bool = True) -> None:
        with self.world.lock:
            self.member.is_in_range = False
        if says_so:
            self.tells("unsubscribe")

    def enters_range(self) -> None:
        with self.world.lock:
            self.member.is_in_range = True
        self.tells("subscribe")

    # --- how it is done

    def tells(self, event: str, more: str = "", *, seconds: int = 0) -> None:
        self._emit(f"<MsgType>{_cdata('event')}</MsgType><Event>{_cdata(event)}</Event>{more}", seconds)

    def _says(self, kind: str, more: str) -> None:
        with self.world.lock:
            number = 7_000_000_000 + next(self.world.numbers)
        self._emit(f"<MsgType>{_cdata(kind)}</MsgType>{more}<MsgId>{number}</MsgId>")

    def _emit(self, more: str, seconds: int = 0) -> None:
        at = int(self.world.clock()) + seconds
        message = (
            f"<xml><ToUserName>{_cdata(CORP_ID)}</ToUserName><FromUserName>{_cdata(self.id)}</FromUserName>"
            f"<CreateTime>{at}</CreateTime>{more}<AgentID>{AGENT_ID}</AgentID></xml>"
        )
        self._bring(self.id, message.encode())


def _cdata(text: str) -> str:
    """As WeCom writes it; what would end it is told otherwise."""
    return escape(text) if "]]>" in text else f"<![CDATA[{text}]]>"
