"""The printer: makes the papers and draws the pictures that were asked for in chats, beside all conversations."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from actions.diligence_orders import diligence_made, diligence_of
from actions.paper_orders import paper_given_up, paper_made, paper_refused
from actions.papers import paper_of, pdf_of
from actions.picture_orders import picture_made, picture_of
from actions.visit_calendar import visit_icalendar
from actions.visit_checks import visit_check_url
from bot.rounds import Rounds, note_fault
from inspection.refusals import Refusal
from notifications.buttons.papers import PaperKind
from notifications.buttons.pictures import PictureKind
from notifications.papers.diligence_record import render_diligence
from notifications.pictures.pictures import draw
from notifications.qr import qr_png
from storage import paper_orders
from storage.files import FileFault, FileStore
from storage.store import Store, StoreFault
from storage.tables.messaging import PaperOrder
from storage.tables.registers import Person
from storage.traces import caused_by

GATHERING = 0.2
"""Seconds: every answer that is given might have asked for a paper, and it is not worth a look each time."""
TRIES = 5
"""A fault of ours, or of the disk, is tried so often; then the person hears that it does not work."""
_log = structlog.get_logger()


class Printer(Rounds):
    """One paper after the other; several processes share the work. `after` is called when there is something to send.

    An order is held by a lease. Whoever dies over it leaves it to the next, and whoever finds it done by somebody else
    says nothing: the state of the order and the line for the outbox are one commit.
    """

    doing = "claiming papers"

    def __init__(
        self,
        store: Store,
        files: FileStore,
        clock: Callable[[], datetime],
        after: Callable[[], None],
        fonts: Path | None = None,
        public_url: str = "",
    ) -> None:
        super().__init__()
        self._store, self._files, self._fonts = store, files, fonts
        self._public_url = public_url
        self._clock, self._after = clock, after

    async def _turn(self) -> bool:
        has_done = await asyncio.to_thread(self.print_next)
        if has_done:
            self._after()
        return has_done

    async def _pause(self) -> None:
        await super()._pause()
        await asyncio.sleep(GATHERING)

    def print_next(self) -> bool:
        """Makes one paper whose turn has come; False where there is none. A fault of the store leaves it claimed: its
        lease ends, and it is made again."""
        order = self._claim()
        if order is None:
            return False
        with caused_by(order.trace):
            self._fulfil(order)
        return True

    def _fulfil(self, order: PaperOrder) -> None:
        if order.attempts > TRIES:  # whoever tried died over it
            self._give_up(order)
            return
        try:
            self._make(order)
        except Refusal as refusal:
            self._refuse(order, refusal)
        except StoreFault:
            raise
        except Exception as fault:
            self._note_fault(order, fault)

    def _make(self, order: PaperOrder) -> None:
        if order.kind == PictureKind.DILIGENCE:
            self._prove(order)
        elif order.inspection_id is None:
            self._draw(order)
        elif order.kind == PaperKind.WINDOW:
            self._enter(order, order.inspection_id)
        elif order.kind == PaperKind.CHECK:
            self._show_check(order, order.inspection_id)
        else:
            self._print(order, order.inspection_id)

    def _claim(self) -> PaperOrder | None:
        at = self._clock()
        with self._store.reading() as records:
            has_come = paper_orders.has_come(records, at)
        if not has_come:
            return None
        with self._store.transaction() as records:
            return paper_orders.claim(records, at=at)

    def _print(self, order: PaperOrder, inspection_id: str) -> None:
        """The facts are read in one transaction, the sheet is set outside of any, and told in another."""
        with self._store.reading() as records:
            reader = records.get(Person, order.person_id)
            kind, where = PaperKind(order.kind), self._public_url
            paper = paper_of(records, inspection_id, kind, by=reader, public_url=where)
        sha256 = self._files.put(pdf_of(paper, self._files, fonts=self._fonts))
        with self._store.transaction(order.channel) as records:
            paper_made(records, order.id or 0, sha256, is_draft=paper.is_draft, at=self._clock())

    def _enter(self, order: PaperOrder, inspection_id: str) -> None:
        """The window of the visit as a calendar entry: a few lines of text."""
        with self._store.reading() as records:
            reader = records.get(Person, order.person_id)
            entry = visit_icalendar(records, inspection_id, by=reader)
        sha256 = self._files.put(entry.encode())
        with self._store.transaction(order.channel) as records:
            paper_made(records, order.id or 0, sha256, is_draft=False, at=self._clock())

    def _show_check(self, order: PaperOrder, inspection_id: str) -> None:
        """The check code as a QR picture, for the firm to scan from the officer's screen."""
        with self._store.reading() as records:
            reader = records.get(Person, order.person_id)
            address = visit_check_url(records, inspection_id, by=reader, public_url=self._public_url)
        sha256 = self._files.put(qr_png(address))
        with self._store.transaction(order.channel) as records:
            paper_made(records, order.id or 0, sha256, is_draft=False, at=self._clock())

    def _draw(self, order: PaperOrder) -> None:
        """A picture, in the same three steps."""
        with self._store.reading() as records:
            language = records.get(Person, order.person_id).language
            picture = picture_of(records, order, at=self._clock())
        sha256 = self._files.put(draw(picture, language, fonts=self._fonts))
        with self._store.transaction(order.channel) as records:
            picture_made(records, order.id or 0, sha256, picture, at=self._clock())

    def _prove(self, order: PaperOrder) -> None:
        """The record of duties of whoever asked, in the same three steps."""
        with self._store.reading() as records:
            found = diligence_of(records, order, at=self._clock())
        sha256 = self._files.put(render_diligence(found, fonts=self._fonts))
        with self._store.transaction(order.channel) as records:
            diligence_made(records, order.id or 0, sha256, found, at=self._clock())

    def _refuse(self, order: PaperOrder, refusal: Refusal) -> None:
        _log.info("paper_refused", number=order.id, reason=refusal.sentence)
        with self._store.transaction(order.channel) as records:
            paper_refused(records, order.id or 0, refusal, at=self._clock())

    def _give_up(self, order: PaperOrder) -> None:
        with self._store.transaction(order.channel) as records:
            paper_given_up(records, order.id or 0, at=self._clock())

    def _note_fault(self, order: PaperOrder, fault: Exception) -> None:
        if isinstance(fault, FileFault):  # the world's fault, and it may pass
            _log.warning("paper_not_kept", number=order.id, failure=type(fault).__name__)
        else:
            note_fault("making a paper", fault)
        if order.attempts >= TRIES:
            self._give_up(order)
            return
        retry_at = self._clock() + timedelta(seconds=2**order.attempts)
        with self._store.transaction(order.channel) as records:
            paper_orders.put_off(records, order.id or 0, type(fault).__name__, retry_at=retry_at)
