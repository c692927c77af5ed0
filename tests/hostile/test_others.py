"""What is somebody else's reads like what is not there: whoever counts through addresses learns nothing."""

from pathlib import Path

from storage.tables.inspections import Photo, Transfer
from tests.hostile.siege import OTHERS_TOKEN, Siege, a_siege
from tests.papers.sheets import needs_a_font

pytestmark = needs_a_font
NOWHERE = "S9.B999"
STRANGERS = ("", "W1", "HD-health", "OFF")
"""Nobody, a witness, the head of a department that has no part in it, an officer of one."""


def test_pages_of_others_are_not_told_from_pages_that_are_not_there(tmp_path: Path) -> None:
    with a_siege(tmp_path) as siege:
        here, digest = siege.case.inspection, siege.case.story.rows(Photo)[0].sha256
        pairs = [
            (f"/archive/{here}", f"/archive/{NOWHERE}"),
            (f"/archive/{here}/package.zip", f"/archive/{NOWHERE}/package.zip"),
            (f"/archive/{here}/parts/1/1", f"/archive/{NOWHERE}/parts/1/1"),
            (f"/papers/{here}/record.pdf", f"/papers/{NOWHERE}/record.pdf"),
            (f"/ics/{here}.ics", f"/ics/{NOWHERE}.ics"),
            (f"/follow-ups/matter?subject={here}", f"/follow-ups/matter?subject={NOWHERE}"),
            (f"/follow-ups/documents/{digest}", f"/follow-ups/documents/{'0' * 64}"),
            (f"/desk/corrections/{here}/1", f"/desk/corrections/{NOWHERE}/1"),
            ("/chat/OP", "/chat/NOBODY"),
            ("/chat/OP/messages", "/chat/NOBODY/messages"),
            (f"/chat/OP/photos/{digest}", f"/chat/NOBODY/photos/{'0' * 64}"),
            (f"/chat/OP/documents/{digest}", f"/chat/NOBODY/documents/{'0' * 64}"),
            ("/schemes/S1/edit", "/schemes/S9/edit"),
            ("/schemes/S1/teams", "/schemes/S9/teams"),
            ("/schemes/S1/progress", "/schemes/S9/progress"),
            ("/schemes/S1/what-if", "/schemes/S9/what-if"),
        ]
        told = [
            (who, there)
            for who in STRANGERS
            for there, nowhere in pairs
            if _heard(siege, there, who) != _heard(siege, nowhere, who)
        ]
        assert told == []
        _posts_read_alike(siege, here)
        _the_api_reads_alike(siege, here)


def _posts_read_alike(siege: Siege, here: str) -> None:
    for who in STRANGERS:
        for action in ("make", "check", "reopen"):
            one, other = (
                siege.ask("POST", f"/archive/{id}/{action}", who=who, data={"reason": "因为要看"})
                for id in (here, NOWHERE)
            )
            assert (one.status_code, one.text.replace(here, NOWHERE)) == (other.status_code, other.text), (
                action
            )


def _the_api_reads_alike(siege: Siege, here: str) -> None:
    """For the token of a department that has no part in it."""
    token = {"Authorization": f"Bearer {OTHERS_TOKEN}"}
    transfer = siege.case.story.rows(Transfer)[0].id
    for there, nowhere in (
        (f"/inspections/{here}", f"/inspections/{NOWHERE}"),
        (f"/transfers/{transfer}", "/transfers/T9"),
        ("/objects/B1", "/objects/B999"),
    ):
        one, other = (siege.ask("GET", f"/api/v1{path}", headers=token) for path in (there, nowhere))
        assert one.status_code == other.status_code == 404, there
        assert {**one.json(), "instance": ""} == {**other.json(), "instance": ""}, there


def _heard(siege: Siege, path: str, who: str) -> tuple[int, str]:
    """The answer, without what the asker wrote himself."""
    answer = siege.ask("GET", path, who=who, headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code != 200 or "what-if" in path, (path, who)
    text = answer.text
    for own in (siege.case.inspection, NOWHERE, "S9", "S1", "NOBODY", "OP"):
        text = text.replace(own, "…")
    return answer.status_code, text
