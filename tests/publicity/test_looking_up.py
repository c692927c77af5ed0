"""Names are found among many as a plain search through all of them would, page by page, on both databases."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from inspection.name_search import INITIALS, folded, initial_of, parts_of
from storage import publicity
from storage.publicity import Wanted
from storage.store import Records, Store
from storage.tables.inspections import Publication
from storage.tables.publicity import PublishedResult, ResultNamePart
from tests.builders import NOW

_SIGNS = "博乐好味餐饮店A市"


def _publish(records: Records, number: int, name: str, *, version: int = 1, year: int = 0) -> None:
    """The line of a result, without the visit behind it."""
    publication = Publication(
        inspection_id=f"S1.B{number}",
        version=version,
        scheme_id="S1",
        object_name=name,
        credit_code=f"91652701MA{number:07d}X",
        bundle="{}",
        digest="",
        due=date(2026, 12, 1),
        published_at=NOW - timedelta(days=365 * year),
    )
    department, district = ("market", "fire")[number % 2], ("652701", "652702", "652722")[number % 3]
    publicity.enter_result(records, publication, department=department, district=district)


def _all_pages(records: Records, wanted: Wanted) -> list[str]:
    """Page after page until there is no more, each name where it was found."""
    found: list[str] = []
    for _ in range(500):
        page = publicity.results(records, wanted, limit=7)
        found += [one.object_name for one in page.rows]
        if not page.next_before:
            return found
        wanted = replace(wanted, before=page.next_before)
    raise AssertionError("the pages do not end")


def test_every_page_of_a_search_is_what_a_look_at_all_names_gives(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publicity, "LOOKED_THROUGH", 25)
    dice = random.Random(7)
    names = ["".join(dice.choices(_SIGNS, k=dice.randint(1, 9))) for _ in range(300)]
    with store.transaction() as records:
        for number, name in enumerate(names):
            _publish(records, number, name, year=2 if number < 100 else 0)
        names[5] = "改名后的好味"
        _publish(records, 5, names[5], version=2)
    order = [*(number for number in range(299, -1, -1) if number != 5)]
    newest_first = [5, *order]
    with store.reading() as records:
        for words in ("好味", "味", "博乐市", "a", "Ａ市", "餐饮店好", "没有", "%", "好" * 30):
            wanted = [names[one] for one in newest_first if folded(words) in folded(names[one])]
            assert _all_pages(records, Wanted(words)) == wanted, words
        some = Wanted("好", department="market", district="652722", year=2026)
        wanted = [
            names[one]
            for one in newest_first
            if "好" in names[one] and one % 2 == 0 and one % 3 == 2 and (one >= 100 or one == 5)
        ]
        assert _all_pages(records, some) == wanted
        assert wanted
        assert publicity.years_of_results(records) == [2026, 2024]
        assert publicity.districts_of_results(records) == ["652701", "652702", "652722"]
        assert set(publicity.initials_of(records, "652701")) <= set(INITIALS)
        assert publicity.number_of_results(records, 50) == 50
        by_code = publicity.results(records, Wanted("91652701ma000001"), limit=20)
        assert [one.credit_code[10:17] for one in by_code.rows] == [f"{n:07d}" for n in range(10, 20)]
        assert publicity.results(records, Wanted("91"), limit=20).is_cut_short
        used = set(records.session.execute(select(col(ResultNamePart.place))).scalars())
        lines = records.session.execute(select(col(PublishedResult.place), col(PublishedResult.folded_name)))
        assert used == {place for place, name in lines if len(name) > 1}


def test_no_list_is_read_through_or_sorted(store: Store) -> None:
    """Every list runs along an index; a plan that sorts or reads all would take seconds with a million."""
    if not store.is_sqlite:
        return
    plans = []
    with store.reading() as records:
        for wanted in (
            Wanted(), Wanted(before=5), Wanted(department="market"), Wanted(district="652701", initial="B"),
            Wanted(department="market", district="652701"), Wanted(credit_code="91"), Wanted(scheme="S1"),
        ):  # fmt: skip
            query = publicity._narrowed(records, wanted).limit(20)
            said = query.compile(records.session.get_bind(), compile_kwargs={"literal_binds": True})
            plans += [row[3] for row in records.session.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
    assert [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan] == [
        "SCAN published_result"
    ]


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("博乐市好味餐饮店", "H"), ("博州天山加油站", "T"), ("精河县", "J"), ("阿拉山口市远达物流", "Y"),
        ("KFC餐厅", "K"), ("7天连锁", "#"), ("𬭛㛃", "#"), ("", "#"), ("啊", "A"), ("座", "Z"), ("温泉县中学", "Z"),
    ],
)  # fmt: skip
def test_a_name_stands_under_the_letter_of_its_own_first_sign(name: str, initial: str) -> None:
    assert initial_of(folded(name)) == initial


def test_names_are_compared_whatever_way_they_were_typed() -> None:
    assert folded(" ＡＢ　好\u200b味\t") == "ab好味"
    assert parts_of("好味好味") == ("好味", "味好")
    assert parts_of("好") == ()
