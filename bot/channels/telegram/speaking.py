"""Telegram as a channel: letters become messages, edits, buttons and keyboards."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from telegram import BotCommandScopeChat
from telegram.constants import FileSizeLimit
from telegram.error import RetryAfter, TelegramError

from bot.channels.channel import Fate, Report, SendError, Sent, Trouble, not_held
from bot.channels.forms import Upload
from bot.channels.pace import NoMoreTurns, Pace, Pacing
from bot.channels.telegram.failures import is_message_gone, is_unchanged, seconds_of, send_error
from bot.channels.telegram.files import fetch
from bot.channels.telegram.keyboards import NO_BUTTONS, NO_KEYBOARD, buttons, place_keyboard
from bot.channels.telegram.reading import CHANNEL
from bot.channels.telegram.wire import Calls
from bot.channels.telegram.wording import CAPTION_LIMIT, html, split
from notifications.catalogue import label
from notifications.outgoing import Document, Outgoing, Wish
from storage.files import FileDamaged, FileFault, FileMissing, FileStore
from storage.outbox import Letter
from storage.traces import bear

STRIP_SECONDS = 5.0
"""The old message's buttons are taken away if that can be done soon; whoever presses them is told what is so now."""
TURN_SECONDS = 30.0
"""A letter whose turn has not come by then goes back to the outbox, well before its lease there ends."""
HELD_SECONDS = 3.0
"""Whoever must wait longer than that waits in the outbox, and leaves the deliverer's hands to others."""
KEYBOARDS_REMEMBERED = 10_000
DOCUMENT_LIMIT = int(FileSizeLimit.FILESIZE_UPLOAD)
"""Bytes of a file that a bot may send."""
PHOTO_LIMIT = int(FileSizeLimit.PHOTOSIZE_UPLOAD)
"""Bytes of a picture that is shown in the chat itself."""
PHOTO_SIDES = 10_000
"""Pixels of width and height together, says the documentation of sendPhoto."""
PHOTO_RATIO = 20
"""The longer side of a photo by the shorter, at most."""
_PNG = b"\x89PNG\r\n\x1a\n"
_log = structlog.get_logger()


@dataclass
class _Step:
    """One call that carries a part of a letter."""

    method: str
    body: dict[str, Any]
    is_once: bool = False
    """Brings the keyboard beside a message that is edited again and again; where it is up, it need not come again."""
    document: Document | None = None
    """Goes along; its bytes are read just before."""
    is_only_change: bool = False
    """Nothing is said where the message is gone."""


@dataclass
class _Plan:
    """A letter as calls, of which the last gives the message id; `strips` is the message that loses its buttons."""

    steps: list[_Step] = field(default_factory=list)
    strips: int | None = None


