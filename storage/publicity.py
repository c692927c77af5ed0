"""What is public, found fast among a million: results by place, by part of a name and by code; bundles and their keys.

No query here touches a person. Lists are read newest first from a cursor, never counted and never skipped through.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlmodel import col

from inspection.calendar.beijing import beijing_day
from inspection.name_search import INITIALS, folded, initial_of, looks_like_a_code, parts_of
from inspection.open_data import BundleKind
from storage.once import add_once
from storage.store import Records
from storage.tables.inspections import Publication
from storage.tables.publicity import PublicBundle, PublishedResult, ResultNamePart, SigningKey

LOOKED_THROUGH = 2000
"""So many candidates are compared with what is looked for at a time; whoever wants more goes on from there."""
_PROBED_PARTS = 8
"""Of a long name so many pairs of signs are weighed: the rarest of eight is rare."""
_WEIGHED_TO = 500
"""And each up to here: beyond it all are common."""


@dataclass(frozen=True)
class Wanted:
    """Which results: all that is empty does not matter. `before` is the cursor: only places before it."""

    search: str = ""
    department: str = ""
    district: str = ""
    year: int = 0
    scheme: str = ""
    initial: str = ""
    credit_code: str = ""
    before: int = 0


@dataclass(frozen=True)
class Found:
    """A page of results. `next_before` is where to go on, 0 at the end; `is_cut_short`: not all was looked through,
    and there may be more though the page is not full."""

    rows: list[PublishedResult]
    next_before: int
    is_cut_short: bool = False


def enter_result(
    records: Records, publication: Publication, *, department: str, district: str
) -> PublishedResult:
    """The newest version of a result takes its line at the front of the lists, in place of the version before."""
    old = records.session.execute(
        select(col(PublishedResult.place)).where(
            col(PublishedResult.inspection_id) == publication.inspection_id
        )
    ).scalar()
    if old is not None:
        for table, place in (
            (ResultNamePart, ResultNamePart.place),
            (PublishedResult, PublishedResult.place),
        ):
            records.session.execute(delete(table).where(col(place) == old))
    name = folded(publication.object_name)
    line = PublishedResult(
        inspection_id=publication.inspection_id,
        version=publication.version,
        scheme_id=publication.scheme_id,
        department=department,
        district=district,
        year=beijing_day(publication.published_at).year,
        object_name=publication.object_name,
        folded_name=name,
        initial=initial_of(name),
        credit_code=publication.credit_code,
        published_at=publication.published_at,
    )
    records.add(line)
    parts = [{"part": part, "place": line.place} for part in parts_of(name)]
    if parts:
        records.session.execute(insert(ResultNamePart), parts)
    return line


def results(records: Records, wanted: Wanted, *, limit: int) -> Found:
    """Newest first; of a credit code's beginning in the order of codes where it is not whole."""
    text = folded(wanted.search)
    if looks_like_a_code(text):
        found = _by_code(records, wanted, text.upper(), limit)
        if found.rows or len(text) >= _LONG_CODE:
            return found
    if text:
        return _by_name(records, wanted, text, limit)
    rows = list(records.session.execute(_narrowed(records, wanted).limit(limit + 1)).scalars())
    return _page(rows, limit)


_LONG_CODE = 15
"""Signs of the shortest whole code; nobody's name is that."""


def _page(rows: list[PublishedResult], limit: int) -> Found:
    shown = rows[:limit]
    return Found(shown, (shown[-1].place or 0) if len(rows) > limit else 0)


def _narrowed(records: Records, wanted: Wanted) -> Select[PublishedResult]:
    """A year is a stretch of places, so it narrows by the same index as the rest."""
    place = col(PublishedResult.place)
    rows = select(PublishedResult).order_by(place.desc())
    for column, value in (
        (col(PublishedResult.department), wanted.department),
        (col(PublishedResult.district), wanted.district),
        (col(PublishedResult.scheme_id), wanted.scheme),
        (col(PublishedResult.initial), wanted.initial),
        (col(PublishedResult.credit_code), wanted.credit_code),
    ):
        if value:
            rows = rows.where(column == value)
    if wanted.year:
        first, last = _places_of(records, wanted.year)
        rows = rows.where(place >= first, place <= last, col(PublishedResult.year) == wanted.year)
    if wanted.before:
        rows = rows.where(place < wanted.before)
    return rows


