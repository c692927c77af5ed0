"""Whether the journal is still what was written: the chain, line by line, against every anchor we have or are given."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.public_bundles import FROZEN
from actions.signatures import fault_of
from inspection.journal_chain import (
    START,
    Anchor,
    Examination,
    Flaw,
    FlawKind,
    Line,
    NoAnchor,
    anchor_of,
    first_flaw,
    line_bytes,
)
from inspection.open_data import BundleKind
from inspection.publicity import digest, read_bundle
from inspection.signatures import key_id_of
from storage import chain, growing, publicity
from storage.store import Records
from storage.tables.publicity import PublicBundle


@dataclass(frozen=True)
class Trust:
    """By what the journal is judged beside itself: public keys by their ids, each of which may have signed an anchor,
    and anchors that somebody kept outside the store."""

    keys: Mapping[str, str]
    kept: Sequence[Anchor] = field(default_factory=tuple)


def trusted_keys(records: Records, *others: tuple[str, str], only: Collection[str] = ()) -> dict[str, str]:
    """The keys that the store knows and others, each under the id that is its own; `only` these where any is named."""
    known = [*((one.id, one.public_key) for one in publicity.keys(records)), *others]
    return {id: key for id, key in known if key_id_of(key) == id and (not only or id in only)}


def examine(records: Records, trust: Trust, *, since: date | None = None) -> tuple[Flaw | None, Examination]:
    """The first thing that is wrong, and how far was looked. With `since` the walk begins at the last anchor before
    that day, whose own place is believed because it was signed."""
    told = Examination()
    told_of = _anchors_told_of(records)  # before the anchors: one that is made meanwhile is not missed
    bundles = publicity.bundles(records, BundleKind.JOURNAL, limit=_ALL)
    flaw = _flaw_of_anchors(bundles, told_of, trust.keys)
    if flaw:
        return flaw, told
    anchors = [anchor_of(read_bundle(one.bundle)) for one in bundles] + list(trust.kept)
    flaw = _begin(records, anchors, since, told)
    if flaw is None:
        flaw = first_flaw(chain.pairs(records.session, after=told.start.place), anchors, told)
    return flaw or _around(records), told


_ALL = 1_000_000
"""One a day."""


def _begin(records: Records, anchors: Sequence[Anchor], since: date | None, told: Examination) -> Flaw | None:
    before = [one for one in anchors if since is not None and one.day < since]
    if not before:
        return None
    last = max(before, key=lambda one: one.link.place)
    standing = chain.link_at(records.session, last.link.place)
    told.start, told.anchors = last.link, 1
    if standing == last.link:
        return None
    kind = FlawKind.REWRITTEN if standing else FlawKind.CUT_OFF
    head = chain.head(records.session)
    place, line = (standing.place, standing.line_id) if standing else (head.place, head.line_id)
    return Flaw(kind, place, line, last.day.isoformat(), 0 if standing else last.link.place)


def _anchors_told_of(records: Records) -> list[Line]:
    lines = chain.lines_of(records.session, FROZEN)
    return [one for one in lines if one.details.get("kind") == BundleKind.JOURNAL]


def _flaw_of_anchors(
    bundles: Sequence[PublicBundle], told_of: Sequence[Line], keys: Mapping[str, str]
) -> Flaw | None:
    """Each is what was signed, and each that the journal tells of is there."""
    for one in bundles:
        if not _is_good(one, keys):
            return Flaw(FlawKind.BAD_ANCHOR, what=one.subject)
    there = {one.subject: one.digest for one in bundles}
    for line in told_of:
        if there.get(line.subject) != line.details.get("digest"):
            kind = FlawKind.BAD_ANCHOR if line.subject in there else FlawKind.ANCHOR_REMOVED
            return Flaw(kind, line=line.id, what=line.subject)
    return None


def _is_good(bundle: PublicBundle, keys: Mapping[str, str]) -> bool:
    """One that has just been made may wait for its signature."""
    try:
        is_itself = anchor_of(read_bundle(bundle.bundle)).day.isoformat() == bundle.subject
    except (NoAnchor, ValueError):
        return False
    if bundle.signature is None:
        return is_itself and digest(bundle.bundle) == bundle.digest
    key = keys.get(bundle.key_id or "")
    return is_itself and not fault_of(bundle.bundle.encode(), bundle.digest, bundle.signature, key)


def _around(records: Records) -> Flaw | None:
    """What the walk does not meet: lines without a link, and tables that are open."""
    line = chain.unlinked(records.session)
    if line is not None:
        return Flaw(FlawKind.INSERTED, line=line)
    for table in growing.unguarded(records.session.connection()):
        return Flaw(FlawKind.UNGUARDED, what=table)
    return None


def written_out(records: Records, *, since: date | None = None) -> Iterator[dict[str, Any]]:
    """The journal as a stranger can recompute it: place, hash, and the line's canonical bytes as text (`line` is None
    where it is gone). With `since` from the last anchor before that day."""
    start = START
    if since is not None:
        bundles = publicity.bundles(records, BundleKind.JOURNAL, limit=_ALL)
        anchors = [anchor_of(read_bundle(one.bundle)) for one in bundles]
        start = max(
            (one.link for one in anchors if one.day < since), key=lambda one: one.place, default=START
        )
    yield {"after": start.place, "hash": start.hash}
    for link, line in chain.pairs(records.session, after=start.place):
        yield {"place": link.place, "hash": link.hash, "line": line_bytes(line).decode() if line else None}