class Telegram:
    """Carries letters to Telegram. Nothing is tried twice here: after a lost answer nobody knows whether the message
    arrived, and the outbox keeps count. `files` holds the bytes of documents; without it none can be sent."""

    name = CHANNEL

    def __init__(self, calls: Calls, pace: Pacing | None = None, files: FileStore | None = None) -> None:
        self._calls, self._files = calls, files
        self._pace: Pacing = pace or Pace()
        self._with_keyboard: dict[str, None] = {}

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        """Each on its own, so that one chat that must wait holds up nobody."""
        if len(letters) == 1:
            await self._carry(letters[0], report)
        elif letters:
            await asyncio.gather(*(self._carry(letter, report) for letter in letters))

    async def fetch(self, remote: str) -> bytes:
        """The bytes of a picture; see `bot.channels.channel.FileSource`."""
        return await fetch(self._calls, remote)

    async def _carry(self, letter: Letter, report: Report) -> None:
        bear(letter.trace)
        strips = None
        try:
            plan = _plan(letter, Outgoing.from_json(letter.body), letter.chat in self._with_keyboard)
            fate: Fate = Sent(await self._follow(letter, plan))
            strips = plan.strips
        except SendError as error:
            fate = error
        except Exception as fault:  # a mistake of ours over this letter must not be the others'
            _log.error("letter_failed", fault=type(fault).__name__, exc_info=True)
            fate = SendError(Trouble.LATER, type(fault).__name__)
        report(letter, fate)
        if strips is not None:
            await self._strip(letter, strips)

    async def _follow(self, letter: Letter, plan: _Plan) -> str:
        """Goes on where the last try stopped; the last step of all is never one that has been done."""
        give_up_at = asyncio.get_running_loop().time() + TURN_SECONDS
        done = min(letter.parts_sent, len(plan.steps) - 1)
        message_id = ""
        for step in plan.steps[done:]:
            if not (step.is_once and letter.chat in self._with_keyboard):
                try:
                    message_id = await self._take(letter, step, give_up_at)
                except TelegramError as fault:
                    self._note_hold(letter.chat, fault)
                    raise send_error(fault, done) from None
                except SendError as error:
                    error.parts_sent = done
                    raise
                self._note_keyboard(letter.chat, step)
            done += 1
        return message_id

    async def _take(self, letter: Letter, step: _Step, give_up_at: float) -> str:
        upload = await self._upload(step.document) if step.document is not None else None
        await self._turn(letter, give_up_at)
        if upload is not None:
            method = "sendPhoto" if upload.field == "photo" else step.method
            return _message_id(await self._calls.upload(method, step.body, upload))
        try:
            return _message_id(await self._calls.call(step.method, step.body))
        except TelegramError as fault:
            if step.method != "editMessageText":
                raise
            if is_unchanged(fault):
                return str(step.body["message_id"])
            if not is_message_gone(fault):
                raise
            if step.is_only_change:
                return str(step.body["message_id"])
        anew = {name: value for name, value in step.body.items() if name != "message_id"}
        return await self._take(letter, _Step("sendMessage", anew), give_up_at)

    async def _upload(self, document: Document) -> Upload:
        """Raises `SendError`: what is damaged or gone comes back by no second try, and an operator must see it."""
        if self._files is None:
            raise SendError(Trouble.REFUSED, "there is no file store to take documents from")
        try:
            content = await asyncio.to_thread(self._files.read, document.sha256)
        except (FileMissing, FileDamaged) as fault:
            raise SendError(Trouble.REFUSED, f"the document's bytes: {type(fault).__name__}") from fault
        except FileFault as fault:
            raise SendError(Trouble.LATER, f"the file store: {type(fault).__name__}") from fault
        if len(content) > DOCUMENT_LIMIT:
            raise SendError(
                Trouble.REFUSED, f"a document of {len(content)} bytes; {DOCUMENT_LIMIT} can be sent"
            )
        field = "photo" if _is_photo(document.media_type, content) else "document"
        return Upload(field, document.file_name, content, document.media_type)

    async def _turn(self, letter: Letter, give_up_at: float) -> None:
        """Raises `SendError` rather than wait for long."""
        held = self._pace.held_for(letter.chat)
        if held > HELD_SECONDS:
            raise SendError(Trouble.AWAY, "told to wait", timedelta(seconds=held))
        try:
            async with asyncio.timeout_at(give_up_at):
                await self._pace.turn(letter.chat, is_reply=letter.is_urgent)
        except TimeoutError:
            raise SendError(Trouble.AWAY, "too many before it", timedelta(seconds=1)) from None
        except NoMoreTurns:
            raise SendError(Trouble.AWAY, "we are about to end", timedelta(seconds=1)) from None
        if not letter.is_held():
            raise not_held()

    async def _strip(self, letter: Letter, message_id: int) -> None:
        body = {"chat_id": _chat_id(letter.chat), "message_id": message_id, "reply_markup": NO_BUTTONS}
        try:
            async with asyncio.timeout(STRIP_SECONDS):
                await self._pace.turn(letter.chat, is_reply=letter.is_urgent)
                await self._calls.call("editMessageReplyMarkup", body)
        except TelegramError as fault:
            self._note_hold(letter.chat, fault)
            if not is_unchanged(fault):
                _log.debug("buttons_not_taken_away", fault=type(fault).__name__)
        except (TimeoutError, NoMoreTurns):
            _log.debug("buttons_not_taken_away", fault="no time")

    def _note_keyboard(self, chat: str, step: _Step) -> None:
        """Remembers as a courtesy only: after a restart the line beside the keyboard comes once more."""
        markup = step.body.get("reply_markup") or {}
        if "keyboard" in markup:
            self._with_keyboard[chat] = None
            if len(self._with_keyboard) > KEYBOARDS_REMEMBERED:
                del self._with_keyboard[next(iter(self._with_keyboard))]
        elif "remove_keyboard" in markup:
            self._with_keyboard.pop(chat, None)

    def _note_hold(self, chat: str, fault: TelegramError) -> None:
        if isinstance(fault, RetryAfter):
            self._pace.hold(chat, seconds_of(fault).total_seconds())


def _plan(letter: Letter, outgoing: Outgoing, has_keyboard: bool) -> _Plan:
    """Raises `SendError` for a letter that nobody could send."""
    chat = _chat_id(letter.chat)
    if outgoing.menu:
        return _Plan([_menu(chat, outgoing)])
    if outgoing.document is not None:
        return _plan_document(letter, outgoing, outgoing.document, has_keyboard)
    *before, last = _words(outgoing)
    old = _message_number(letter.replaces)
    is_edit = old is not None and not outgoing.is_fresh and not before
    steps = [_message(chat, part) for part in before]
    if _needs_a_note(outgoing, chat):
        steps.append(_note(chat, outgoing.language, is_once=is_edit))
    if old is not None and is_edit:
        return _Plan([*steps, _edit(chat, old, last, outgoing)])
    return _Plan([*steps, _message(chat, last, _markup(outgoing, chat, has_keyboard))], old)


