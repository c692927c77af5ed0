"""One call to another platform: where it may go, how it is signed, what its answer means.

No redirect is followed, no proxy of the machine's is used, and the address is looked up once: the connection goes to
the very address that was found to be allowed, so that a name can't be turned to another place in between.
"""

import asyncio
import ipaddress
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from actions.exchange import ANSWER_LIMIT, Attempt
from inspection.exchange import Healing, healing_of, signatures
from storage.exchange import Parcel

WHOLE_CALL = 30.0
"""Seconds, whatever a platform does: less than the lease of a delivery."""
TIMEOUTS = httpx.Timeout(15.0, connect=5.0)
SECRET_AT_LEAST = 16
"""Bytes; shorter ones can be guessed."""


_TRANSLATED = tuple(ipaddress.IPv6Network(one) for one in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48"))
"""Prefixes before an IPv4 address: compatible ones of old, and those of NAT64 (RFC 6052, RFC 8215)."""


class CannotCall(Exception):
    """We could not even ask; `reason` holds no secret."""

    def __init__(self, healing: Healing, reason: str) -> None:
        self.healing, self.reason = healing, reason
        super().__init__(reason)


async def call_platform(
    client: httpx.AsyncClient, parcel: Parcel, clock: Callable[[], datetime], *, seconds: float = WHOLE_CALL
) -> Attempt:
    """Posts a delivery, and gives how it went; whatever happens on the way is an attempt too."""
    try:
        async with asyncio.timeout(seconds):
            return await _call(client, parcel, clock)
    except CannotCall as refused:
        return Attempt(refused.healing, None, refused.reason)
    except httpx.InvalidURL as wrong:
        return Attempt(Healing.NEVER, None, f"address is none: {wrong}")
    except (httpx.TransportError, TimeoutError) as fault:
        return Attempt(Healing.LATER, None, f"{type(fault).__name__}: {fault}".rstrip(": "))


async def _call(client: httpx.AsyncClient, parcel: Parcel, clock: Callable[[], datetime]) -> Attempt:
    secrets = await asyncio.to_thread(secrets_of, parcel.secret_from)
    url = httpx.URL(parcel.url)
    host = await _allowed_address(url, is_internal=parcel.is_internal)
    request = client.build_request(
        "POST",
        url.copy_with(host=host),
        content=parcel.body,
        headers={**_headers(parcel, secrets, clock()), "Host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    response = await client.send(request, stream=True)
    try:
        said = await _beginning(response)
    finally:
        await response.aclose()
    asked_for = _asked_for(response.headers.get("retry-after", ""), clock())
    return Attempt(healing_of(response.status_code), response.status_code, said, asked_for)


def _headers(parcel: Parcel, secrets: list[bytes], at: datetime) -> dict[str, str]:
    timestamp = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "shuangsuiji",
        "Shuangsuiji-Delivery": parcel.id,
        "Shuangsuiji-Kind": parcel.kind,
        "Shuangsuiji-Timestamp": str(timestamp),
        "Shuangsuiji-Signature": signatures(secrets, timestamp=timestamp, id=parcel.id, body=parcel.body),
    }


def secrets_of(place: str) -> list[bytes]:
    """The secrets at `file:<path>` or `env:<name>`, one a line; all of them sign while one takes the other's place.

    What is missing may be put there at any time: the delivery waits.
    """
    kind, _, name = place.partition(":")
    try:
        text = Path(name).read_text(encoding="utf-8") if kind == "file" else os.environ.get(name, "")
    except (OSError, UnicodeError) as fault:
        raise CannotCall(Healing.LATER, f"secret cannot be read: {type(fault).__name__}") from fault
    found = [line.strip().encode() for line in text.splitlines() if line.strip()]
    if not found:
        raise CannotCall(Healing.LATER, f"secret is missing: {kind}")
    if any(len(one) < SECRET_AT_LEAST for one in found):
        raise CannotCall(Healing.LATER, f"secret is shorter than {SECRET_AT_LEAST} bytes")
    return found


async def _allowed_address(url: httpx.URL, *, is_internal: bool) -> str:
    """The address behind the name. Without the explicit permission all of them must be public ones: a name that leads
    to this machine or into the office's network is no platform."""
    loop = asyncio.get_running_loop()
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise CannotCall(Healing.LATER, f"name cannot be resolved: {fault.strerror}") from fault
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not is_internal and not all(is_public(one) for one in addresses):
        raise CannotCall(Healing.NEVER, "address is private and the target is not marked as internal")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether this is an address of the open internet; one of IPv4 that is dressed as IPv6 is looked at itself."""
    one = ipaddress.ip_address(address)
    if isinstance(one, ipaddress.IPv6Address):
        inside = _dressed(one)
        if inside is not None:
            return is_public(str(inside))
        if one.is_site_local:
            return False
    return one.is_global and not one.is_multicast


def _dressed(one: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address to which a network may carry what is sent to this one."""
    if any(one in translated for translated in _TRANSLATED):
        return ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
    return one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)


async def _beginning(response: httpx.Response) -> str:
    """As much of the answer as somebody will read; the rest is left. A platform that said 200 and then hung up has
    said 200."""
    said = b""
    try:
        async for chunk in response.aiter_bytes():
            said += chunk
            if len(said) >= 4 * ANSWER_LIMIT:
                break
    except httpx.HTTPError:
        pass
    return said[: 4 * ANSWER_LIMIT].decode("utf-8", "replace")[:ANSWER_LIMIT]


def _asked_for(header: str, at: datetime) -> timedelta | None:
    """Retry-After in seconds or as a date; None where there is none that can be read."""
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:9]), 10**8))
    try:
        wanted = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return None
    return max(wanted - at, timedelta()) if wanted.tzinfo else None
