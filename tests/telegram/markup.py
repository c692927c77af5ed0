"""Telegram's HTML: a few tags, everything else escaped. Offsets count UTF-16 units, as Telegram's do."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.refusals import Refusal, bad_request

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "a": "text_link", "code": "code",
    "pre": "pre", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
}  # fmt: skip
_SIGNS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SIGN = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
_START = re.compile(r"<([^\s>/]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w.-]+))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")
_NAME = re.compile(r"<([^\s>]*)")
_END = re.compile(r"</([^\s>]*)\s*>")
_PLAIN = re.compile(r"[^<&]+")


@dataclass
class _Open:
    """A tag that waits for its end."""

    name: str
    entity: dict[str, Any]
    begin: int


@dataclass
class _Reading:
    source: str
    at: int = 0
    length: int = 0
    text: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def add(self, words: str) -> None:
        self.text.append(words)
        self.length += utf16_length(words)

    def cannot(self, words: str, *, at_offset: bool = True) -> Refusal:
        where = f" at byte offset {len(self.source[: self.at].encode())}" if at_offset else ""
        return bad_request(f"can't parse entities: {words}{where}")


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def read_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities.

    A lone `&` is refused here, as the documentation asks for `&amp;`; the real server lets it stand.
    """
    reading = _Reading(source)
    while reading.at < len(source):
        if plain := _PLAIN.match(source, reading.at):
            reading.add(plain[0])
            reading.at = plain.end()
        elif source[reading.at] == "&":
            _read_sign(reading)
        elif source.startswith("</", reading.at):
            _read_end(reading)
        else:
            _read_start(reading)
    if reading.open:
        name = reading.open[-1].name
        raise reading.cannot(f'Can\'t find end tag corresponding to start tag "{name}"', at_offset=False)
    entities = sorted(reading.entities, key=lambda one: (one["offset"], -one["length"]))
    return "".join(reading.text), entities


def _read_sign(reading: _Reading) -> None:
    found = _SIGN.match(reading.source, reading.at)
    if found is None:
        raise reading.cannot('Unescaped "&"')
    hexadecimal, decimal, name = found.groups()
    reading.add(_SIGNS[name] if name else chr(int(hexadecimal, 16) if hexadecimal else int(decimal)))
    reading.at = found.end()


def _read_start(reading: _Reading) -> None:
    named = _NAME.match(reading.source, reading.at)
    assert named is not None
    name = named[1].lower()
    if named.end() == len(reading.source):
        raise reading.cannot("Unclosed start tag")
    if name not in _TAGS:
        raise reading.cannot(f'Unsupported start tag "{name}"')
    found = _START.match(reading.source, reading.at)
    if found is None:
        raise reading.cannot(f'Unclosed start tag "{name}"')
    attributes = {key: a or b or c for key, a, b, c in _ATTRIBUTE.findall(found[2])}
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise reading.cannot('Tag "span" must have class "tg-spoiler"')
    reading.open.append(_Open(name, _entity(name, attributes), reading.length))
    reading.at = found.end()


def _entity(name: str, attributes: dict[str, str]) -> dict[str, Any]:
    if name == "a":
        href = _SIGN.sub(lambda sign: _SIGNS.get(sign[3] or "", sign[0]), attributes.get("href", ""))
        if href.startswith("tg://user?id="):
            return {"type": "text_mention", "user_id": int(href.partition("=")[2])}
        return {"type": "text_link", "url": href}
    if name == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    if name == "code" and attributes.get("class", "").startswith("language-"):
        return {"type": "code", "language": attributes["class"].removeprefix("language-")}
    return {"type": _TAGS[name]}


def _read_end(reading: _Reading) -> None:
    if not reading.open:
        raise reading.cannot("Unexpected end tag")
    found = _END.match(reading.source, reading.at)
    if found is None:
        raise reading.cannot("Unclosed end tag")
    last = reading.open.pop()
    if found[1] and found[1].lower() != last.name:
        raise reading.cannot(
            f"Unmatched end tag at byte offset {len(reading.source[: reading.at].encode())}, "
            f'expected "</{last.name}>", found "</{found[1].lower()}>"',
            at_offset=False,
        )
    reading.at = found.end()
    if reading.length > last.begin:
        _close(reading, last)


def _close(reading: _Reading, last: _Open) -> None:
    """A link without an address is its own text; code inside pre of the same length is one block in a language."""
    entity = {"offset": last.begin, "length": reading.length - last.begin, **last.entity}
    if entity["type"] == "text_link" and not entity["url"]:
        return
    before = reading.entities[-1] if reading.entities else {}
    if entity["type"] == "pre" and before.get("type") == "code":
        same = (before["offset"], before["length"]) == (entity["offset"], entity["length"])
        if same and "language" in before:
            reading.entities[-1] = before | {"type": "pre"}
            return
    reading.entities.append(entity)


def without_stray_languages(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A language belongs to a block, not to code within a line."""
    return [
        {key: value for key, value in one.items() if key != "language" or one["type"] == "pre"}
        for one in entities
    ]


def words_of(text: str, entity: dict[str, Any]) -> str:
    """What an entity marks."""
    units = text.encode("utf-16-le")
    begin, length = int(entity["offset"]), int(entity["length"])
    return units[2 * begin : 2 * (begin + length)].decode("utf-16-le")
