"""The anchors of the journal, for whoever wants to keep one: how far it had come each evening, signed."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from inspection.journal_chain import Anchor, anchor_of
from inspection.open_data import BundleKind
from inspection.publicity import read_bundle
from storage import publicity
from storage.tables.publicity import PublicBundle
from web import asked
from web.house import house_of
from web.pages import page

ANCHORS_ON_A_PAGE = 31


@dataclass(frozen=True)
class AnchorLine:
    """One evening: what was anchored, and its signed bundle."""

    anchor: Anchor
    bundle: PublicBundle


def show_journal(request: Request) -> Response:
    """`/journal`: the anchors, the newest first; `?before=` a cursor."""
    house, before = house_of(request), asked.whole(request, "before")
    with house.store.reading() as records:
        found = publicity.bundles(records, BundleKind.JOURNAL, before=before, limit=ANCHORS_ON_A_PAGE + 1)
    shown = [AnchorLine(anchor_of(read_bundle(one.bundle)), one) for one in found[:ANCHORS_ON_A_PAGE]]
    cursor = shown[-1].bundle.id if len(found) > ANCHORS_ON_A_PAGE else 0
    return page(
        "journal.html",
        house.language,
        found=shown,
        next_page=asked.address("/journal", before=cursor) if cursor else "",
        first_page="/journal" if before else "",
        is_export=house.is_export,
    )