def _places_of(records: Records, year: int) -> tuple[int, int]:
    place, its_year = col(PublishedResult.place), col(PublishedResult.year)
    ends = [
        records.session.execute(
            select(place).where(its_year == year).order_by(order).limit(1)
        ).scalar_one_or_none()
        for order in (place.asc(), place.desc())
    ]
    return (ends[0] or 0, ends[1] or 0)


def _by_code(records: Records, wanted: Wanted, code: str, limit: int) -> Found:
    """A whole code by its index. The beginning of one gives whose codes begin so, in the order of codes, once each
    page; `before` is then no cursor, and whoever finds too many types more signs."""
    column, place = col(PublishedResult.credit_code), col(PublishedResult.place)
    whole = _narrowed(records, wanted).where(column == code)
    rows = list(records.session.execute(whole.limit(limit + 1)).scalars())
    if rows or wanted.before:
        return _page(rows, limit)
    beginning = (
        _narrowed(records, replace(wanted, before=0))
        .where(column >= code, column < _after(code))
        .order_by(None)
        .order_by(column, place.desc())
        .limit(limit + 1)
    )
    rows = list(records.session.execute(beginning).scalars())
    return Found(rows[:limit], 0, is_cut_short=len(rows) > limit)


_SIGNS_OF_CODES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _after(code: str) -> str:
    """The least text of the signs of codes that sorts after all that begin so, in every collation."""
    kept = code.rstrip("Z")
    if not kept:
        return "Z" * 40
    return kept[:-1] + _SIGNS_OF_CODES[_SIGNS_OF_CODES.index(kept[-1]) + 1]


def _by_name(records: Records, wanted: Wanted, text: str, limit: int) -> Found:
    """Compares the candidates that the rarest pair of signs gives, newest first, `LOOKED_THROUGH` of them at most."""
    part = _rarest(records, parts_of(text))
    candidates = _candidates(part, wanted.before).limit(LOOKED_THROUGH).subquery()
    rows = (
        _narrowed(records, wanted)
        .join(candidates, candidates.c.place == col(PublishedResult.place))
        .where(col(PublishedResult.folded_name).contains(text, autoescape=True))
    )
    found = list(records.session.execute(rows.limit(limit + 1)).scalars())
    page = _page(found, limit)
    if page.next_before:
        return page
    last = records.session.execute(select(func.count(), func.min(candidates.c.place))).one()
    was_cut_short = last[0] == LOOKED_THROUGH
    return Found(page.rows, int(last[1]) if was_cut_short else 0, is_cut_short=was_cut_short)


def _candidates(part: str, before: int) -> Select[Any]:
    place = col(ResultNamePart.place) if part else col(PublishedResult.place)
    rows = select(place).order_by(place.desc())
    if part:
        rows = rows.where(col(ResultNamePart.part) == part)
    return rows.where(place < before) if before else rows


