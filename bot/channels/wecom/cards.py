"""From a message to WeCom's cards. Buttons are pressed once where there are few; where there are many the first stay
buttons and the others unfold; a long list is chosen from and sent. What a card has no room for stands in a text before
it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.channel import SendError, Trouble
from bot.channels.parting import clean, split, utf8
from bot.channels.wecom import limits
from bot.channels.wecom.limits import cut, signs
from notifications.catalogue import label
from notifications.outgoing import Key, Outgoing, Wish

PICK = "#pick"
"""The key of the button that sends what was chosen; the choice itself comes beside it."""
QUESTION = "q"
_DIRECT = limits.BUTTONS - 1
Card = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A message as WeCom takes it: texts, then cards."""

    texts: list[str] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    @property
    def is_one_card(self) -> bool:
        return not self.texts and len(self.cards) == 1


def draft_of(outgoing: Outgoing, *, note: str = "") -> Draft:
    """`note` is said above the card, or, where there is none, below the text. Raises `SendError` for what nobody could
    send."""
    text = clean(_words(outgoing)).strip()
    if not text:
        raise SendError(Trouble.REFUSED, "nothing to read in it")
    keys = _keys(outgoing)
    if not keys:
        return Draft(_parts(f"{text}\n\n{note}" if note else text))
    _check(keys)
    draft = _draft(text, keys, outgoing.language)
    if note:
        for card in draft.cards:
            card["source"] = {"desc": cut(note, limits.SOURCE_SIGNS), "desc_color": 0}
    return draft


def notice_of(outgoing: Outgoing, home: str) -> Card | None:
    """A card without buttons, for the place of one that had some; None where the words do not fit. WeCom wants such a
    card to lead somewhere: to our pages."""
    text = clean(_words(outgoing)).strip()
    words = None if outgoing.rows else _fitted(text, limits.SUB_TITLE_SIGNS)
    return (
        None
        if words is None
        else {"card_type": "text_notice", **words, "card_action": {"type": 1, "url": home}}
    )


def _words(outgoing: Outgoing) -> str:
    hint = {Wish.PHOTO: "wecom_photo", Wish.LOCATION: "wecom_location"}.get(outgoing.wish or Wish.TEXT)
    return f"{outgoing.text}\n\n{label(hint, outgoing.language)}" if hint else outgoing.text


def _keys(outgoing: Outgoing) -> list[Key]:
    """Of two that do the same the first: WeCom takes no two choices of one id."""
    found: dict[str, Key] = {}
    for row in outgoing.rows:
        for key in row:
            found.setdefault(key.data, key)
    return list(found.values())


def _check(keys: Sequence[Key]) -> None:
    for key in keys:
        if not 1 <= len(key.data.encode()) <= limits.OPTION_ID_BYTES and not _is_link(key):
            raise SendError(Trouble.REFUSED, f"a button's data are not 1 to {limits.OPTION_ID_BYTES} bytes")


def _draft(text: str, keys: list[Key], language: str) -> Draft:
    links = [key for key in keys if _is_link(key)]
    direct = [*[key for key in keys if not _is_link(key)][: _DIRECT - len(links)], *links]
    others = [key for key in keys if key not in direct]
    if len(keys) <= limits.BUTTONS and _are_short(keys):
        return _with_words(text, [_buttons(keys)], language)
    if (
        _are_short(direct)
        and len(others) <= limits.SELECTION_OPTIONS
        and all(signs(key.label) <= limits.SELECTION_SIGNS for key in others)
    ):
        return _with_words(text, [_buttons(direct) | _selection(others, language)], language)
    return _list(text, keys, language)


def _are_short(keys: Sequence[Key]) -> bool:
    return all(signs(key.label) <= limits.BUTTON_SIGNS for key in keys)


def _buttons(keys: Sequence[Key]) -> Card:
    return {"card_type": "button_interaction", "button_list": [_button(key) for key in keys]}


