"""What speaks for a person: listed, added, ended by the person or by who runs the installation, and all at once when
the person leaves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from actions.api_tokens import revoke_token
from actions.enrolment import PersonLeft, enrol
from actions.menus import forget_menu
from inspection.refusals import NotYours, Unacceptable
from notifications.messages.accounts import AccountLine
from notifications.messages.channels import channel_label
from storage import accounts, enrolment, outbox, web_chat, web_sessions
from storage.store import Records
from storage.tables.messaging import ChannelAccount, WebSession
from storage.tables.registers import Person

DIRECTORY_CHANNELS = frozenset({"wecom"})
"""Messengers whose accounts are those of a directory that the authority keeps itself: known without a code."""


@dataclass(frozen=True)
class Here:
    """Where somebody reads or presses: the account of a messenger, or a browser."""

    channel: str = ""
    chat: str = ""
    session: str = ""
    """The id of the session, of a browser."""


def account_lines(records: Records, person_id: str, here: Here, *, at: datetime) -> tuple[AccountLine, ...]:
    """All that speaks for this person now: accounts first, then browsers."""
    held = [
        AccountLine(
            ref=accounts.ref_of_account(one.channel, one.chat),
            name=channel_label(one.channel),
            is_browser=False,
            since=one.enrolled_at,
            last_used_at=one.last_used_at,
            is_here=(one.channel, one.chat) == (here.channel, here.chat),
        )
        for one in accounts.of_person(records, person_id)
    ]
    browsers = [
        AccountLine(
            ref=accounts.ref_of_session(one.id),
            name=one.browser,
            is_browser=True,
            since=one.made_at,
            last_used_at=one.last_used_at,
            is_here=one.id == here.session,
        )
        for one in web_sessions.of_person(records, person_id, at=at)
    ]
    return (*held, *browsers)


def end_one(records: Records, ref: str, *, of: Person, by: Person, at: datetime) -> int:
    """Ends this account or browser of a person; 0 where it is over already. What was never theirs is told alike."""
    return _end(records, of.id, by=by.id, at=at, only=ref)


def end_others(records: Records, here: Here, *, by: Person, at: datetime) -> int:
    """Ends all of the person's own but the one that is used just now, and the codes that nobody has used."""
    kept = {accounts.ref_of_account(here.channel, here.chat), accounts.ref_of_session(here.session)}
    _revoke_codes(records, [by.id], by=by.id, at=at)
    return _end(records, by.id, by=by.id, at=at, kept=kept)


def end_all(records: Records, person_id: str, *, by: str | None, at: datetime) -> int:
    """A lost phone: accounts, browsers, codes and requests of this person end at once."""
    _revoke_codes(records, [person_id], by=by, at=at)
    web_sessions.forget_requests_of(records, person_id)
    return _end(records, person_id, by=by, at=at)


def cut_off(records: Records, person_ids: Collection[str], *, by: str | None, at: datetime) -> None:
    """These people have left: in the transaction that says so nothing speaks for them any more, what was on its way to
    them stays here, and the programs that they answered for stop too. Whoever comes back begins with a new code."""
    for person_id in sorted(person_ids):
        end_all(records, person_id, by=by, at=at)
        outbox.drop_of_person(records, person_id)
    for token in accounts.tokens_of(records, person_ids):
        revoke_token(records, token.id, at=at)


def bind_directory_account(
    records: Records, person_id: str, *, channel: str, account: str, by: str | None, at: datetime
) -> None:
    """The directory says which account is whose, so no code is needed: `account` is its user id there. An account has
    one person; whose it was before hears nothing there any more."""
    if channel not in DIRECTORY_CHANNELS:
        raise Unacceptable("no_directory", value=channel, channels=", ".join(sorted(DIRECTORY_CHANNELS)))
    if not account.strip() or len(account) > 64 or not account.isprintable():
        shown = "".join(one for one in account if one.isprintable())[:64]
        raise Unacceptable("directory_id", value=shown)
    person = records.get(Person, person_id)
    if not person.is_active:
        raise PersonLeft(person=person.name)
    standing = records.find(ChannelAccount, (channel, account.strip()))
    if standing is not None and standing.person_id == person.id and standing.revoked_at is None:
        return
    enrol(records, person, channel=channel, chat=account.strip(), at=at)
    records.journal("account.bind", person.id, by=by, at=at, to=channel)


def require_own(records: Records, ref: str, person: Person, *, at: datetime) -> None:
    """Refuses a name that is nobody's or another's, in the same words."""
    known = {
        accounts.ref_of_account(one.channel, one.chat) for one in enrolment.accounts_ever(records, person.id)
    }
    known |= {accounts.ref_of_session(one.id) for one in web_sessions.of_person(records, person.id, at=at)}
    if ref not in known:
        raise NotYours


def _end(
    records: Records,
    person_id: str,
    *,
    by: str | None,
    at: datetime,
    only: str | None = None,
    kept: Collection[str] = (),
) -> int:
    def is_meant(ref: str) -> bool:
        return ref == only if only is not None else ref not in kept

    held = [
        one
        for one in accounts.of_person(records, person_id)
        if is_meant(accounts.ref_of_account(one.channel, one.chat))
    ]
    browsers = [
        one
        for one in web_sessions.of_person(records, person_id, at=at)
        if is_meant(accounts.ref_of_session(one.id))
    ]
    for account in held:
        _revoke(records, account, by=by, at=at)
    web = any(one.channel == web_chat.CHANNEL for one in held)
    if web:  # a web chat that is ended has no door left
        browsers = web_sessions.of_person(records, person_id, at=at)
    _end_browsers(records, person_id, browsers, by=by, at=at)
    return len(held) + len(browsers)


def _revoke(records: Records, account: ChannelAccount, *, by: str | None, at: datetime) -> None:
    accounts.revoke(records, account, at=at)
    forget_menu(records, account)
    outbox.drop_for(records, account.channel, account.chat)
    records.journal("account.revoke", account.person_id, by=by, at=at, on=account.channel)


def _end_browsers(
    records: Records, person_id: str, browsers: list[WebSession], *, by: str | None, at: datetime
) -> None:
    if browsers:
        web_sessions.end(records, [one.id for one in browsers])
        records.journal("session.end", person_id, by=by, at=at, number=len(browsers))


def _revoke_codes(records: Records, person_ids: Collection[str], *, by: str | None, at: datetime) -> None:
    number = accounts.revoke_codes(records, person_ids, at=at)
    if number:
        for person_id in person_ids:
            records.journal("enrolment.revoke", person_id, by=by, at=at, number=number)
