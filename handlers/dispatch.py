"""From one update to its answer: who speaks, which handler, what if a rule says no.

The three tables below are the whole switchboard: a button goes by its kind, a command by its word, typed words by what
the conversation asked. Whoever adds a step adds one line here.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from actions.back_again import note_break
from actions.closing import close_elsewhere
from actions.telling import answer
from actions.unreachable import note_reachable, note_unreachable
from handlers.accounts import on_account_button, on_sign_in, on_sign_in_button, show_accounts
from handlers.answers import (
    on_option_button,
    on_option_page_button,
    on_pending_button,
    on_value_button,
    on_words_at_question,
)
from handlers.approval import (
    on_approval_button,
    on_briefing_button,
    on_countersign_button,
    on_supplement_button,
)
from handlers.assignments import on_assignment_button
from handlers.captions import is_late_caption, note_pictures, on_late_caption, pictures_before
from handlers.ceremony import (
    is_awaited_number,
    on_entry_button,
    on_number_button,
    on_public_value,
    on_witness_words,
)
from handlers.checklists import (
    on_answer_button,
    on_note_words,
    on_part_button,
    on_question_button,
    on_quick_note_button,
)
from handlers.clues import on_clue_button, on_clue_choice_button, show_clues
from handlers.deadlines import on_snooze_button
from handlers.department_reviews import on_department_review_button
from handlers.desk import on_unknown_words, on_unsupported, show_help, show_tasks
from handlers.diligence import show_diligence
from handlers.edits import on_edit
from handlers.enrolment import greet_stranger, on_start
from handlers.findings import (
    on_category_button,
    on_finding_button,
    on_finding_words,
    on_findings_button,
    on_follow_up_button,
    on_method_button,
    on_methods_button,
    on_receiver_button,
)
from handlers.follow_ups import (
    on_follow_up_words,
    on_matter_button,
    on_matter_list_button,
    on_transfer_to_button,
    show_matters,
)
from handlers.gone import on_gone_button, on_moved_button
from handlers.groups import answer_group, in_private, is_about_group
from handlers.leave import (
    on_answer_words,
    on_decision_button,
    on_file_leave_button,
    on_ground_button,
    on_grounds_button,
    on_leave_words,
    on_request_button,
)
from handlers.matters import on_matter_words
from handlers.my_data import show_my_data
from handlers.naming import on_name_button, on_names_button
from handlers.object_names import on_open_name_button
from handlers.orders import (
    on_officer_button,
    on_order_all_button,
    on_order_button,
    on_order_words,
    show_officers,
)
from handlers.papers import on_paper_button
from handlers.photos import on_file, on_photo
from handlers.pictures import on_due_button, on_progress_button, show_due
from handlers.planning import on_plan_button, show_plan
from handlers.results import on_result_button, on_return_words
from handlers.schemes import (
    on_invite_button,
    on_public_value_name,
    on_scheme_button,
    on_void_reason,
    show_schemes,
)
from handlers.short_answers import are_short_answers, on_change_answer_button, on_short_answers
from handlers.strays import is_stray_number, on_stray_button, on_stray_number
from handlers.talk import Talk, TalkState, load_talk, save_talk
from handlers.teams import on_send_back_button, on_send_back_words, on_team_button
from handlers.turn import Replies, Tools, Turn
from handlers.visit_approvals import (
    on_approval_words,
    on_firm_ground_button,
    on_firm_grounds_button,
    on_firm_words,
    on_notice_button,
    on_one_approval_button,
    on_service_button,
    on_start_button,
    on_stop_button,
    on_visit_approval_button,
)
from handlers.visits import on_location, on_visit_button
from handlers.where import show_where
from handlers.whole_checklist import (
    are_exceptions,
    on_except_button,
    on_exceptions,
    on_more_button,
    on_review_button,
)
from handlers.written_answers import are_written_answers, on_written_answers
from inspection.refusals import Refusal
from notifications.buttons.accounts import AccountButton, SignInButton
from notifications.buttons.answers import (
    ExceptButton,
    MoreButton,
    OptionButton,
    OptionPageButton,
    PendingButton,
    ReviewButton,
    ValueButton,
)
from notifications.buttons.approval import (
    ApprovalButton,
    BriefingButton,
    CountersignButton,
    SupplementButton,
)
from notifications.buttons.assignments import (
    AssignmentButton,
    DecisionButton,
    FileLeaveButton,
    GroundButton,
    GroundsButton,
    SendBackButton,
    TeamButton,
)
from notifications.buttons.ceremony import EntryButton, InviteButton, NumberButton
from notifications.buttons.checklists import (
    AnswerButton,
    ChangeAnswerButton,
    PartButton,
    QuestionButton,
    QuickNoteButton,
)
from notifications.buttons.clues import ClueButton, ClueChoiceButton
from notifications.buttons.data import KINDS, ButtonData, unpack
from notifications.buttons.deadlines import RequestButton, SnoozeButton
from notifications.buttons.matters import MatterButton, MatterListButton, TransferToButton
from notifications.buttons.naming import NameButton, NamesButton
from notifications.buttons.object_names import OpenNameButton
from notifications.buttons.orders import OfficerButton, OrderAllButton, OrderButton
from notifications.buttons.papers import PaperButton
from notifications.buttons.pictures import DueButton, ProgressButton
from notifications.buttons.planning import PlanButton
from notifications.buttons.results import (
    CategoryButton,
    DepartmentReviewButton,
    FindingButton,
    FindingsButton,
    FollowUpButton,
    MethodButton,
    MethodsButton,
    ReceiverButton,
    ResultButton,
)
from notifications.buttons.schemes import SchemeButton
from notifications.buttons.strays import StrayButton
from notifications.buttons.visit_approvals import (
    FirmGroundButton,
    FirmGroundsButton,
    NoticeButton,
    OneApprovalButton,
    ServiceButton,
    StartButton,
    StopButton,
    VisitApprovalButton,
)
from notifications.buttons.visits import GoneButton, MovedButton, VisitButton
from notifications.catalogue import refusal_sentence
from notifications.incoming import Incoming, IncomingKind
from notifications.messages.refused import Refused
from storage import people
from storage.store import Records
from storage.tables.messaging import ChannelAccount
from storage.tables.registers import Person

Handler = Callable[[Turn], Replies]

BUTTONS: Mapping[type[ButtonData], Callable[[Turn, Any], Replies]] = {
    AssignmentButton: on_assignment_button,
    GroundsButton: on_grounds_button,
    GroundButton: on_ground_button,
    FileLeaveButton: on_file_leave_button,
    DecisionButton: on_decision_button,
    TeamButton: on_team_button,
    OpenNameButton: on_open_name_button,
    SendBackButton: on_send_back_button,
    SchemeButton: on_scheme_button,
    InviteButton: on_invite_button,
    NumberButton: on_number_button,
    EntryButton: on_entry_button,
    OfficerButton: on_officer_button,
    OrderButton: on_order_button,
    OrderAllButton: on_order_all_button,
    NameButton: on_name_button,
    NamesButton: on_names_button,
    VisitButton: on_visit_button,
    GoneButton: on_gone_button,
    MovedButton: on_moved_button,
    PartButton: on_part_button,
    QuestionButton: on_question_button,
    AnswerButton: on_answer_button,
    ChangeAnswerButton: on_change_answer_button,
    StrayButton: on_stray_button,
    QuickNoteButton: on_quick_note_button,
    OptionButton: on_option_button,
    OptionPageButton: on_option_page_button,
    ValueButton: on_value_button,
    PendingButton: on_pending_button,
    MoreButton: on_more_button,
    ReviewButton: on_review_button,
    ExceptButton: on_except_button,
    FindingsButton: on_findings_button,
    FindingButton: on_finding_button,
    CategoryButton: on_category_button,
    FollowUpButton: on_follow_up_button,
    ReceiverButton: on_receiver_button,
    MethodsButton: on_methods_button,
    MethodButton: on_method_button,
    ResultButton: on_result_button,
    DepartmentReviewButton: on_department_review_button,
    PaperButton: on_paper_button,
    ProgressButton: on_progress_button,
    DueButton: on_due_button,
    RequestButton: on_request_button,
    ApprovalButton: on_approval_button,
    CountersignButton: on_countersign_button,
    BriefingButton: on_briefing_button,
    SupplementButton: on_supplement_button,
    ClueButton: on_clue_button,
    ClueChoiceButton: on_clue_choice_button,
    SnoozeButton: on_snooze_button,
    VisitApprovalButton: on_visit_approval_button,
    OneApprovalButton: on_one_approval_button,
    StartButton: on_start_button,
    NoticeButton: on_notice_button,
    ServiceButton: on_service_button,
    FirmGroundsButton: on_firm_grounds_button,
    FirmGroundButton: on_firm_ground_button,
    StopButton: on_stop_button,
    MatterButton: on_matter_button,
    MatterListButton: on_matter_list_button,
    TransferToButton: on_transfer_to_button,
    PlanButton: on_plan_button,
    SignInButton: on_sign_in_button,
    AccountButton: on_account_button,
}

COMMANDS: Mapping[str, Handler] = {
    "/tasks": show_tasks,
    "/where": show_where,
    "/help": show_help,
    "/start": on_start,
    "/schemes": show_schemes,
    "/officers": show_officers,
    "/due": show_due,
    "/clues": show_clues,
    "/matters": show_matters,
    "/diligence": show_diligence,
    "/plan": show_plan,
    "/login": on_sign_in,
    "/devices": show_accounts,
    "/mydata": show_my_data,
}

WORDS: Mapping[TalkState, Handler] = {
    TalkState.LEAVE_WORDS: on_leave_words,
    TalkState.SEND_BACK_WORDS: on_send_back_words,
    TalkState.PUBLIC_VALUE: on_public_value,
    TalkState.PUBLIC_VALUE_NAME: on_public_value_name,
    TalkState.VOID_REASON: on_void_reason,
    TalkState.ORDER_WORDS: on_order_words,
    TalkState.QUESTION: on_words_at_question,
    TalkState.NOTE_WORDS: on_note_words,
    TalkState.FINDING_WORDS: on_finding_words,
    TalkState.RETURN_WORDS: on_return_words,
    TalkState.APPROVAL_WORDS: on_approval_words,
    TalkState.FIRM_WORDS: on_firm_words,
    TalkState.ANSWER_WORDS: on_answer_words,
    TalkState.MATTER_WORDS: on_matter_words,
    TalkState.FOLLOW_UP_WORDS: on_follow_up_words,
}

_COMMITS_AT_ONCE = frozenset(
    {
        TalkState.LEAVE_WORDS,
        TalkState.SEND_BACK_WORDS,
        TalkState.PUBLIC_VALUE,
        TalkState.PUBLIC_VALUE_NAME,
        TalkState.VOID_REASON,
        TalkState.ORDER_WORDS,
        TalkState.RETURN_WORDS,
        TalkState.APPROVAL_WORDS,
        TalkState.FIRM_WORDS,
        TalkState.ANSWER_WORDS,
        TalkState.MATTER_WORDS,
        TalkState.FOLLOW_UP_WORDS,
    }
)
"""Words typed in these states do something that can't be taken back."""

