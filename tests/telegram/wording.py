"""Texts and captions: parsed first, then measured."""

from typing import Any

from tests.telegram import limits
from tests.telegram.markup import read_html, without_stray_languages
from tests.telegram.refusals import bad_request
from tests.telegram.request import Params
from tests.telegram.world import World


def text_content(world: World, params: Params) -> dict[str, Any]:
    """`text` of a message, with the entities it will bear."""
    source = params.text("text")
    if not source:
        raise bad_request("message text is empty")
    text, entities = _parsed(world, params, source, "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > limits.TEXT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(world: World, params: Params) -> dict[str, Any]:
    """`caption` below a picture or a file; there may be none."""
    text, entities = _parsed(world, params, params.text("caption"), "caption_entities")
    if len(text) > limits.CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def _parsed(world: World, params: Params, source: str, given: str) -> tuple[str, list[dict[str, Any]]]:
    mode = params.text("parse_mode").lower()
    if mode not in {"", "none", "html"}:
        raise bad_request("unsupported parse_mode")
    if mode == "html":
        text, entities = read_html(source)
        entities = without_stray_languages(entities)
    else:
        text, entities = source, _given(params, given)
    if text != text.strip():
        text, entities = _trimmed(text, entities)
    return text, [_with_user(world, one) for one in entities]


def _given(params: Params, name: str) -> list[dict[str, Any]]:
    """Entities the bot has counted out itself."""
    found = []
    for one in params.sequence(name):
        if not isinstance(one, dict) or not isinstance(one.get("type"), str):
            raise bad_request("can't parse MessageEntity: expected an Object with a type")
        if not all(isinstance(one.get(key), int) for key in ("offset", "length")):
            raise bad_request("can't parse MessageEntity: offset and length must be of type Number")
        found.append(one)
    return found


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """White space at both ends is not sent, and what marks it shrinks along."""
    before = len(text) - len(text.lstrip())
    text = text.strip()
    end = len(text.encode("utf-16-le")) // 2
    moved = []
    for one in entities:
        begin = max(0, one["offset"] - before)
        length = min(end, one["offset"] - before + one["length"]) - begin
        if length > 0:
            moved.append(one | {"offset": begin, "length": length})
    return text, moved


def _with_user(world: World, entity: dict[str, Any]) -> dict[str, Any]:
    """A mention of somebody by number, where the number is anybody's."""
    if "user_id" not in entity:
        return entity
    account = world.accounts.get(entity["user_id"])
    rest = {key: value for key, value in entity.items() if key != "user_id"}
    return rest | {"user": account.as_json()} if account else rest | {"type": "bold"}
