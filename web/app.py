"""All the addresses of the house (web/README.md tells what each takes and gives)."""

from collections.abc import Sequence
from os import PathLike, stat_result

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from inspection.refusals import NotFound
from notifications.catalogue import LANGUAGES
from storage.files import FileFault
from storage.store import StoreFault
from web import (
    chat,
    demo,
    desk,
    documents,
    icalendars,
    news,
    papers,
    photos,
    pictures,
    public,
    registers,
    sign_in,
    stream,
    verify,
    webhooks,
)
from web.guard import Guard
from web.house import WebHouse, house_of
from web.pages import STATIC, refusal_page
from web.register_admin import RegisterAdmin
from web.visitors import DoorClosed, answer_closed_door
from web.wording import wording


def make_app(house: WebHouse) -> Starlette:
    """The pages and doors as one ASGI app."""
    app = Starlette(
        routes=[*_PUBLIC, *_CHAT, *(_DEMO if house.is_demo else ()), _STATIC_FILES],
        middleware=[Middleware(Guard)],
        exception_handlers={
            DoorClosed: answer_closed_door,
            StoreFault: _answer_fault,
            FileFault: _answer_fault,
            NotFound: _answer_not_found,
            HTTPException: _answer_not_found,
            Exception: _answer_fault,
        },
    )
    app.state.house = house
    for language in LANGUAGES:
        registers_in = RegisterAdmin(house, language)
        registers_in.mount_to(app)
        registers_in.app.state.house = house
    return app


class _KeptFiles(StaticFiles):
    """An address that carries a digest of its content may be kept for ever; any other is asked for again."""

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        is_versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_versioned else "no-cache"
        )
        return response


_PUBLIC: Sequence[BaseRoute] = (
    Route("/", public.show_front),
    Route("/results", public.list_results),
    Route("/results/{inspection}.json", public.give_bundle),
    Route("/results/{inspection}", public.show_result),
    Route("/schemes", public.list_schemes),
    Route("/schemes/{id}", public.show_scheme),
    Route("/draws/{id}", public.show_draw),
    Route("/draws/{id}/codes/{digits}", verify.give_codes),
    Route("/draws/{id}/{name}", public.give_draw_file),
    Route("/verify/{id}", verify.show_verify),
    Route("/health", public.show_health),
    Route("/webhooks/{channel}", webhooks.take_update, methods=["POST"]),
)
_CHAT: Sequence[BaseRoute] = (
    Route("/sign-in", sign_in.show_sign_in, methods=["GET"]),
    Route("/sign-in", sign_in.sign_in, methods=["POST"]),
    Route("/sign-out", sign_in.sign_out, methods=["POST"]),
    Route("/chat", chat.show_own_chat),
    Route("/chat/{chat}", chat.show_chat),
    Route("/chat/{chat}/messages", chat.list_messages),
    Route("/chat/{chat}/stream", stream.stream_messages),
    Route("/chat/{chat}/say", chat.say, methods=["POST"]),
    Route("/chat/{chat}/press", chat.press, methods=["POST"]),
    Route("/chat/{chat}/locate", chat.locate, methods=["POST"]),
    Route("/chat/{chat}/photo", chat.send_photo, methods=["POST"]),
    Route("/chat/{chat}/photos/{sha256}", photos.show_photo),
    Route("/chat/{chat}/documents/{sha256}", documents.give_document),
    Route("/papers/{inspection}/{kind}.pdf", papers.show_paper),
    Route("/schemes/{id}/progress", pictures.show_progress),
    Route("/due", pictures.show_due),
    Route("/desk", desk.show_desk),
    Route("/ics/{inspection}.ics", icalendars.give_icalendar),
    Route("/registers", registers.show_registers),
    Route("/registers/load", registers.show_load, methods=["GET"]),
    Route("/registers/load", registers.take_load, methods=["POST"]),
    Route("/registers/loads/{number:int}", registers.show_differences, methods=["GET"]),
    Route("/registers/loads/{number:int}", registers.decide_load, methods=["POST"]),
    Route("/registers/changes", registers.show_changes),
    Route("/registers/export/{register}.{format:str}", registers.give_export),
)
_DEMO: Sequence[BaseRoute] = (
    Route("/demo/people", demo.list_people),
    Route("/demo/news", news.show_news),
    Route("/demo/cast", news.show_cast),
    Route("/demo/clock", demo.push_clock, methods=["POST"]),
)
_STATIC_FILES = Mount("/static", _KeptFiles(directory=STATIC))


async def _answer_not_found(request: Request, failure: Exception) -> Response:
    status = failure.status_code if isinstance(failure, HTTPException) else 404
    return _answer(request, "error_not_here" if status == 404 else "error_request", status)


async def _answer_fault(request: Request, _failure: Exception) -> Response:
    """Something of ours broke; nothing was acknowledged, and the page sends it again by itself."""
    return _answer(request, "error_ours", 503)


def _answer(request: Request, name: str, status: int) -> Response:
    house = house_of(request)
    sentence = wording(house.language)(name)
    if request.method == "POST" or "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": sentence}, status_code=status)
    return refusal_page(sentence, house.language, status=status)
