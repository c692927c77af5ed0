"""The figures as tables of words: the same for the page, the public extract and the workbook."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from inspection.departments import department_name, district_name
from inspection.results import CATEGORIES, Category
from inspection.statistics import OBJECTION, TRANSFER, SeatFigures, Statistics, VisitFigures
from notifications.catalogue import label
from web.wording import Wording, wording

Cell = str | int | Fraction | None
"""A fraction is a share, shown in percent; None is shown as a dash."""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: `share` of the whole width."""

    name: str
    words: str
    share: float


@dataclass(frozen=True)
class Sheet:
    """One table; `word` names its title in `web/texts` and its place on the page. A chart shows one of its columns."""

    word: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: tuple[Bar, ...] = ()
    chart_title: str = ""
    note: str = ""


@dataclass(frozen=True)
class KeyFigure:
    title: str
    words: str


def percent(value: Fraction | None) -> str:
    """`93.8%`, to one place; a dash of nothing. Halves go up, as everybody counts."""
    if value is None:
        return "—"
    tenths = (value * 1000 + Fraction(1, 2)).__floor__()
    return f"{tenths // 10}.{tenths % 10}%"


def shown(value: Cell) -> str:
    if isinstance(value, Fraction):
        return percent(value)
    return "—" if value is None else str(value)


def number(value: Fraction | None) -> str:
    """`17` or `17.5`; a median lies on a half at most."""
    if value is None:
        return "—"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.1f}"


def key_figures(found: Statistics, language: str) -> tuple[KeyFigure, ...]:
    """What stands at the top."""
    w, whole = wording(language), found.whole
    return (
        KeyFigure(w("stat_objects"), str(whole.objects)),
        KeyFigure(w("stat_published"), str(whole.published)),
        KeyFigure(w("stat_completion"), percent(whole.completion)),
        KeyFigure(w("stat_punctuality"), percent(whole.punctuality)),
        KeyFigure(w("stat_closing"), percent(whole.closing)),
        KeyFigure(w("stat_median_days"), number(found.median_days)),
        KeyFigure(w("stat_problem_rate"), percent(whole.problem_rate)),
        KeyFigure(w("stat_joint"), percent(found.joint_share)),
    )


def public_sheets(found: Statistics, language: str) -> tuple[Sheet, ...]:
    """Totals only."""
    w = wording(language)
    return (
        _visits(w, "stat_by_district", found.districts, lambda key: district_name(key, language)),
        _visits(w, "stat_by_month", found.months, str),
        _counts(w, "stat_categories", found.categories, lambda key: _category(key, language)),
    )


def sheets(found: Statistics, language: str) -> tuple[Sheet, ...]:
    """Everything, in the order of the page."""
    w = wording(language)
    made = [
        _visits(w, "stat_by_department", found.departments, lambda key: department_name(key, language)),
        _visits(w, "stat_by_district", found.districts, lambda key: district_name(key, language)),
        _visits(w, "stat_by_month", found.months, str),
        _visits(w, "stat_by_class", found.classes, str, by=lambda one: one.problem_rate, what="stat_problem_rate"),
        _visits(w, "stat_by_origin", found.origins, lambda key: w(f"stat_origin_{key}")),
        _items(w, found),
        _counts(w, "stat_categories", found.categories, lambda key: _category(key, language)),
        _counts(w, "stat_follow_ups", found.follow_ups, lambda key: label(f"follow_up_{key}", language)),
        _matters(w, found, language),
        _seats(w, found, language),
        _grounds(w, found, language),
        _redraws(w, found),
        _workload(w, found),
        _counts(
            w, "stat_repeats", {str(times): firms for times, firms in sorted(found.repeats.items())},
            lambda key: w("stat_times", number=key),
        ),
    ]  # fmt: skip
    return tuple(one for one in made if one.rows)


def _visits(
    w: Wording,
    word: str,
    lines: Sequence[VisitFigures],
    name: Callable[[str], str],
    *,
    by: Callable[[VisitFigures], Fraction | None] = lambda one: one.completion,
    what: str = "stat_completion",
) -> Sheet:
    names = (
        "objects", "waiting", "in_entry", "published", "completion", "on_time", "punctuality", "finished",
        "closing", "problems", "problem_rate",
    )  # fmt: skip
    return Sheet(
        word,
        w(word),
        (w(f"{word}_key"), *(w(f"stat_{one}") for one in names)),
        tuple(
            (
                name(one.key), one.objects, one.waiting, one.in_entry, one.published, one.completion, one.on_time,
                one.punctuality, one.finished, one.closing, one.problems, one.problem_rate,
            )
            for one in lines
        ),
        chart=_bars((name(one.key), by(one)) for one in lines),
        chart_title=w("stat_chart", what=w(what), by=w(f"{word}_key")),
        note=w("stat_department_note") if word == "stat_by_department" else "",
    )  # fmt: skip


