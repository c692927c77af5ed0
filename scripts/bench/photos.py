"""Photos a second on one core: looked at, hashed, kept for good, bound to their question and journalled, with the small
copy for a screen, beside the bare loop that hashes and decodes the same photos.

Both are reckoned in seconds of computing, so that a slow disk or a busy machine does not count; the photos are as a
phone takes them, twelve million pixels each.
"""

import hashlib
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from PIL import Image

from actions.checklists import attach_photo
from actions.evidence_copies import thumbnail
from actions.keep_attachment import keep_attachment
from scripts.bench.measure import Measure
from storage.migrate import migrate
from storage.store import Store
from storage.tables.registers import Person
from tests.papers.visits import a_started_visit, officers

PHOTOS, TIMES = 6, 3
_SIZE = (4000, 3000)


def measure_photos() -> Iterator[Measure]:
    photos = [_photo(number) for number in range(PHOTOS)]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'photos.db'}")
        migrate(store)
        story, inspection, files = a_started_visit(store, Path(folder))
        lead, _fire = officers(story, inspection)
        ends = count()

        def ours(photo: bytes) -> None:
            data = photo + b"%d" % next(ends)  # other bytes each time: the same would be kept once
            sent = keep_attachment(files, data, file_name="IMG.jpg")
            with store.transaction("bench") as records:
                by = records.get(Person, lead)
                attach_photo(records, inspection, "q1", sent, by=by, at=story.at)
            thumbnail(data)

        seconds = _computing(ours, photos)
        store.close()
    bare = _computing(_hash_and_decode, photos)
    size = sum(map(len, photos)) / len(photos) / 1_000_000
    what = f"a photo of 12 million pixels and {size:.1f} MB, kept with its small copy"
    yield Measure(f"{what} ({1 / seconds:.1f} a second per core)", 1000 * seconds, 1000 * bare,
                  f"hashed and decoded ({1 / bare:.1f} a second)", unit="ms")  # fmt: skip


def _computing(work: Callable[[bytes], object], photos: list[bytes]) -> float:
    """Seconds of computing for one photo, in the quickest of some rounds."""
    rounds = []
    for _ in range(TIMES):
        began = time.process_time()
        for photo in photos:
            work(photo)
        rounds.append((time.process_time() - began) / len(photos))
    return min(rounds)


def _hash_and_decode(photo: bytes) -> None:
    hashlib.sha256(photo).hexdigest()
    with Image.open(io.BytesIO(photo), formats=["JPEG"]) as picture:
        picture.load()


def _photo(number: int) -> bytes:
    """No two are alike, and about as large as those of a phone."""
    grain = Image.effect_noise((_SIZE[0] // 4, _SIZE[1] // 4), 40 + number).resize(
        _SIZE, Image.Resampling.BICUBIC
    )
    out = io.BytesIO()
    Image.merge("RGB", (grain, grain.rotate(180), grain)).save(out, "JPEG", quality=88)
    return out.getvalue()
