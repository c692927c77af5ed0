"""Where a messenger brings its updates itself: `/webhooks/<channel>`."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.brought import Brought
from web.house import house_of

SECRET = "X-Telegram-Bot-Api-Secret-Token"
BODY_LIMIT = 1_000_000


async def take_update(request: Request) -> Response:
    """Hands over the request as it came. What is answered says only whether it is on disk."""
    receive = house_of(request).webhooks.get(request.path_params["channel"])
    if receive is None:
        return Response(status_code=404)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return Response(status_code=413)
    told = await receive(
        Brought(request.method, dict(request.query_params), request.headers.get(SECRET), bytes(body))
    )
    return PlainTextResponse(told.text, told.status) if told.text else Response(status_code=told.status)