_LOOKS_LIKE_A_COMMAND = re.compile(r"/[a-z_]+")
"""A command that does not exist, or no longer, is nobody's reason and nobody's note."""

_SPOKEN_COMMANDS = {
    "任务": "/tasks",
    "我的任务": "/tasks",
    "进度": "/where",
    "我在哪": "/where",
    "帮助": "/help",
    "方案": "/schemes",
    "人员": "/officers",
    "日历": "/due",
    "线索": "/clues",
    "待办": "/matters",
    "待办事项": "/matters",
    "履职": "/diligence",
    "年度计划": "/plan",
    "登录": "/login",
    "我的登录": "/devices",
    "我的数据": "/mydata",
}


def answer_update(records: Records, incoming: Incoming, *, number: int, tools: Tools, at: datetime) -> None:
    """Answers one update inside the transaction that closes it. A refusal undoes the step and becomes its sentence;
    anything else that is raised is a fault of ours and is left to the worker."""
    if incoming.kind is IncomingKind.BLOCKED:
        note_unreachable(records, incoming.channel, incoming.account, "blocked", at=at)
        return
    found = people.behind_account(records, incoming.channel, incoming.account)
    person, language = (found[0], found[0].language) if found else (None, "zh")
    is_pressed = incoming.kind is IncomingKind.BUTTON
    is_fresh = not is_pressed or is_about_group(incoming)
    queue_of = None
    if is_about_group(incoming) and not (is_pressed and person):
        replies = answer_group(records, person, incoming, at=at)
    elif found is None:
        replies = greet_stranger(records, incoming, at=at)
    else:
        replies = _answer_private(records, *found, incoming, tools, at)
        incoming, queue_of = in_private(incoming), found[0].id
    for position, message in enumerate(replies):
        answer(
            records,
            message,
            language=language,
            channel=incoming.channel,
            chat=incoming.chat,
            key=f"reply:{number}:{position}",
            is_fresh=is_fresh,
            at=at,
            person_id=queue_of,
        )
    if person is not None and _is_deed(incoming):
        slots = {slot for message in replies if (slot := message.settles()) is not None}
        close_elsewhere(records, person, slots, channel=incoming.channel, chat=incoming.chat, at=at)


