"""For the play: in one answer, which chats have something new; and who is of the story."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from inspection.roles import Role
from storage import people, schemes, web_chat
from web.house import house_of


def show_news(request: Request) -> Response:
    """`{now, chats: {chat: newest revision}}`: cheap enough to be asked many times a second."""
    house = house_of(request)
    with house.store.reading() as records:
        chats = web_chat.newest_revisions(records)
    return JSONResponse(
        {"now": house.clock().isoformat(), "chats": chats}, headers={"Cache-Control": "no-store"}
    )


def show_cast(request: Request) -> Response:
    """`{people: [{id, roles, department}], schemes: [{id, lead}]}`: everybody who is more than an officer."""
    with house_of(request).store.reading() as records:
        everybody, found = people.everybody(records), schemes.all_schemes(records)
    cast = [
        {"id": one.id, "roles": one.roles, "department": one.department}
        for one in everybody
        if any(role != Role.OFFICER for role in one.roles)
    ]
    return JSONResponse(
        {"people": cast, "schemes": [{"id": one.id, "lead": one.departments[0]} for one in found]}
    )
