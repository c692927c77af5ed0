"""What the fake WeCom answers to each call."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tests.telegram.request import Upload, read_params
from tests.telegram.wire import Outcome, Reply, Request
from tests.wecom import checking
from tests.wecom.checking import Wrong
from tests.wecom.faults import Faults, Kind
from tests.wecom.world import AGENT_ID, CODE_LIFE, CORP_ID, MEDIA_LIFE, SECRET, TOKEN_LIFE, Shown, World

WORDS = {
    -1: "system busy", 40001: "invalid credential", 40014: "invalid access_token", 42001: "access_token expired",
    45009: "api freq out of limit", 60020: "not allow to access from your ip, from ip: 203.0.113.7",
    81013: "user & party & tag all invalid", 48002: "API interface no authority", 40007: "invalid media_id",
}  # fmt: skip
LIMITS = {"image": 10 * 1024 * 1024, "file": 20 * 1024 * 1024}


@dataclass
class Call:
    path: str
    asked: dict[str, Any]
    code: int


class Desk:
    def __init__(self, world: World, faults: Faults) -> None:
        self.world, self.faults = world, faults
        self.calls: list[Call] = []
        self.mishaps: list[Exception] = []

    def handle(self, request: Request) -> Outcome:
        path = request.path.partition("/cgi-bin/")[2]
        fault = self.faults.strike(path)
        if fault is not None and fault.kind is Kind.CLOSE:
            return None
        if fault is not None and fault.kind is Kind.GARBAGE:
            return Reply(502, b"<html>Bad Gateway</html>", "text/html")
        asked: dict[str, Any] = {}
        with self.world.changed:
            try:
                asked = _asked(request)
                if fault is not None and fault.kind is Kind.CODE:
                    raise Wrong(fault.code, WORDS.get(fault.code, "error"))
                told, code = self._answer(path, asked), 0
            except Wrong as wrong:
                told, code = {"errcode": wrong.code, "errmsg": f"{wrong.words}, hint: [x]"}, wrong.code
            except Exception as mishap:
                self.mishaps.append(mishap)
                raise
            self.calls.append(Call(path, asked, code))
            self.world.changed.notify_all()
        if fault is not None and fault.kind is Kind.DROP_REPLY:
            return None
        return _reply(told)

    def _answer(self, path: str, asked: dict[str, Any]) -> Any:
        if path == "gettoken":
            return self._token(asked)
        self._let_in(asked.get("access_token", ""))
        answer = {
            "message/send": self._send, "message/update_template_card": self._change, "media/upload": self._upload,
            "media/get": self._media, "menu/create": self._menu, "agent/get": self._agent,
        }  # fmt: skip
        if path not in answer:
            raise Wrong(40058, f"no such call: {path}")
        found: Any = answer[path](asked)
        return found if isinstance(found, bytes) else {"errcode": 0, "errmsg": "ok", **found}

    def _token(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("corpid") != CORP_ID:
            raise Wrong(40013, "invalid corpid")
        if asked.get("corpsecret") != SECRET:
            raise Wrong(40001, "invalid credential")
        self.world.tokens_given += 1
        token = f"at_{self.world.tokens_given}"
        self.world.tokens[token] = self.world.clock() + TOKEN_LIFE
        return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": TOKEN_LIFE}

    def _let_in(self, token: str) -> None:
        if token not in self.world.tokens or token in self.world.voided:
            raise Wrong(40014, WORDS[40014])
        if self.world.tokens[token] <= self.world.clock():
            raise Wrong(42001, WORDS[42001])
        if not self.world.is_trusted:
            raise Wrong(60020, WORDS[60020])

    def _agent(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("agentid") != str(AGENT_ID):
            raise Wrong(301002, "not allow operate another agent with this accesstoken")
        return {"agentid": AGENT_ID, "name": "抽查助手"}

    def _menu(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.world.menu = {"button": asked["button"]}
        return {}

    # --- messages

    def _send(self, asked: dict[str, Any]) -> dict[str, Any]:
        world, kind = self.world, asked.get("msgtype")
        if asked.get("agentid") != AGENT_ID:
            raise Wrong(301002, "not allow operate another agent with this accesstoken")
        member = world.members.get(str(asked.get("touser")))
        if member is None or not member.is_in_range:
            raise Wrong(81013, WORDS[81013])
        shown = self._shown(str(kind), asked)
        body = json.dumps(
            {key: value for key, value in asked.items() if key != "access_token"}, sort_keys=True
        )
        if asked.get("enable_duplicate_check") and body in world.bodies:
            return {"msgid": world.bodies[body]}
        if shown.kind == "card" and shown.id in world.tasks:
            raise Wrong(40058, "task_id is used by another message")
        msgid = shown.id if shown.kind != "card" else f"msg_{next(world.numbers)}"
        world.bodies[body] = msgid
        if world.is_too_many(member):
            world.discarded += 1
            return {"msgid": msgid}
        member.messages.append(shown)
        if shown.kind != "card":
            return {"msgid": msgid}
        world.tasks.add(shown.id)
        return {"msgid": msgid, "response_code": world.new_code(shown.id, member.id)}

    def _shown(self, kind: str, asked: dict[str, Any]) -> Shown:
        number = f"msg_{next(self.world.numbers)}"
        if kind == "text":
            checking.check_text(asked["text"])
            return Shown(number, kind, asked["text"]["content"])
        if kind == "template_card":
            card = asked["template_card"]
            checking.check_task(card.get("task_id"))
            checking.check_card(card)
            return Shown(card["task_id"], "card", card=card)
        if kind in LIMITS:
            media = self.world.media.get(asked[kind]["media_id"])
            if media is None:
                raise Wrong(40007, WORDS[40007])
            return Shown(number, kind, file_name=media.file_name, content=media.content)
        raise Wrong(40008, "invalid message type")

    def _change(self, asked: dict[str, Any]) -> dict[str, Any]:
        world = self.world
        code = world.codes.get(str(asked.get("response_code")))
        if code is None:
            raise Wrong(40058, "invalid response_code")
        if code.is_used:
            raise Wrong(42022, "response_code has been used")
        if world.clock() - code.given_at > CODE_LIFE:
            raise Wrong(42014, "response_code expired")
        if asked.get("userids") != [code.member]:
            raise Wrong(40003, "invalid userid")
        [shown] = [one for one in world.members[code.member].messages if one.id == code.task_id]
        if "template_card" in asked:
            checking.check_card(asked["template_card"])
            shown.card, shown.closed_with, shown.is_unread = asked["template_card"], "", True
        else:
            shown.closed_with = asked["button"]["replace_name"]
        code.is_used = shown.is_changed = True
        return {"invaliduser": []}

    # --- media

    def _upload(self, asked: dict[str, Any]) -> dict[str, Any]:
        file, kind = asked.get("media"), str(asked.get("type"))
        if not isinstance(file, Upload) or kind not in LIMITS:
            raise Wrong(40004, "invalid media type")
        if not 5 < len(file.content) <= LIMITS[kind]:
            raise Wrong(40006, "invalid media size")
        return {"type": kind, "media_id": self.world.new_media(file.content, file.name)}

    def _media(self, asked: dict[str, Any]) -> bytes:
        media = self.world.media.get(str(asked.get("media_id")))
        if media is None or self.world.clock() - media.made_at > MEDIA_LIFE:
            raise Wrong(40007, WORDS[40007])
        return media.content


def _asked(request: Request) -> dict[str, Any]:
    asked: dict[str, Any] = {name: values[-1] for name, values in parse_qs(request.query).items()}
    if request.body:
        asked |= read_params("", request.content_type, request.body)
    return asked


def _reply(told: Any) -> Reply:
    if isinstance(told, bytes):
        return Reply(200, told, "application/octet-stream")
    return Reply(200, json.dumps(told, ensure_ascii=False).encode())