def _bars(given: Iterable[tuple[str, Fraction | None]]) -> tuple[Bar, ...]:
    return tuple(Bar(name, percent(share), float(share)) for name, share in given if share is not None)


def _items(w: Wording, found: Statistics) -> Sheet:
    columns = ("stat_item", "stat_findings", "stat_problems", "stat_problem_rate")
    rows = tuple(
        (found.names.get(one.item, one.item), one.findings, one.problems, one.problem_rate)
        for one in found.items
    )
    return Sheet("stat_items", w("stat_items"), tuple(w(one) for one in columns), rows)


def _counts(w: Wording, word: str, counts: object, name: Callable[[str], str]) -> Sheet:
    assert isinstance(counts, dict)
    whole = sum(counts.values())
    rows = tuple((name(key), number, Fraction(number, whole)) for key, number in counts.items() if number)
    return Sheet(
        word,
        w(word),
        (w(f"{word}_key"), w("stat_number"), w("stat_share")),
        rows,
        chart=_bars((name(key), Fraction(number, whole)) for key, number in counts.items() if number),
        chart_title=w("stat_chart", what=w("stat_share"), by=w(f"{word}_key")),
    )


def _matters(w: Wording, found: Statistics, language: str) -> Sheet:
    words = {TRANSFER: label("matter_kind_transfer", language), OBJECTION: w("stat_matter_objection")}
    columns = ("stat_matter_kind", "stat_number", "stat_matter_open", "stat_matter_closing")
    rows = tuple(
        (
            words.get(one.kind) or label(f"follow_up_kind_{one.kind}", language),
            one.number,
            one.open,
            one.closing,
        )
        for one in found.matters
    )
    return Sheet("stat_matters", w("stat_matters"), tuple(w(one) for one in columns), rows)


def _seats(w: Wording, found: Statistics, language: str) -> Sheet:
    names = (
        "asked", "answered", "reply_rate", "reply_hours", "recused", "recusal_rate", "unavailable",
        "unavailability_rate", "lapsed", "lapse_rate", "sent_back", "ordered_off",
    )  # fmt: skip
    lines = [*((department_name(one.key, language), one) for one in found.seats_by_department)]
    if len(lines) > 1:
        lines.append((w("stat_whole"), found.seats))
    return Sheet(
        "stat_seats",
        w("stat_seats"),
        (w("stat_by_department_key"), *(w(f"stat_{one}") for one in names)),
        tuple((name, *_seat_cells(one)) for name, one in lines),
        chart=_bars((name, one.reply_rate) for name, one in lines),
        chart_title=w("stat_chart", what=w("stat_reply_rate"), by=w("stat_by_department_key")),
        note=w("stat_seats_note"),
    )


def _seat_cells(one: SeatFigures) -> tuple[Cell, ...]:
    return (
        one.asked, one.answered, one.reply_rate, hours(one.median_minutes), one.recused, one.recusal_rate,
        one.unavailable, one.unavailability_rate, one.lapsed, one.lapse_rate, one.sent_back, one.ordered_off,
    )  # fmt: skip


def hours(minutes: Fraction | None) -> str | None:
    """`3:05`, hours and whole minutes."""
    if minutes is None:
        return None
    whole = int(minutes)
    return f"{whole // 60}:{whole % 60:02d}"


def _grounds(w: Wording, found: Statistics, language: str) -> Sheet:
    kinds = sorted(found.grounds.items())
    rows = tuple(
        (label(f"kind_{kind}", language), label(f"ground_{ground}", language), number)
        for (kind, ground), number in kinds
    )
    return Sheet(
        "stat_grounds",
        w("stat_grounds"),
        (w("stat_kind"), w("stat_ground"), w("stat_number")),
        rows,
        note=w("stat_grounds_note"),
    )


def _redraws(w: Wording, found: Statistics) -> Sheet:
    rows = ((w("stat_rounds"), found.redraw_rounds), (w("stat_redrawn"), found.seats.redrawn))
    return Sheet("stat_redraws", w("stat_redraws"), (w("stat_what"), w("stat_number")), rows)


def _workload(w: Wording, found: Statistics) -> Sheet:
    names = (
        "officer",
        "served",
        "asked",
        "answered",
        "recused",
        "unavailable",
        "lapsed",
        "sent_back",
        "ordered_off",
    )
    rows = tuple(
        (
            found.names.get(one.key, one.key), one.served, one.asked, one.answered, one.recused, one.unavailable,
            one.lapsed, one.sent_back, one.ordered_off,
        )
        for one in found.officers
    )  # fmt: skip
    return Sheet("stat_workload", w("stat_workload"), tuple(w(f"stat_{one}") for one in names), rows)


def _category(key: str, language: str) -> str:
    rule = CATEGORIES[Category(key)]
    return rule.english if language == "en" else rule.title