def _plan_document(letter: Letter, outgoing: Outgoing, document: Document, has_keyboard: bool) -> _Plan:
    """A text becomes no document by an edit: it is sent anew, and the older one of its slot loses its buttons. What is
    longer than a caption goes before."""
    chat, words = _chat_id(letter.chat), split(outgoing.text, CAPTION_LIMIT)
    captions, before = (words, []) if len(words) <= 1 else ([], _words(outgoing))
    body: dict[str, Any] = {"chat_id": chat}
    if captions:
        body |= {"caption": html(captions[0]), "parse_mode": "HTML"}
    markup = _markup(outgoing, chat, has_keyboard)
    if markup is not None:
        body["reply_markup"] = markup
    steps = [_message(chat, part) for part in before]
    if _needs_a_note(outgoing, chat):
        steps.append(_note(chat, outgoing.language, is_once=False))
    last = _Step("sendDocument", body, document=document)
    return _Plan([*steps, last], _message_number(letter.replaces))


def _is_photo(media_type: str, content: bytes) -> bool:
    """Whether Telegram takes it as a photo, which stands in the chat; any other picture goes as a file."""
    if media_type != "image/png" or not content.startswith(_PNG) or len(content) > PHOTO_LIMIT:
        return False
    width, height = (int.from_bytes(content[place : place + 4]) for place in (16, 20))
    shorter, longer = sorted((width, height))
    return shorter > 0 and width + height <= PHOTO_SIDES and longer <= PHOTO_RATIO * shorter


def _words(outgoing: Outgoing) -> list[str]:
    text = outgoing.text
    if outgoing.wish is Wish.PHOTO:
        text = f"{text}\n\n{label('photo_as_file', outgoing.language)}"
    parts = split(text)
    if not parts:
        raise SendError(Trouble.REFUSED, "nothing to read in it")
    return [html(part, has_headline=place == 0) for place, part in enumerate(parts)]


def _needs_a_note(outgoing: Outgoing, chat: int) -> bool:
    """A message has buttons or brings a keyboard, never both; the keyboard then comes with a line of its own, and
    before: the message with the buttons is the one whose number counts."""
    return outgoing.wish is Wish.LOCATION and bool(outgoing.rows) and chat > 0


def _markup(outgoing: Outgoing, chat: int, has_keyboard: bool) -> dict[str, Any] | None:
    """What has a slot may be edited later, and Telegram edits nothing that brought or took a keyboard: such a message
    takes one only where one is up, and the next of its slot comes anew."""
    if outgoing.rows:
        return buttons(outgoing.rows)
    if chat < 0:
        return None  # Telegram asks no group where it is
    if outgoing.wish is Wish.LOCATION:
        return place_keyboard(outgoing.language)
    return NO_KEYBOARD if outgoing.wish is None and (outgoing.slot is None or has_keyboard) else None


def _message(chat: int, text: str, markup: dict[str, Any] | None = None) -> _Step:
    return _Step("sendMessage", _body(chat, text, markup))


def _note(chat: int, language: str, *, is_once: bool) -> _Step:
    step = _message(chat, html(label("how_to_send_location", language)), place_keyboard(language))
    step.is_once = is_once
    return step


def _edit(chat: int, message_id: int, text: str, outgoing: Outgoing) -> _Step:
    markup = buttons(outgoing.rows) if outgoing.rows else None
    body = _body(chat, text, markup) | {"message_id": message_id}
    return _Step("editMessageText", body, is_only_change=outgoing.is_only_change)


def _body(chat: int, text: str, markup: dict[str, Any] | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "chat_id": chat,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if markup is not None:
        body["reply_markup"] = markup
    return body


def _menu(chat: int, outgoing: Outgoing) -> _Step:
    commands = [{"command": key.data.removeprefix("/"), "description": key.label} for key in outgoing.menu]
    return _Step("setMyCommands", {"commands": commands, "scope": BotCommandScopeChat(chat).to_dict()})


def _chat_id(chat: str) -> int:
    try:
        return int(chat)
    except ValueError:
        raise SendError(Trouble.UNREACHABLE, "not a number of Telegram's") from None


def _message_number(message_id: str | None) -> int | None:
    return int(message_id) if message_id and message_id.isdecimal() else None


def _message_id(result: Any) -> str:
    """Of a message that was sent or edited; a menu has none."""
    return str(result.get("message_id", "")) if isinstance(result, dict) else ""
