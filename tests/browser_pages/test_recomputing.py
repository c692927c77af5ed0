"""The draw recomputed by the modules of `web/static/verify/` in a real browser: a second implementation of one page."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from draw.canonical import canonical_bytes
from draw.verify import verify
from tests.browser_pages.visits import visits_of
from tests.draw.builders import a_random_case, a_random_redraw
from tests.stores import an_empty_store
from tests.vectors.make_vectors import HERE
from tests.web.houses import a_house, serving

pytestmark = pytest.mark.browser
VECTORS = ("small", "medium", "redraw", "augmenting", "infeasible")
Files = dict[str, bytes]
Found = dict[str, Any] | None

LOAD = """async () => {
  const { verify } = await import("/static/verify/verify.js");
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const unpack = (files) => Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytes(text)]));
  window.judge = (files) => verify(unpack(files));
  window.judgeEach = async (draws) => {
    const found = [];
    for (const one of draws) found.push(await judge(one));
    return found;
  };
  // Changes one byte after the other, `step` apart; gives how many were tried, and those that nobody noticed.
  window.nibble = async ({ files, step, mask }) => {
    const draw = unpack(files);
    const unnoticed = [];
    let tried = 0;
    for (const name of Object.keys(draw)) {
      for (let at = 0; at < draw[name].length; at += step, tried += 1) {
        draw[name][at] ^= mask;
        if ((await verify(draw)) === null) unnoticed.push(`${name} ${at}`);
        draw[name][at] ^= mask;
      }
    }
    return { tried, unnoticed, isWholeAgain: (await verify(draw)) === null };
  };
}"""


@pytest.fixture(scope="module")
async def bench(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """A page in which the modules are loaded; no draw of the house is needed."""
    folder = tmp_path_factory.mktemp("bench")
    with an_empty_store("sqlite", folder) as store:
        async with serving(a_house(store, folder)) as address, visits_of(browser) as visits:
            page = await visits.open(f"{address}/")
            await page.evaluate(LOAD)
            yield page


def _files(vector: str) -> Files:
    return {
        path.name: path.read_bytes() for path in (HERE / vector).glob("*.json*") if path.suffix != ".sha256"
    }


def _packed(files: Files) -> dict[str, str]:
    return {name: b64encode(data).decode() for name, data in files.items()}


async def _judged(bench: Page, files: Files) -> Found:
    found: Found = await bench.evaluate("(files) => judge(files)", _packed(files))
    return found


@pytest.mark.parametrize("vector", VECTORS)
async def test_a_known_answer_is_verified(bench: Page, vector: str) -> None:
    assert await _judged(bench, _files(vector)) is None


async def test_random_draws_with_redraws_are_verified(bench: Page) -> None:
    draws = []
    for seed in range(120):
        case, dice = a_random_case(seed), Random(seed)
        transcript = case.drawn()
        for _ in range(dice.randint(0, 4)):
            transcript = a_random_redraw(case, transcript, dice)
        draws.append(_packed({"transcript.json": transcript.to_bytes(), **case.pools.files()}))
    assert await bench.evaluate("(draws) => judgeEach(draws)", draws) == [None] * len(draws)


@pytest.mark.parametrize(
    ("vector", "step", "mask"),
    [("small", 1, 0x01), ("small", 1, 0x80), ("small", 1, 0x20), ("infeasible", 7, 0x02)],
)
async def test_a_changed_byte_is_found_wherever_it_is(bench: Page, vector: str, step: int, mask: int) -> None:
    files = _files(vector)
    told = await bench.evaluate(
        "(order) => nibble(order)", {"files": _packed(files), "step": step, "mask": mask}
    )
    assert told["tried"] >= sum(map(len, files.values())) // step
    assert told["unnoticed"] == []
    assert told["isWholeAgain"]


# --- Forgeries that hold together as files: only the rules give them away ------------------------------------------

Forgery = Callable[[Any, Files], object]


def _forged(vector: str, forge: Forgery) -> Files:
    """The vector with its transcript (and perhaps its pools) changed, written canonically again, digests and all."""
    files = _files(vector)
    record = json.loads(files["transcript.json"])
    forge(record, files)
    return files | {
        "transcript.json": canonical_bytes(record),
        "announcement.json": canonical_bytes(record["announcement"]),
    }


def _swap_inspectors(record: Any, _files: Files) -> None:
    seats = record["rounds"][0]["seats"]
    seats[0]["inspector"], seats[1]["inspector"] = seats[1]["inspector"], seats[0]["inspector"]


def _pass_an_object_over(record: Any, files: Files) -> None:
    """The next object in line, with the ticket that is truly its own, instead of the one drawn."""
    held = record["rounds"][0]
    drawn = held["objects"][0]
    other = "o2" if drawn["id"] != "o2" else "o3"
    ticket = sha256(f"{held['key']}:object:{other}".encode()).hexdigest()
    held["objects"][0] = {"id": other, "stratum": drawn["stratum"], "ticket": ticket}
    for seat in held["seats"]:
        seat["seat"] = seat["seat"].replace(drawn["id"], other)


def _leave_an_inspector_out(record: Any, files: Files) -> None:
    _reseal(record, files, "inspectors.jsonl", files["inspectors.jsonl"].split(b"\n", 1)[1])


def _double_the_capacity(record: Any, files: Files) -> None:
    data = files["inspectors.jsonl"].replace(b'"capacity":1', b'"capacity":9')
    _reseal(record, files, "inspectors.jsonl", data)


def _reverse_a_pool(record: Any, files: Files) -> None:
    lines = files["objects.jsonl"].splitlines(keepends=True)
    _reseal(record, files, "objects.jsonl", b"".join(reversed(lines)))


def _exclude_a_stranger(record: Any, files: Files) -> None:
    _reseal(record, files, "exclusions.jsonl", b'{"inspector":"nobody"}\n')


def _reseal(record: Any, files: Files, name: str, data: bytes) -> None:
    files[name] = data
    seal = record["announcement"]["pools"][name.removesuffix(".jsonl")]
    seal.update(digest=sha256(data).hexdigest(), size=data.count(b"\n"))


def _borrow_a_link(record: Any, _files: Files) -> None:
    other = json.loads((HERE / "redraw" / "transcript.json").read_bytes())
    record["rounds"][0]["link"] = other["rounds"][0]["link"]


def _let_a_stratum_overlap(record: Any, _files: Files) -> None:
    record["announcement"]["strata"].append({"name": "again", "count": 1, "quota": 1, "size": 3, "where": {}})


def _say_nobody_was_left(record: Any, _files: Files) -> None:
    seats = sorted(seat["seat"] for seat in record["rounds"][0]["seats"])
    record["rounds"][0].update(seats=[], infeasible=seats)


def _vacate_whom_nobody_drew(record: Any, _files: Files) -> None:
    record["rounds"][1]["vacated"][0]["inspector"] = "i01"


def _forget_an_exclusion(record: Any, _files: Files) -> None:
    record["rounds"][2]["excluded"].clear()


FORGERIES: list[tuple[str, Forgery, str, str]] = [
    ("small", _swap_inspectors, "value", "rounds[0].seats[0]"),
    ("small", _pass_an_object_over, "value", "rounds[0].objects[0]"),
    (
        "small",
        lambda one, _: one["announcement"]["strata"][0].update(quota=2),
        "value",
        "announcement.strata[0].quota",
    ),
    (
        "small",
        lambda one, _: one["announcement"]["strata"][0].update(size=4),
        "value",
        "announcement.strata[0].size",
    ),
    (
        "small",
        lambda one, _: one["announcement"]["strata"][0].update(ratio="0"),
        "ratio",
        "announcement.strata[0].ratio",
    ),
    ("small", _let_a_stratum_overlap, "two_strata", ""),
    ("small", _borrow_a_link, "value", "rounds[0].link"),
    ("small", lambda one, _: one["inputs"][0].update(value="4712"), "value", "rounds[0].key"),
    ("small", lambda one, _: one["inputs"].clear(), "value", "inputs"),
    (
        "small",
        lambda one, _: one["announcement"].update(announced_at="2026-03-03T01:30:00Z"),
        "value",
        "rounds[0].key",
    ),
    (
        "small",
        lambda one, _: one["announcement"].update(announced_at="2026-02-29T01:30:00Z"),
        "form",
        "transcript.json.announcement.announced_at",
    ),
    ("small", _leave_an_inspector_out, "value", "rounds[0].key"),
    ("small", _double_the_capacity, "value", "rounds[0].key"),
    ("small", _reverse_a_pool, "order", "objects.jsonl[1]"),
    ("small", _exclude_a_stranger, "unknown", "exclusions.jsonl"),
    ("small", _say_nobody_was_left, "value", "rounds[0].seats.length"),
    (
        "small",
        lambda one, _: one["announcement"].update(lead="other"),
        "value",
        "announcement.team_rule[0].department",
    ),
    ("small", lambda one, _: one["rounds"][0].update(more=1), "fields", "transcript.json.rounds[0]"),
    ("small", lambda one, _: one["rounds"][0]["seats"].pop(), "value", "rounds[0].seats.length"),
    ("small", lambda one, _: one["rounds"][0].update(number=1), "value", "rounds[0].number"),
    ("redraw", lambda one, _: one["rounds"].pop(1), "value", "rounds[1].number"),
    ("redraw", lambda one, _: one["rounds"][1]["vacated"].reverse(), "order", "rounds[1].vacated[1]"),
    ("redraw", lambda one, _: one["rounds"][1]["vacated"].clear(), "nothing_vacant", "rounds[1]"),
    ("redraw", _vacate_whom_nobody_drew, "not_holding", "rounds[1].vacated"),
    ("redraw", _forget_an_exclusion, "value", "rounds[2].seats[2]"),
    ("redraw", lambda one, _: one["rounds"][3]["vacated"].pop(0), "value", "rounds[3].objects"),
    ("infeasible", lambda one, _: one["rounds"][0]["infeasible"].pop(), "value", "rounds[0].infeasible"),
]


async def test_a_forgery_is_found_and_named(bench: Page) -> None:
    forged = [_forged(vector, forge) for vector, forge, _, _ in FORGERIES]
    found = await bench.evaluate("(draws) => judgeEach(draws)", [_packed(one) for one in forged])
    for one, (_, _, name, place), files in zip(found, FORGERIES, forged, strict=True):
        assert one is not None, place
        assert (one["name"], one["facts"].get("place", "")[: len(place)]) == (name, place), one
        assert verify(files["transcript.json"], files) is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rounds":1', b'"rounds": 1'),
        (b'"rounds":1', b'"rounds":1.0'),
        (b'"rounds":1', b'"rounds":1e0'),
        (b'"rounds":1', b'"rounds":01'),
        (b'"rounds":1', b'"rounds":-1'),
        (b'"rounds":1', b'"rounds":9007199254740992'),
        (b'"rounds":1', b'"rounds":1,"rounds":1'),
        (b'"lead":"m","left_out":[]', b'"left_out":[],"lead":"m"'),
        (b'"lead":"m"', b'"lead":"\\u006d"'),
        (b'"lead":"m"', b'"lead":"m\\/"'),
        (b'"lead":"m"', b'"lead":"\\ud800"'),
        (b'"lead":"m"', b'"lead":"\xed\xa0\x80"'),
        (b'"witnesses":[]', b'"witnesses":["\\u000A"]'),
        (b'"witnesses":[]', b'"witnesses":["\x7f\xff"]'),
        (b'"witnesses":[]', b'"witnesses":[' + b"[" * 20000),
        (b'"witnesses":[]', b'"witnesses":[,]'),
        (b'"witnesses":[]', b'"witnesses":[1,]'),
        (b'{"anchor"', b'{"__proto__":1,"anchor"'),
        (b'{"announcement"', b'\xef\xbb\xbf{"announcement"'),
    ],
)
async def test_what_is_not_canonical_is_refused(bench: Page, old: bytes, new: bytes) -> None:
    files = _files("small")
    changed = files["transcript.json"].replace(old, new, 1)
    assert changed != files["transcript.json"]
    found = await _judged(bench, files | {"transcript.json": changed})
    assert found is not None
    assert found["name"] in ("not_canonical", "not_text", "fields")


@pytest.mark.parametrize("name", ["transcript.json", "objects.jsonl", "inspectors.jsonl", "exclusions.jsonl"])
@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"[]", b"null", b"\xff", b'"', b"[[["])
async def test_no_bytes_at_all_make_it_stumble(bench: Page, name: str, data: bytes) -> None:
    assert await _judged(bench, _files("small") | {name: data}) is not None


def test_the_modules_take_nothing_from_elsewhere() -> None:
    folder = Path(__file__).parents[2] / "web" / "static" / "verify"
    for module in folder.glob("*.js"):
        for line in module.read_text(encoding="utf-8").splitlines():
            if line.startswith(("import", "export *")):
                assert '"./' in line, f"{module.name}: {line}"
