"""WeCom as a channel: letters become texts, cards, changed cards and files."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot.channels.channel import Fate, Report, SendError, Sent, Trouble, not_held
from bot.channels.forms import Upload
from bot.channels.pace import Bucket, NoMoreTurns, Pacing
from bot.channels.wecom import limits
from bot.channels.wecom.card_book import CardBook, Standing
from bot.channels.wecom.cards import Card, Draft, draft_of, notice_of
from bot.channels.wecom.codes import Meaning
from bot.channels.wecom.faults import Refused, WecomFault, fetch_error, send_error
from bot.channels.wecom.reading import CHANNEL
from bot.channels.wecom.wire import Calls
from notifications.catalogue import label
from notifications.outgoing import Document, Outgoing
from storage.files import FileDamaged, FileFault, FileMissing, FileStore
from storage.outbox import Letter
from storage.store import StoreFault
from storage.traces import bear

TURN_SECONDS = 30.0
"""A letter whose turn has not come by then goes back to the outbox, well before its lease there ends."""
CLOSE_SECONDS = 5.0
HELD_SECONDS = 3.0
_CARD = "c"
"""Task ids begin so; what does not was a text, which WeCom never changes."""
_CHANGE = "change:"
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
"""An id of the directory. No `|`, which would be two people, and no `@all`."""
_IMAGES = frozenset({"image/png", "image/jpeg"})
_log = structlog.get_logger()

OnFault = Callable[[WecomFault | None], None]
"""Called with what went wrong over a letter, and with None when one arrived."""


def bucket_of(chat: str, now: float) -> Bucket:
    """To one person twelve at once and sixteen a minute, which stays below thirty in any minute and a thousand in any
    hour; a card may be changed faster."""
    if chat.startswith(_CHANGE):
        return Bucket(20, 2, now)
    return Bucket(12, 0.27, now)


@dataclass(frozen=True)
class _Step:
    """One message of a letter: words, a card with its id, or a file."""

    words: str = ""
    card: Card | None = None
    task_id: str = ""
    document: Document | None = None


class WeCom:
    """Carries letters to people of one organisation, by one app. `home` is where a card without buttons leads."""

    name = CHANNEL

    def __init__(
        self, calls: Calls, agent_id: int, book: CardBook, pace: Pacing, files: FileStore, home: str,
        on_fault: OnFault = lambda fault: None,
    ) -> None:  # fmt: skip
        self._calls, self._agent_id, self._book = calls, agent_id, book
        self._pace, self._files, self._home, self._on_fault = pace, files, home, on_fault

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        """Each on its own, so that one person who must wait holds up nobody."""
        await asyncio.gather(*(self._carry(letter, report) for letter in letters))

    async def fetch(self, remote: str) -> bytes:
        """The bytes of a picture or a file; see `bot.channels.channel.FileSource`. WeCom keeps them for three days."""
        try:
            return await self._calls.download(remote, limits.FILE_BYTES)
        except WecomFault as fault:
            raise fetch_error(fault) from None

    async def _carry(self, letter: Letter, report: Report) -> None:
        bear(letter.trace)
        old: Standing | None = None
        try:
            message_id, old = await self._deliver(letter)
            fate: Fate = Sent(message_id)
            self._on_fault(None)
        except WecomFault as fault:
            self._note(letter.chat, fault)
            fate = send_error(fault)
        except SendError as error:
            fate = error
        except Exception as fault:  # a mistake of ours over this letter must not be the others'
            _log.error("letter_failed", fault=type(fault).__name__, exc_info=True)
            fate = SendError(Trouble.LATER, type(fault).__name__)
        report(letter, fate)
        if old is not None:
            await self._close(letter, old)

    async def _deliver(self, letter: Letter) -> tuple[str, Standing | None]:
        """The id of the message, and the card whose place it took without being changed: that one loses its buttons."""
        outgoing = Outgoing.from_json(letter.body)
        if outgoing.menu:
            return "", None  # the app has one menu for all, see `watching`
        if not _PERSON.fullmatch(letter.chat):
            raise SendError(Trouble.UNREACHABLE, "not an id of WeCom's directory")
        give_up_at = asyncio.get_running_loop().time() + TURN_SECONDS
        if await self._was_sent(letter):
            return _task_id(letter.key), None
        old = await self._standing(letter)
        if old is not None and (card := self._change(letter, outgoing)) is not None:
            if await self._changed(letter, old, card, give_up_at):
                return old.message_id, None
            old = None
        if outgoing.is_only_change:
            return letter.replaces or "", old  # where the words have no room, the buttons go all the same
        replaces = _is_card(letter.replaces) and not outgoing.is_fresh
        note = label("wecom_replaces", outgoing.language) if replaces else ""
        steps = _steps(letter, outgoing, draft_of(outgoing, note=note))
        return await self._post(letter, steps, give_up_at), old

    async def _was_sent(self, letter: Letter) -> bool:
        """By a try before this one, which may have ended before the outbox could hear of it."""
        if letter.attempts <= 1 and letter.replaces is None:
            return False
        try:
            return await self._book.has(letter.chat, _task_id(letter.key))
        except StoreFault as fault:
            raise SendError(Trouble.AWAY, f"store: {type(fault).__name__}") from fault

    async def _standing(self, letter: Letter) -> Standing | None:
        """The card in this letter's slot, if it can still be changed."""
        if letter.replaces is None or not _is_card(letter.replaces):
            return None
        try:
            return await self._book.take(letter.chat, letter.replaces, by=letter.key)
        except StoreFault as fault:
            raise SendError(Trouble.AWAY, f"store: {type(fault).__name__}") from fault

    def _change(self, letter: Letter, outgoing: Outgoing) -> Card | None:
        """What the card in the slot becomes; None where it must be another message."""
        if outgoing.is_fresh or outgoing.document is not None or letter.parts_sent:
            return None
        if not outgoing.rows:
            return notice_of(outgoing, self._home)
        draft = draft_of(outgoing)
        return draft.cards[0] if draft.is_one_card else None

    async def _changed(self, letter: Letter, old: Standing, card: Card, give_up_at: float) -> bool:
        """False: the code is spent or late, or the card is gone."""
        await self._turn(letter, f"{_CHANGE}{letter.chat}", give_up_at)
        body = self._body_of_change(letter, old) | {"template_card": card}
        try:
            told = await self._calls.call("message/update_template_card", body)
        except Refused as fault:
            if fault.meaning is Meaning.SPENT and old.is_tried:
                return True  # by the try before, whose answer was lost
            if fault.meaning in (Meaning.SPENT, Meaning.LETTER):
                _log.info("card_not_changed", channel=CHANNEL, detail=str(fault))
                return False
            raise
        return not told.get("invaliduser")

    async def _close(self, letter: Letter, old: Standing) -> None:
        """A courtesy: whoever presses an old card is told what is so now."""
        name = label("wecom_closed", str(letter.body.get("language", "zh")))
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._pace.turn(f"{_CHANGE}{letter.chat}", is_reply=letter.is_urgent)
                body = self._body_of_change(letter, old) | {"button": {"replace_name": name}}
                await self._calls.call("message/update_template_card", body)
        except (WecomFault, TimeoutError, NoMoreTurns) as fault:
            _log.debug("card_not_closed", fault=type(fault).__name__)

    def _body_of_change(self, letter: Letter, old: Standing) -> dict[str, Any]:
        return {"userids": [letter.chat], "agentid": self._agent_id, "response_code": old.code}

    async def _post(self, letter: Letter, steps: list[_Step], give_up_at: float) -> str:
        """Goes on where the last try stopped; the last step of all is never one that has been done."""
        done = min(letter.parts_sent, len(steps) - 1)
        message_id = ""
        for step in steps[done:]:
            try:
                body = await self._body(step)
                await self._turn(letter, letter.chat, give_up_at)
                message_id = await self._take(letter, step, body)
            except WecomFault as fault:
                self._note(letter.chat, fault)
                raise send_error(fault, done) from None
            except SendError as error:
                error.parts_sent = done
                raise
            done += 1
        return message_id

    async def _take(self, letter: Letter, step: _Step, body: dict[str, Any]) -> str:
        asked = {"touser": letter.chat, "agentid": self._agent_id, **body}
        try:
            told = await self._calls.call("message/send", asked)
        except Refused as fault:
            if step.task_id and "task_id" in fault.words.lower():
                return step.task_id  # no other letter makes this id: a try before this one arrived
            raise
        if told.get("invaliduser"):
            raise SendError(Trouble.UNREACHABLE, "wecom 81013: not in the app's visible range")
        if told.get("unlicenseduser"):
            raise SendError(Trouble.UNREACHABLE, "wecom: this person's account has no licence for it")
        code = told.get("response_code")
        if step.task_id and isinstance(code, str) and code:
            await self._book.keep(letter.chat, step.task_id, code)
        return step.task_id or str(told.get("msgid", ""))

    async def _body(self, step: _Step) -> dict[str, Any]:
        """A card is asked to be shown once however often it is sent; of two like texts both may be meant."""
        if step.document is not None:
            return await self._uploaded(step.document)
        if step.card is not None:
            return {
                "msgtype": "template_card", "template_card": step.card | {"task_id": step.task_id},
                "enable_duplicate_check": 1, "duplicate_check_interval": limits.DUPLICATE_CHECK_SECONDS,
            }  # fmt: skip
        return {"msgtype": "text", "text": {"content": step.words}}

    async def _uploaded(self, document: Document) -> dict[str, Any]:
        """Raises `SendError`: what is damaged or gone comes back by no second try, and an operator must see it."""
        try:
            content = await asyncio.to_thread(self._files.read, document.sha256)
        except (FileMissing, FileDamaged) as fault:
            raise SendError(Trouble.REFUSED, f"the document's bytes: {type(fault).__name__}") from fault
        except FileFault as fault:
            raise SendError(Trouble.LATER, f"the file store: {type(fault).__name__}") from fault
        is_image = document.media_type in _IMAGES and len(content) <= limits.IMAGE_BYTES
        if len(content) > limits.FILE_BYTES:
            raise SendError(
                Trouble.REFUSED, f"a document of {len(content)} bytes; {limits.FILE_BYTES} can be sent"
            )
        kind = "image" if is_image else "file"
        upload = Upload("media", document.file_name, content, document.media_type)
        media_id = await self._calls.upload(kind, upload)
        return {"msgtype": kind, kind: {"media_id": media_id}}

    async def _turn(self, letter: Letter, chat: str, give_up_at: float) -> None:
        """Raises `SendError` rather than wait for long."""
        held = self._pace.held_for(chat)
        if held > HELD_SECONDS:
            raise SendError(Trouble.AWAY, "told to wait", timedelta(seconds=held))
        try:
            async with asyncio.timeout_at(give_up_at):
                await self._pace.turn(chat, is_reply=letter.is_urgent)
        except TimeoutError:
            raise SendError(Trouble.AWAY, "too many before it", timedelta(seconds=1)) from None
        except NoMoreTurns:
            raise SendError(Trouble.AWAY, "we are about to end", timedelta(seconds=1)) from None
        if not letter.is_held():
            raise not_held()

    def _note(self, chat: str, fault: WecomFault) -> None:
        self._on_fault(fault)
        wait = send_error(fault).retry_after
        if isinstance(fault, Refused) and fault.meaning is Meaning.SLOW_DOWN and wait is not None:
            self._pace.hold(chat, wait.total_seconds())


def _steps(letter: Letter, outgoing: Outgoing, draft: Draft) -> list[_Step]:
    """A file first, then what it is, and the cards last: the newest message is the one that counts."""
    steps = [_Step(document=outgoing.document)] if outgoing.document is not None else []
    steps += [_Step(words=text) for text in draft.texts]
    many = len(draft.cards) > 1
    for place, card in enumerate(draft.cards):
        steps.append(_Step(card=card, task_id=_task_id(letter.key, place if many else None)))
    return steps


def _task_id(key: str, place: int | None = None) -> str:
    """The same for every try of a letter, and no other letter's."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    return f"{_CARD}{digest}" if place is None else f"{_CARD}{digest}-{place}"


def _is_card(message_id: str | None) -> bool:
    return message_id is not None and re.fullmatch(rf"{_CARD}[0-9a-f]{{40}}(-\d+)?", message_id) is not None
