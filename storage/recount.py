"""The figures of the statistics counted once more, in plain SQL over the tables: for a check that shares no line with
what it checks. Written for SQLite, where a year is played (`bot.play.year`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text

from storage.store import Records

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Asked:
    """What is counted, as the page asks it; an empty field asks nothing. `month` is such as `2026-07`."""

    year: str = ""
    month: str = ""
    department: str = ""
    district: str = ""
    origin: str = ""


def count(records: Records, what: str, asked: Asked) -> Rows:
    """The rows of one of the figures below, such as `by_district`."""
    return _rows(records, FIGURES[what], asdict(asked))


def look_up(records: Records, what: str, **values: Any) -> Rows:
    """The rows of one of the lookups below, such as `shops`."""
    return _rows(records, LOOKUPS[what], values)


def tally(records: Records, table: str, column: str = "state") -> dict[str, int]:
    """How many rows have which value."""
    named = {"table": table, "column": column}
    if not all(one.isidentifier() for one in named.values()):
        raise ValueError(named)
    rows = _rows(records, f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1", {})
    return {str(value): int(number) for value, number in rows}


def _rows(records: Records, statement: str, values: Mapping[str, Any]) -> Rows:
    return [tuple(row) for row in records.session.execute(text(statement), dict(values))]


_DAY = "date(substr({0}, 1, 19), '+8 hours')"
_CHOSEN_ON = _DAY.format("coalesce(d.drawn_at, c.entered_at)")
_SEATED_ON = _DAY.format("a.drawn_at")
_MOMENT_FITS = "(:year = '' OR {0} LIKE :year || '%') AND (:month = '' OR {0} LIKE :month || '%')"
_SCHEME = """
scheme_asked AS (
  SELECT s.id, s.departments,
         CASE WHEN s.kind IN ('special', 'case', 'full_coverage') THEN s.kind
              WHEN coalesce(s.plan_id, '') = '' THEN 'temporary' ELSE 'plan' END AS origin
  FROM scheme s
  WHERE :department = '' OR EXISTS (SELECT 1 FROM json_each(s.departments) e WHERE e.value = :department)
)"""
_VISITS = f"""
WITH {_SCHEME},
visit AS (
  SELECT i.id, i.object_id, i.scheme_id, o.district, o.credit_class, s.origin, s.departments,
         substr({_CHOSEN_ON}, 1, 7) AS month, r.state AS result, r.published_at IS NOT NULL AS is_public,
         {_DAY.format("i.ended_at")} AS ended_on, {_DAY.format("r.published_at")} AS published_on,
         {_DAY.format("r.published_at")} <= r.publicity_due AS is_on_time, f.outcome,
         EXISTS (SELECT 1 FROM follow_up m WHERE m.inspection_id = i.id
                 AND m.state IN ('opened', 'ordered', 'reported'))
         OR EXISTS (SELECT 1 FROM transfer t WHERE t.inspection_id = i.id AND t.state <> 'closed')
         OR EXISTS (SELECT 1 FROM suspected_crime k WHERE k.inspection_id = i.id
                    AND k.state IN ('reported', 'approved', 'handed_over')) AS is_open
  FROM inspection i
  JOIN registered_object o ON o.id = i.object_id
  JOIN scheme_asked s ON s.id = i.scheme_id
  LEFT JOIN draw_record d ON d.id = i.draw_id
  LEFT JOIN selection c ON c.id = i.selection_id
  LEFT JOIN result r ON r.inspection_id = i.id
  LEFT JOIN case_file f ON f.inspection_id = i.id
  WHERE i.state NOT IN ('replaced', 'called_off') AND {_MOMENT_FITS.format(_CHOSEN_ON)}
    AND (:district = '' OR o.district = :district) AND (:origin = '' OR s.origin = :origin)
)
"""
_FIGURES = """
  count(*),
  sum(NOT is_public AND coalesce(result, 'draft') = 'draft'),
  sum(NOT is_public AND result IN ('submitted', 'returned', 'approved')),
  sum(is_public), sum(is_public AND is_on_time), sum(is_public AND NOT is_open),
  sum(is_public AND outcome IS NOT NULL AND outcome <> 'clean')
