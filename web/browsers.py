"""What a browser says of itself, in the few words by which its person knows it again."""

from starlette.requests import Request

_BROWSERS = (
    ("wxwork", "WeCom"), ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
"""In this order: most of them also call themselves what stands further below."""
_MACHINES = (
    ("HarmonyOS", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
    ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_of(request: Request) -> str:
    """Such as `Chrome · Windows`; empty where it says nothing that we know. What it says is a hint, never a proof."""
    said = request.headers.get("user-agent", "")
    found = (next((name for sign, name in table if sign in said), "") for table in (_BROWSERS, _MACHINES))
    return " · ".join(one for one in found if one)