def _rarest(records: Records, parts: Sequence[str]) -> str:
    """Weighed by how many there are, up to a bound: beyond it all are common. Empty for a single sign."""
    if len(parts) <= 1:
        return parts[0] if parts else ""
    chosen = parts[:: max(1, len(parts) // _PROBED_PARTS)][:_PROBED_PARTS]
    return min(zip(_weights(records, chosen), chosen, strict=True))[1]


def _weights(records: Records, parts: Sequence[str]) -> list[int]:
    """How many names have each, counted up to a bound, in one question."""
    counted = [
        select(func.count())
        .select_from(
            select(col(ResultNamePart.place))
            .where(col(ResultNamePart.part) == part)
            .limit(_WEIGHED_TO)
            .subquery()
        )
        .scalar_subquery()
        for part in parts
    ]
    return [int(one) for one in records.session.execute(select(*counted)).one()]


def number_of_results(records: Records, at_most: int) -> int:
    """How many there are, counted up to a bound."""
    some = select(col(PublishedResult.place)).limit(at_most).subquery()
    return int(records.session.execute(select(func.count()).select_from(some)).scalar_one())


def years_of_results(records: Records) -> list[int]:
    """The years in which something was published, the newest first: one look-up for each."""
    its_year = col(PublishedResult.year)
    found: list[int] = []
    year = records.session.execute(select(func.max(its_year))).scalar()
    while year is not None:
        found.append(int(year))
        year = records.session.execute(select(func.max(its_year)).where(its_year < year)).scalar()
    return found


def initials_of(records: Records, district: str) -> list[str]:
    """The letters under which a district has results: one look-up for each."""
    its_district, its_initial = col(PublishedResult.district), col(PublishedResult.initial)

    def has(initial: str) -> bool:
        rows = select(col(PublishedResult.place)).where(its_district == district, its_initial == initial)
        return records.session.execute(rows.limit(1)).first() is not None

    return [one for one in INITIALS if has(one)]


def districts_of_results(records: Records) -> list[str]:
    """The districts in which something was published: one look-up for each."""
    its_district = col(PublishedResult.district)
    found: list[str] = []
    district = records.session.execute(select(func.min(its_district))).scalar()
    while district is not None:
        found.append(str(district))
        district = records.session.execute(
            select(func.min(its_district)).where(its_district > district)
        ).scalar()
    return found


def publications(records: Records, lines: Sequence[PublishedResult]) -> dict[str, Publication]:
    """The newest version of each of these, by inspection."""
    ids = [one.inspection_id for one in lines]
    newest = {one.inspection_id: one.version for one in lines}
    rows = select(Publication).where(col(Publication.inspection_id).in_(ids))
    return {
        one.inspection_id: one
        for one in records.session.execute(rows).scalars()
        if newest[one.inspection_id] == one.version
    }


def newest_result(records: Records) -> PublishedResult | None:
    rows = select(PublishedResult).order_by(col(PublishedResult.place).desc()).limit(1)
    return records.session.execute(rows).scalar_one_or_none()


def corrections(
    records: Records, *, before: tuple[datetime, str] | None = None, limit: int
) -> list[Publication]:
    """Versions after the first, newest first; `before` is moment and inspection of the last that was read."""
    at, id = col(Publication.published_at), col(Publication.inspection_id)
    rows = select(Publication).where(col(Publication.version) > 1).order_by(at.desc(), id.desc())
    if before:
        rows = rows.where((at < before[0]) | ((at == before[0]) & (id < before[1])))
    return list(records.session.execute(rows.limit(limit)).scalars())


# Bundles


def newest_bundle(records: Records, kind: BundleKind, subject: str) -> PublicBundle | None:
    rows = (
        select(PublicBundle)
        .where(col(PublicBundle.kind) == kind.value, col(PublicBundle.subject) == subject)
        .order_by(col(PublicBundle.version).desc())
        .limit(1)
    )
    return records.session.execute(rows).scalar_one_or_none()


def bundle_of(records: Records, kind: BundleKind, subject: str, version: int) -> PublicBundle | None:
    rows = select(PublicBundle).where(
        col(PublicBundle.kind) == kind.value,
        col(PublicBundle.subject) == subject,
        col(PublicBundle.version) == version,
    )
    return records.session.execute(rows).scalar_one_or_none()


def stamps(records: Records, kind: BundleKind) -> dict[str, tuple[int, str]]:
    """Version and stamp of the newest bundle of each subject."""
    rows = (
        select(col(PublicBundle.subject), col(PublicBundle.version), col(PublicBundle.stamp))
        .where(col(PublicBundle.kind) == kind.value)
        .order_by(col(PublicBundle.id))
    )
    return {subject: (version, stamp) for subject, version, stamp in records.session.execute(rows)}


def bundles(records: Records, kind: BundleKind, *, before: int = 0, limit: int) -> list[PublicBundle]:
    """Every version, newest first; `before` is the id of the last that was read."""
    rows = select(PublicBundle).where(col(PublicBundle.kind) == kind.value)
    if before:
        rows = rows.where(col(PublicBundle.id) < before)
    return list(records.session.execute(rows.order_by(col(PublicBundle.id).desc()).limit(limit)).scalars())


def newest_bundles(records: Records, kind: BundleKind, *, before: int = 0, limit: int) -> list[PublicBundle]:
    """The newest version of each subject, the newest first."""
    newest = (
        select(func.max(col(PublicBundle.id)))
        .where(col(PublicBundle.kind) == kind.value)
        .group_by(col(PublicBundle.subject))
    )
    rows = select(PublicBundle).where(col(PublicBundle.id).in_(newest))
    if before:
        rows = rows.where(col(PublicBundle.id) < before)
    return list(records.session.execute(rows.order_by(col(PublicBundle.id).desc()).limit(limit)).scalars())


def last_bundle(records: Records, kind: BundleKind) -> PublicBundle | None:
    """The one that was written last, of whatever subject."""
    return next(iter(bundles(records, kind, limit=1)), None)


def is_newest(records: Records, bundle: PublicBundle) -> bool:
    newest = newest_bundle(records, BundleKind(bundle.kind), bundle.subject)
    return newest is not None and newest.version == bundle.version


# Signatures


def unsigned(records: Records, *, limit: int) -> list[Publication | PublicBundle]:
    """What is public and not signed yet, the oldest first."""
    of_results = select(Publication).where(col(Publication.signature).is_(None))
    found: list[Publication | PublicBundle] = list(
        records.session.execute(of_results.order_by(col(Publication.published_at)).limit(limit)).scalars()
    )
    others = select(PublicBundle).where(col(PublicBundle.signature).is_(None))
    found += records.session.execute(
        others.order_by(col(PublicBundle.id)).limit(max(0, limit - len(found)))
    ).scalars()
    return found


def unsigned_since(records: Records, since: datetime, *, limit: int = 100) -> list[tuple[str, str]]:
    """Kind and subject of what has been public since before then and is not signed."""
    of_results = select(col(Publication.inspection_id)).where(
        col(Publication.signature).is_(None), col(Publication.published_at) < since
    )
    others = select(col(PublicBundle.kind), col(PublicBundle.subject)).where(
        col(PublicBundle.signature).is_(None), col(PublicBundle.published_at) < since
    )
    results_found = records.session.execute(of_results.limit(limit)).scalars()
    return [
        *((BundleKind.RESULT.value, id) for id in results_found),
        *((kind, subject) for kind, subject in records.session.execute(others.limit(limit))),
    ]


def sign(records: Records, row: Publication | PublicBundle, signature: str, key_id: str) -> bool:
    """False where somebody else was quicker."""
    table: Any = type(row)
    its_key = (
        (table.inspection_id == row.inspection_id, table.version == row.version)
        if isinstance(row, Publication)
        else (table.id == row.id,)
    )
    done = records.session.execute(
        update(table).where(*its_key, table.signature.is_(None)).values(signature=signature, key_id=key_id),
        execution_options={"synchronize_session": False},
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def keep_key(records: Records, key_id: str, public_key: str, *, at: datetime) -> bool:
    """True where it is a new one."""
    row = {"id": key_id, "public_key": public_key, "added_at": at}
    return add_once(records, SigningKey, [row], key=("id",)) == 1


def keys(records: Records) -> list[SigningKey]:
    """Every public key that ever signed, the oldest first."""
    rows = select(SigningKey).order_by(col(SigningKey.added_at), col(SigningKey.id))
    return list(records.session.execute(rows).scalars())


def all_results(records: Records, *, chunk: int = 1000) -> Iterator[PublishedResult]:
    """Every line, newest first, some at a time."""
    wanted = Wanted()
    while True:
        found = results(records, wanted, limit=chunk)
        yield from found.rows
        if not found.next_before:
            return
        wanted = replace(wanted, before=found.next_before)
