"""Where a messenger brings its updates itself: `/webhooks/<channel>`."""

from starlette.requests import Request
from starlette.responses import Response

from web.house import house_of

SECRET = "X-Telegram-Bot-Api-Secret-Token"
BODY_LIMIT = 1_000_000


async def take_update(request: Request) -> Response:
    """Hands over the body as it came. What is answered says only whether it is on disk."""
    receive = house_of(request).webhooks.get(request.path_params["channel"])
    if receive is None:
        return Response(status_code=404)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return Response(status_code=413)
    return Response(status_code=await receive(request.headers.get(SECRET), bytes(body)))
