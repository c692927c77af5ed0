"""The way to the desk: through the sign-in, and in a demo by choosing as whom to sit down."""

from pathlib import Path

from inspection.roles import Role
from storage.store import Store
from tests.stores import an_empty_store
from tests.web.houses import a_client, a_house, people


def _staff(store: Store) -> None:
    people(store, ("OP", "经办<示例>", [Role.OPERATOR]), ("HD", "负责示例", [Role.HEAD]))


def test_whoever_has_not_signed_in_is_asked_to(tmp_path: Path) -> None:
    with an_empty_store("sqlite", tmp_path) as store, a_client(a_house(store, tmp_path)) as client:
        _staff(store)
        answer = client.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_in_a_demo_one_chooses_as_whom_and_finds_the_own_pages(tmp_path: Path) -> None:
    with (
        an_empty_store("sqlite", tmp_path) as store,
        a_client(a_house(store, tmp_path, is_demo=True)) as client,
    ):
        _staff(store)
        choice = client.get("/desk").text
        assert 'href="/desk?chat=OP"' in choice
        assert "经办&lt;示例&gt;" in choice
        operator, head = (client.get(f"/desk?chat={one}").text for one in ("OP", "HD"))
    assert "/what-if?chat=OP" in operator
    assert "/what-if" not in head


def test_in_a_demo_the_pages_of_the_registers_remember_who_reads(tmp_path: Path) -> None:
    """Their forms go without the address that said it."""
    with (
        an_empty_store("sqlite", tmp_path) as store,
        a_client(a_house(store, tmp_path, is_demo=True)) as client,
    ):
        _staff(store)
        for path in ("/registers/changes", "/registers/load"):
            client.cookies.clear()
            assert client.get(path).status_code == 401
            assert client.get(f"{path}?chat=OP").status_code == 200
            assert client.get(path, params={"since": "2026-11-01"}).status_code == 200