def _button(key: Key) -> dict[str, Any]:
    if _is_link(key):
        return {"type": 1, "text": key.label, "style": 2, "url": key.data}
    return {"type": 0, "text": key.label, "style": 1, "key": key.data}


def _selection(keys: Sequence[Key], language: str) -> Card:
    """The unfolding list, and the last button, which sends what stands in it. It replaces the buttons of the card it is
    joined to only by one more."""
    return {
        "button_selection": {
            "question_key": QUESTION,
            "title": label("wecom_more", language),
            "option_list": [{"id": key.data, "text": key.label} for key in keys],
            "selected_id": keys[0].data,
        }
    }


def _with_words(text: str, cards: list[Card], language: str) -> Draft:
    for card in cards:
        if "button_selection" in card:
            pick = {"type": 0, "text": label("wecom_do", language), "style": 2, "key": PICK}
            card["button_list"] = [*card["button_list"], pick]
    words = _fitted(text, limits.SUB_TITLE_SIGNS)
    if words is not None:
        return Draft([], [words | card for card in cards])
    return Draft(_parts(text), [_pointing(text, language, "sub_title_text") | card for card in cards])


def _list(text: str, keys: list[Key], language: str) -> Draft:
    """One choice among many. A label that is too long for its line stands in full, with its number, in the text
    before."""
    links = [key for key in keys if _is_link(key)]
    choices = [key for key in keys if not _is_link(key)]
    is_short = all(signs(key.label) <= limits.VOTE_SIGNS for key in choices)
    lines = [] if is_short else [f"{place}. {key.label}" for place, key in enumerate(choices, 1)]
    lines += [f"{key.label} {key.data}" for key in links]
    labels = [key.label if is_short else f"{place}. {key.label}" for place, key in enumerate(choices, 1)]
    words = None if lines else _fitted(text, 0)
    head = words or _pointing(text, language, "desc")
    whole = "\n".join([text, "", *lines]) if lines else text
    pairs = list(zip(choices, labels, strict=True))
    step = limits.VOTE_OPTIONS
    cards = [head | _vote(pairs[at : at + step], language) for at in range(0, len(pairs), step)]
    return Draft([] if words else _parts(whole), cards)


def _vote(pairs: Sequence[tuple[Key, str]], language: str) -> Card:
    options = [
        {"id": key.data, "text": cut(words, limits.VOTE_SIGNS), "is_checked": False} for key, words in pairs
    ]
    return {
        "card_type": "vote_interaction",
        "checkbox": {"question_key": QUESTION, "mode": 0, "option_list": options},
        "submit_button": {"text": label("wecom_choose", language), "key": PICK},
    }


def _fitted(text: str, room: int) -> Card | None:
    """The words where a card has room for them: the headline, one line below it, and `room` for the rest, if any."""
    title, _, rest = text.partition("\n")
    rest = rest.strip("\n")
    if signs(title) > limits.TITLE_SIGNS:
        return {"sub_title_text": text} if signs(text) <= room else None
    if not rest:
        return {"main_title": {"title": title}}
    if signs(rest) <= room:
        return {"main_title": {"title": title}, "sub_title_text": rest}
    desc, _, rest = rest.partition("\n")
    rest = rest.strip("\n")
    if signs(desc) > limits.DESC_SIGNS or signs(rest) > room:
        return None
    more = {"sub_title_text": rest} if rest else {}
    return {"main_title": {"title": title, "desc": desc}, **more}


def _pointing(text: str, language: str, place: str) -> Card:
    """The headline again, and that all of it stands above."""
    title, above = cut(text.partition("\n")[0], limits.TITLE_SIGNS), label("wecom_above", language)
    if place == "desc":
        return {"main_title": {"title": title, "desc": above}}
    return {"main_title": {"title": title}, "sub_title_text": above}


def _parts(text: str) -> list[str]:
    return split(text, limits.TEXT_BYTES, limits.TEXT_BYTES, utf8)


def _is_link(key: Key) -> bool:
    return key.data.startswith("https://")