"""
"""Objects, waiting, in entry, published, on time, finished, with a problem."""
_FOUND = f"""{_VISITS}, found AS (
  SELECT n.item_id, n.category, n.follow_ups FROM finding n JOIN visit v ON v.id = n.inspection_id WHERE v.is_public
)"""
_SEATS = f"""
WITH seat_asked AS (
  SELECT a.*, p.department, i.draw_id, i.scheme_id, i.selection_id
  FROM assignment a
  JOIN person p ON p.id = a.person_id
  JOIN inspection i ON i.id = a.inspection_id
  WHERE p.department <> 'expert' AND {_MOMENT_FITS.format(_SEATED_ON)}
    AND (:department = '' OR p.department = :department)
)
"""
_STATES = """
  count(*), sum(answered_at IS NOT NULL AND state <> 'lapsed'), sum(state = 'recused'), sum(state = 'unavailable'),
  sum(state = 'lapsed'), sum(state = 'sent_back'), sum(state = 'ordered_off')
"""
_PROBLEM = "category NOT IN ('clean', 'passed', 'no_activity', 'closed_down', 'other')"


def _visits_by(key: str) -> str:
    return f"{_VISITS} SELECT {key}, {_FIGURES} FROM visit GROUP BY 1"


FIGURES: dict[str, str] = {
    "whole": f"{_VISITS} SELECT 'all', {_FIGURES} FROM visit",
    "by_department": f"{_VISITS} SELECT e.value, {_FIGURES} FROM visit, json_each(visit.departments) e"
    " WHERE :department = '' OR e.value = :department GROUP BY 1",
    "by_district": _visits_by("district"),
    "by_month": _visits_by("month"),
    "by_class": _visits_by("credit_class"),
    "by_origin": _visits_by("origin"),
    "spans": f"{_VISITS} SELECT ended_on, published_on FROM visit"
    " WHERE ended_on IS NOT NULL AND published_on IS NOT NULL",
    "items": f"{_FOUND} SELECT t.title, count(*), sum({_PROBLEM}) FROM found JOIN inspection_item t ON t.id = item_id"
    " GROUP BY t.id",
    "categories": f"{_FOUND} SELECT category, count(*) FROM found GROUP BY 1",
    "follow_ups": f"{_FOUND} SELECT e.value, count(*) FROM found, json_each(found.follow_ups) e GROUP BY 1",
    "matters": f"""{_VISITS}, matter AS (
        SELECT inspection_id, kind, state IN ('opened', 'ordered', 'reported') AS goes_on FROM follow_up
        UNION ALL SELECT inspection_id, 'transfer', state <> 'closed' FROM transfer
        UNION ALL SELECT inspection_id, 'objection', state IN ('registered', 'upheld') FROM correction)
        SELECT kind, count(*), sum(goes_on) FROM matter JOIN visit v ON v.id = inspection_id GROUP BY 1""",
    "repeats": f"{_VISITS} SELECT times, count(*)"
    " FROM (SELECT count(*) AS times FROM visit GROUP BY object_id) GROUP BY 1",
    "seats": f"{_SEATS} SELECT department, {_STATES} FROM seat_asked GROUP BY 1",
    "all_seats": f"{_SEATS} SELECT 'all', {_STATES} FROM seat_asked",
    "officers": f"{_SEATS} SELECT p.name, sum(seat_asked.state IN ('confirmed', 'completed')), {_STATES}"
    " FROM seat_asked JOIN person p ON p.id = person_id GROUP BY p.id".replace("state =", "seat_asked.state ="),
    "minutes": f"{_SEATS} SELECT department, (strftime('%s', substr(answered_at, 1, 19))"
    " - strftime('%s', substr(notified_at, 1, 19))) / 60 FROM seat_asked"
    " WHERE notified_at IS NOT NULL AND answered_at IS NOT NULL AND state <> 'lapsed'",
    "grounds": f"{_SEATS} SELECT q.kind, q.ground, count(*)"
    " FROM leave_request q JOIN seat_asked ON seat_asked.id = q.assignment_id"
    " WHERE q.state = 'granted' GROUP BY 1, 2",
    "redrawn": f"{_SEATS} SELECT sum(round > 0 AND selection_id IS NULL) FROM seat_asked",
    "rounds": f"""WITH {_SCHEME} SELECT count(*) FROM (SELECT DISTINCT i.draw_id, a.round FROM assignment a
        JOIN inspection i ON i.id = a.inspection_id JOIN scheme_asked s ON s.id = i.scheme_id
        WHERE a.round > 0 AND i.draw_id IS NOT NULL AND {_MOMENT_FITS.format(_SEATED_ON)}
          AND (:origin = '' OR s.origin = :origin))""",
    "schemes": f"""WITH {_SCHEME}, moment AS (
        SELECT scheme_id, {_DAY.format("drawn_at")} AS day FROM draw_record WHERE drawn_at IS NOT NULL
        UNION SELECT scheme_id, {_DAY.format("entered_at")} FROM selection)
        SELECT count(*), sum(json_array_length(departments) > 1) FROM scheme_asked
        WHERE (:origin = '' OR origin = :origin)
          AND id IN (SELECT scheme_id FROM moment WHERE {_MOMENT_FITS.format("day")})""",
}  # fmt: skip

LOOKUPS: dict[str, str] = {
    "shops": "SELECT id FROM registered_object WHERE industry = 'retail' ORDER BY id",
    "lodgings_not_visited": "SELECT id FROM registered_object WHERE industry = 'lodging'"
    " AND id NOT IN (SELECT object_id FROM inspection) ORDER BY id",
    "scheme_named": "SELECT id FROM scheme WHERE name = :name",
    "schemes": "SELECT id FROM scheme ORDER BY id",
    "unfinished_schemes": "SELECT id, state FROM scheme WHERE state NOT IN ('finished', 'voided') ORDER BY id",
    "draws": "SELECT id FROM draw_record WHERE transcript IS NOT NULL ORDER BY id",
    "results_without_objection": "SELECT r.inspection_id FROM result r"
    " JOIN inspection i ON i.id = r.inspection_id JOIN finding f ON f.inspection_id = i.id"
    " WHERE r.state = 'published' AND f.category = 'corrected'"
    " AND r.inspection_id NOT IN (SELECT inspection_id FROM correction) ORDER BY r.published_at DESC",
    "corrections_ordered": "SELECT id, department FROM follow_up WHERE kind = 'rectify' AND ordered_at IS NOT NULL"
    " ORDER BY ordered_at",
    "published": "SELECT inspection_id FROM result WHERE state = 'published' ORDER BY published_at",
    "archived_documents": "SELECT inspection_id FROM archive_part WHERE path LIKE '%follow-ups/documents.json'",
    "archived_notices": "SELECT inspection_id FROM archive_part WHERE path LIKE '%notice/notice.pdf'",
    "listings": "SELECT id, department FROM follow_up WHERE kind = 'listing' AND state = 'listed' ORDER BY id",
    "complete_open_files": "SELECT inspection_id FROM case_file f WHERE state = 'open'"
    " AND NOT EXISTS (SELECT 1 FROM follow_up m WHERE m.inspection_id = f.inspection_id"
    " AND m.state IN ('opened', 'ordered', 'reported'))"
    " AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.inspection_id = f.inspection_id AND t.state <> 'closed')"
    " AND NOT EXISTS (SELECT 1 FROM suspected_crime k WHERE k.inspection_id = f.inspection_id)"
    " ORDER BY inspection_id",
    "archived_files": "SELECT inspection_id FROM case_file WHERE state = 'archived' ORDER BY inspection_id",
    "checks_with_flaws": "SELECT subject, json_extract(details, '$.flaws') FROM journal_line"
    " WHERE json_extract(details, '$.what') = 'check' AND json_extract(details, '$.flaws') > 0",
    "deliveries": "SELECT id, state FROM delivery ORDER BY id",
}