def _is_deed(incoming: Incoming) -> bool:
    """Whether a card may have been answered with it: a press, or words that ask for nothing themselves."""
    is_words = incoming.kind is IncomingKind.TEXT and not _command_of(incoming.text)
    return incoming.kind is IncomingKind.BUTTON or is_words


def _answer_private(
    records: Records, person: Person, account: ChannelAccount, incoming: Incoming, tools: Tools, at: datetime
) -> Replies:
    """What somebody said to us alone, or pressed in a group: the answer is for them only. Whoever speaks in a group
    may have blocked us all the same."""
    note_break(records, person, incoming, last_used_at=account.last_used_at, at=at)
    if incoming.kind is not IncomingKind.FILE:  # bytes that arrive are no words
        people.note_heard(records, account, at=at)
    if account.unreachable_since is not None and not incoming.is_in_group:
        note_reachable(records, account, at=at)
    if incoming.kind is IncomingKind.UNBLOCKED:
        return ()
    return _answer_person(records, person, in_private(incoming), tools, at)


def _answer_person(
    records: Records, person: Person, incoming: Incoming, tools: Tools, at: datetime
) -> Replies:
    talk = load_talk(records, incoming.channel, incoming.chat, person.id)
    before = Talk(talk.state, dict(talk.data))
    turn = Turn(records, person, incoming, talk, at, tools)
    language, pictures = person.language, pictures_before(turn)
    try:
        with records.step():
            replies = route(turn)
    except Refusal as refusal:
        return (Refused(refusal_sentence(refusal, language)),)
    note_pictures(turn, pictures)
    if talk != before:
        save_talk(records, incoming.channel, incoming.chat, person.id, talk, at=at)
    return replies


def handled_as(incoming: Incoming) -> str:
    """The name under which an answer is counted: one of those that stand in the tables above, whatever people send."""
    if incoming.is_edit:
        return "edit"
    if incoming.kind is IncomingKind.BUTTON:
        kind = KINDS.get(incoming.button[:256].partition(":")[0])
        return kind.__name__ if kind is not None else "UnknownButton"
    command = _command_of(incoming.text) if incoming.kind is IncomingKind.TEXT else ""
    return command if command in COMMANDS else incoming.kind.value


def route(turn: Turn) -> Replies:
    """Finds the one handler for this update."""
    kinds: Mapping[IncomingKind, Handler] = {
        IncomingKind.BUTTON: _route_button,
        IncomingKind.TEXT: _route_text,
        IncomingKind.PHOTO: on_photo,
        IncomingKind.FILE: on_file,
        IncomingKind.LOCATION: on_location,
        IncomingKind.UNSUPPORTED: on_unsupported,
    }
    return on_edit(turn) if turn.incoming.is_edit else kinds[turn.incoming.kind](turn)


def _route_button(turn: Turn) -> Replies:
    """A press turns to something else: words typed after it must not be filed as the reason that was asked before.
    What is chosen for a clue belongs to what was typed of it."""
    button = unpack(turn.incoming.button)
    if turn.talk.state in _COMMITS_AT_ONCE and not isinstance(button, ClueChoiceButton):
        turn.talk.end()
    return BUTTONS[type(button)](turn, button)


def _route_text(turn: Turn) -> Replies:
    command = _command_of(turn.incoming.text)
    if command in COMMANDS:
        return COMMANDS[command](turn)
    if _LOOKS_LIKE_A_COMMAND.fullmatch(command):
        return on_unknown_words(turn)
    if is_awaited_number(turn):
        return on_witness_words(turn)
    if are_written_answers(turn):
        return on_written_answers(turn)
    if are_short_answers(turn):
        return on_short_answers(turn)
    if are_exceptions(turn):
        return on_exceptions(turn)
    if is_late_caption(turn) and (brought := on_late_caption(turn)) is not None:
        return brought
    if is_stray_number(turn):
        return on_stray_number(turn)
    return WORDS.get(turn.talk.state, on_unknown_words)(turn)


def _command_of(text: str) -> str:
    """The command that the words are, also one spoken in Chinese, or nothing."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return first.split("@")[0].lower() if first.startswith("/") else _SPOKEN_COMMANDS.get(text.strip(), "")
