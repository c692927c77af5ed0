"""Every pair of a state and a step, in every status. The legal ones are listed by hand, not read from the tables."""

import ast
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.talk import TALK, Talk, TalkState, TalkStep
from inspection.refusals import IllegalStep
from inspection.states import LIVE_ASSIGNMENTS, TABLES, Table, next_state
from scripts.state_pages import PAGE, page
from tests.house import code_of, tree_of

ALL = {table.name: table for table in (*TABLES, TALK)}

LEGAL = {
    "scheme": """
        drafted    submit    submitted
        submitted  return    drafted
        submitted  withdraw  drafted
        filed      withdraw  drafted
        submitted  approve   filed
        drafted    file      filed
        submitted  file      filed
        filed      announce  announced
        announced  draw      drawn
        announced  postpone  filed
        drawn      finish    finished
        drafted    void      voided
        filed      void      voided
        announced  void      voided
        drawn      void      voided
        filed      take_in   drawn
    """,
    "countersign": """
        asked     sign    signed
        objected  sign    signed
        asked     object  objected
        signed    object  objected
        asked     end     over
    """,
    "briefing": """
        sent  read  read
    """,
    "clue": """
        received   approve    approved
        received   refuse     refused
        approved   open       under_way
        received   take_up    under_way
        approved   give_back  received
        under_way  give_back  received
        under_way  close      closed
        received   merge      merged
    """,
    "inspection": """
        assembling     confirm_team  ready
        ready          reopen_team   assembling
        ready          start_visit   visiting
        assembling     report_gone   gone_reported
        ready          report_gone   gone_reported
        visiting       report_gone   gone_reported
        gone_reported  reject_gone   assembling
        gone_reported  replace       replaced
        assembling     call_off      called_off
        ready          call_off      called_off
        gone_reported  call_off      called_off
        visiting       end_visit     visited
        visited        close         closed
    """,
    "assignment": """
        drawn        notify        notified
        notified     accept        accepted
        accepted     withdraw      notified
        notified     ask_leave     leave_asked
        accepted     ask_leave     leave_asked
        confirmed    ask_leave     leave_asked
        leave_asked  refuse_leave  notified
        notified     recuse        recused
        accepted     recuse        recused
        confirmed    recuse        recused
        leave_asked  recuse        recused
        leave_asked  excuse        unavailable
        notified     lapse         lapsed
        notified     send_back     sent_back
        accepted     send_back     sent_back
        confirmed    send_back     sent_back
        notified     order_off     ordered_off
        accepted     order_off     ordered_off
        confirmed    order_off     ordered_off
        leave_asked  order_off     ordered_off
        accepted     confirm       confirmed
        confirmed    reopen        accepted
        drawn        release       released
        notified     release       released
        accepted     release       released
        confirmed    release       released
        leave_asked  release       released
        confirmed    complete      completed
    """,
    "team": """
        assembling  complete  assembled
        assembled   reopen    assembling
        confirmed   reopen    assembling
        assembled   confirm   confirmed
        assembling  dissolve  dissolved
        assembled   dissolve  dissolved
        confirmed   dissolve  dissolved
    """,
    "leave_request": """
        pending  grant   granted
        pending  refuse  refused
        pending  drop    dropped
    """,
    "checklist": """
        open      finish  finished
        finished  reopen  open
        finished  lock    locked
        locked    unlock  finished
    """,
    "result": """
        draft      submit   submitted
        returned   submit   submitted
        submitted  return   returned
        submitted  approve  approved
        approved   publish  published
        published  correct   correcting
        correcting submit    submitted
        published  withdraw  withdrawn
        correcting withdraw  withdrawn
    """,
    "department_review": """
        open      ask     asked
        returned  ask     asked
        asked     agree   agreed
        asked     return  returned
        agreed    return  returned
        agreed    reopen  open
    """,
    "correction": """
        registered  uphold   upheld
        registered  reject   rejected
        upheld      correct  corrected
    """,
    "transfer": """
        opened    receive     received
        received  accept      accepted
        received  forward     opened
        received  return      returned
        returned  send_again  opened
        accepted  close       closed
        returned  close       closed
    """,
    "approval": """
        awaited     approve         approved
        awaited     refuse          refused
        to_make_up  refuse          refused
        refused     ask_again       awaited
        awaited     start_urgently  to_make_up
        to_make_up  make_up         made_up
        awaited     drop            dropped
        refused     drop            dropped
    """,
    "notice": """
        issued  serve  served
    """,
    "follow_up": """
        opened    order    ordered
        ordered   report   reported
        ordered   confirm  corrected
        reported  confirm  corrected
        ordered   fail     not_corrected
        reported  fail     not_corrected
        opened    list     listed
        listed    lift     lifted
        opened    drop     dropped
    """,
    "crime": """
        reported     approve    approved
        reported     refuse     refused
        approved     hand_over  handed_over
        handed_over  file       filed
        handed_over  decline    declined
    """,
    "credit_feedback": """
        waiting  send   sent
        sent     take   taken
        sent     leave  left
    """,
    "stray": """
        asked  place    placed
        asked  discard  discarded
    """,
    "paper_order": """
        awaited  make    made
        awaited  refuse  refused
    """,
    "sign_in": """
        asked      confirm  confirmed
        asked      refuse   refused
        confirmed  refuse   refused
        confirmed  enter    entered
    """,
    "deadline": """
        running  meet    met
        running  miss    missed
        running  cancel  cancelled
    """,
    "delivery": """
        pending  send     sent
        pending  give_up  dead
        dead     send     sent
        dead     resend   pending
        sent     resend   pending
    """,
    "register_load": """
        proposed  accept       waiting
        waiting   take_effect  in_force
        waiting   fail         failed
        proposed  withdraw     withdrawn
        waiting   withdraw     withdrawn
    """,
    "talk": """
        idle               ask_leave_words        leave_words
        leave_words        ask_leave_words        leave_words
        send_back_words    ask_leave_words        leave_words
        public_value       ask_leave_words        leave_words
        public_value_name  ask_leave_words        leave_words
        void_reason        ask_leave_words        leave_words
        order_words        ask_leave_words        leave_words
        question           ask_leave_words        leave_words
        note_words         ask_leave_words        leave_words
        finding_words      ask_leave_words        leave_words
        return_words       ask_leave_words        leave_words
        matter_words       ask_leave_words        leave_words
        approval_words     ask_leave_words        leave_words
        firm_words         ask_leave_words        leave_words
        answer_words       ask_leave_words        leave_words
        follow_up_words    ask_leave_words        leave_words
        idle               ask_send_back_words    send_back_words
        leave_words        ask_send_back_words    send_back_words
        send_back_words    ask_send_back_words    send_back_words
        public_value       ask_send_back_words    send_back_words
        public_value_name  ask_send_back_words    send_back_words
        void_reason        ask_send_back_words    send_back_words
        order_words        ask_send_back_words    send_back_words
        question           ask_send_back_words    send_back_words
        note_words         ask_send_back_words    send_back_words
        finding_words      ask_send_back_words    send_back_words
        return_words       ask_send_back_words    send_back_words
        matter_words       ask_send_back_words    send_back_words
        approval_words     ask_send_back_words    send_back_words
        firm_words         ask_send_back_words    send_back_words
        answer_words       ask_send_back_words    send_back_words
        follow_up_words    ask_send_back_words    send_back_words
        idle               ask_public_value       public_value
        leave_words        ask_public_value       public_value
        send_back_words    ask_public_value       public_value
        public_value       ask_public_value       public_value
        public_value_name  ask_public_value       public_value
        void_reason        ask_public_value       public_value
        order_words        ask_public_value       public_value
        question           ask_public_value       public_value
        note_words         ask_public_value       public_value
        finding_words      ask_public_value       public_value
        return_words       ask_public_value       public_value
        matter_words       ask_public_value       public_value
        approval_words     ask_public_value       public_value
        firm_words         ask_public_value       public_value
        answer_words       ask_public_value       public_value
        follow_up_words    ask_public_value       public_value
        idle               ask_public_value_name  public_value_name
        leave_words        ask_public_value_name  public_value_name
        send_back_words    ask_public_value_name  public_value_name
        public_value       ask_public_value_name  public_value_name
        public_value_name  ask_public_value_name  public_value_name
        void_reason        ask_public_value_name  public_value_name
        order_words        ask_public_value_name  public_value_name
        question           ask_public_value_name  public_value_name
        note_words         ask_public_value_name  public_value_name
        finding_words      ask_public_value_name  public_value_name
        return_words       ask_public_value_name  public_value_name
        matter_words       ask_public_value_name  public_value_name
        approval_words     ask_public_value_name  public_value_name
        firm_words         ask_public_value_name  public_value_name
        answer_words       ask_public_value_name  public_value_name
        follow_up_words    ask_public_value_name  public_value_name
        idle               ask_void_reason        void_reason
        leave_words        ask_void_reason        void_reason
        send_back_words    ask_void_reason        void_reason
        public_value       ask_void_reason        void_reason
        public_value_name  ask_void_reason        void_reason
        void_reason        ask_void_reason        void_reason
        order_words        ask_void_reason        void_reason
        question           ask_void_reason        void_reason
        note_words         ask_void_reason        void_reason
        finding_words      ask_void_reason        void_reason
        return_words       ask_void_reason        void_reason
        matter_words       ask_void_reason        void_reason
        approval_words     ask_void_reason        void_reason
        firm_words         ask_void_reason        void_reason
        answer_words       ask_void_reason        void_reason
        follow_up_words    ask_void_reason        void_reason
        idle               ask_order_words        order_words
        leave_words        ask_order_words        order_words
        send_back_words    ask_order_words        order_words
        public_value       ask_order_words        order_words
        public_value_name  ask_order_words        order_words
        void_reason        ask_order_words        order_words
        order_words        ask_order_words        order_words
        question           ask_order_words        order_words
        note_words         ask_order_words        order_words
        finding_words      ask_order_words        order_words
        return_words       ask_order_words        order_words
        matter_words       ask_order_words        order_words
        approval_words     ask_order_words        order_words
        firm_words         ask_order_words        order_words
        answer_words       ask_order_words        order_words
        follow_up_words    ask_order_words        order_words
        idle               show_question          question
        leave_words        show_question          question
        send_back_words    show_question          question
        public_value       show_question          question
        public_value_name  show_question          question
        void_reason        show_question          question
        order_words        show_question          question
        question           show_question          question
        note_words         show_question          question
        finding_words      show_question          question
        return_words       show_question          question
        matter_words       show_question          question
        approval_words     show_question          question
        firm_words         show_question          question
        answer_words       show_question          question
        follow_up_words    show_question          question
        idle               ask_note               note_words
        question           ask_note               note_words
        note_words         ask_note               note_words
        idle               ask_finding_words      finding_words
        leave_words        ask_finding_words      finding_words
        send_back_words    ask_finding_words      finding_words
        public_value       ask_finding_words      finding_words
        public_value_name  ask_finding_words      finding_words
        void_reason        ask_finding_words      finding_words
        order_words        ask_finding_words      finding_words
        question           ask_finding_words      finding_words
        note_words         ask_finding_words      finding_words
        finding_words      ask_finding_words      finding_words
        return_words       ask_finding_words      finding_words
        matter_words       ask_finding_words      finding_words
        approval_words     ask_finding_words      finding_words
        firm_words         ask_finding_words      finding_words
        answer_words       ask_finding_words      finding_words
        follow_up_words    ask_finding_words      finding_words
        idle               ask_return_words       return_words
        leave_words        ask_return_words       return_words
        send_back_words    ask_return_words       return_words
        public_value       ask_return_words       return_words
        public_value_name  ask_return_words       return_words
        void_reason        ask_return_words       return_words
        order_words        ask_return_words       return_words
        question           ask_return_words       return_words
        note_words         ask_return_words       return_words
        finding_words      ask_return_words       return_words
        return_words       ask_return_words       return_words
        matter_words       ask_return_words       return_words
        approval_words     ask_return_words       return_words
        firm_words         ask_return_words       return_words
        answer_words       ask_return_words       return_words
        follow_up_words    ask_return_words       return_words
        idle               ask_matter_words       matter_words
        leave_words        ask_matter_words       matter_words
        send_back_words    ask_matter_words       matter_words
        public_value       ask_matter_words       matter_words
        public_value_name  ask_matter_words       matter_words
        void_reason        ask_matter_words       matter_words
        order_words        ask_matter_words       matter_words
        question           ask_matter_words       matter_words
        note_words         ask_matter_words       matter_words
        finding_words      ask_matter_words       matter_words
        return_words       ask_matter_words       matter_words
        matter_words       ask_matter_words       matter_words
        approval_words     ask_matter_words       matter_words
        firm_words         ask_matter_words       matter_words
        answer_words       ask_matter_words       matter_words
        follow_up_words    ask_matter_words       matter_words
        idle               ask_approval_words     approval_words
        leave_words        ask_approval_words     approval_words
        send_back_words    ask_approval_words     approval_words
        public_value       ask_approval_words     approval_words
        public_value_name  ask_approval_words     approval_words
        void_reason        ask_approval_words     approval_words
        order_words        ask_approval_words     approval_words
        question           ask_approval_words     approval_words
        note_words         ask_approval_words     approval_words
        finding_words      ask_approval_words     approval_words
        return_words       ask_approval_words     approval_words
        matter_words       ask_approval_words     approval_words
        approval_words     ask_approval_words     approval_words
        firm_words         ask_approval_words     approval_words
        answer_words       ask_approval_words     approval_words
        follow_up_words    ask_approval_words     approval_words
        idle               ask_firm_words         firm_words
        leave_words        ask_firm_words         firm_words
        send_back_words    ask_firm_words         firm_words
        public_value       ask_firm_words         firm_words
        public_value_name  ask_firm_words         firm_words
        void_reason        ask_firm_words         firm_words
        order_words        ask_firm_words         firm_words
        question           ask_firm_words         firm_words
        note_words         ask_firm_words         firm_words
        finding_words      ask_firm_words         firm_words
        return_words       ask_firm_words         firm_words
        matter_words       ask_firm_words         firm_words
        approval_words     ask_firm_words         firm_words
        firm_words         ask_firm_words         firm_words
        answer_words       ask_firm_words         firm_words
        follow_up_words    ask_firm_words         firm_words
        idle               ask_answer_words       answer_words
        leave_words        ask_answer_words       answer_words
        send_back_words    ask_answer_words       answer_words
        public_value       ask_answer_words       answer_words
        public_value_name  ask_answer_words       answer_words
        void_reason        ask_answer_words       answer_words
        order_words        ask_answer_words       answer_words
        question           ask_answer_words       answer_words
        note_words         ask_answer_words       answer_words
        finding_words      ask_answer_words       answer_words
        return_words       ask_answer_words       answer_words
        matter_words       ask_answer_words       answer_words
        approval_words     ask_answer_words       answer_words
        firm_words         ask_answer_words       answer_words
        answer_words       ask_answer_words       answer_words
        follow_up_words    ask_answer_words       answer_words
        idle               ask_follow_up_words    follow_up_words
        leave_words        ask_follow_up_words    follow_up_words
        send_back_words    ask_follow_up_words    follow_up_words
        public_value       ask_follow_up_words    follow_up_words
        public_value_name  ask_follow_up_words    follow_up_words
        void_reason        ask_follow_up_words    follow_up_words
        order_words        ask_follow_up_words    follow_up_words
        question           ask_follow_up_words    follow_up_words
        note_words         ask_follow_up_words    follow_up_words
        finding_words      ask_follow_up_words    follow_up_words
        return_words       ask_follow_up_words    follow_up_words
        matter_words       ask_follow_up_words    follow_up_words
        approval_words     ask_follow_up_words    follow_up_words
        firm_words         ask_follow_up_words    follow_up_words
        answer_words       ask_follow_up_words    follow_up_words
        follow_up_words    ask_follow_up_words    follow_up_words
        idle               end                    idle
        leave_words        end                    idle
        send_back_words    end                    idle
        public_value       end                    idle
        public_value_name  end                    idle
        void_reason        end                    idle
        order_words        end                    idle
        question           end                    idle
        note_words         end                    idle
        finding_words      end                    idle
        return_words       end                    idle
        matter_words       end                    idle
        approval_words     end                    idle
        firm_words         end                    idle
        answer_words       end                    idle
        follow_up_words    end                    idle
    """,
    "archive": """
        open      archive  archived
        reopened  archive  archived
        archived  reopen   reopened
    """,
    "plan_year": """
        opened  publish  published
    """,
    "plan_filing": """
        draft     file    filed
        returned  file    filed
        filed     return  returned
        filed     merge   merged
    """,
    "plan_line": """
        proposed   join      joined
        joined     split     proposed
        proposed   keep      kept
        proposed   drop      dropped
        kept       publish   published
        published  amend     amended
        amended    amend     amended
        published  withdraw  withdrawn
        amended    withdraw  withdrawn
    """,
}

INITIAL = {
    "archive": "open",
    "stray": "asked",
    "paper_order": "awaited",
    "sign_in": "asked",
    "deadline": "running",
    "delivery": "pending",
    "department_review": "open",
    "correction": "registered",
    "scheme": "drafted",
    "countersign": "asked",
    "briefing": "sent",
    "clue": "received",
    "approval": "awaited",
    "notice": "issued",
    "follow_up": "opened",
    "crime": "reported",
    "credit_feedback": "waiting",
    "inspection": "assembling",
    "assignment": "drawn",
    "team": "assembling",
    "leave_request": "pending",
    "checklist": "open",
    "result": "draft",
    "transfer": "opened",
    "register_load": "proposed",
    "talk": "idle",
    "plan_year": "opened",
    "plan_filing": "draft",
    "plan_line": "proposed",
}


@cache
def _listed(name: str) -> dict[tuple[str, str], str]:
    lines = [line.split() for line in LEGAL[name].split("\n") if line.strip()]
    return {(state, step): then for state, step, then in lines}


@pytest.mark.parametrize("table", ALL.values(), ids=ALL)
def test_every_step_leads_from_every_state_where_the_list_says_and_nowhere_else(table: Table) -> None:
    listed = _listed(table.name)
    for state, step in product(table.states, table.steps):
        wanted = listed.get((state.value, step.value))
        if wanted is not None:
            assert next_state(table, state, step) is table.states(wanted), (state, step)
            continue
        with pytest.raises(IllegalStep) as refused:
            next_state(table, state, step)
        assert refused.value.facts == {"what": table.name, "state": state.value, "step": step.value}


def test_the_list_names_every_status_and_no_state_or_step_that_is_not_there() -> None:
    assert set(LEGAL) == set(ALL) == set(INITIAL)
    for name, table in ALL.items():
        for (state, step), then in _listed(name).items():
            assert {state, then} <= {one.value for one in table.states}
            assert step in {one.value for one in table.steps}


@pytest.mark.parametrize("table", ALL.values(), ids=ALL)
def test_a_new_one_stands_at_the_beginning(table: Table) -> None:
    assert table.initial.value == INITIAL[table.name]


@pytest.mark.parametrize("table", ALL.values(), ids=ALL)
def test_every_state_can_be_reached(table: Table) -> None:
    reached, listed = {INITIAL[table.name]}, _listed(table.name)
    for _ in table.states:
        reached |= {then for (state, _step), then in listed.items() if state in reached}
    assert reached == {state.value for state in table.states}


def test_a_step_of_another_status_does_not_exist() -> None:
    with pytest.raises(IllegalStep):
        next_state(ALL["scheme"], ALL["scheme"].initial, ALL["assignment"].steps("accept"))


def test_a_seat_is_held_from_the_draw_until_somebody_leaves_it() -> None:
    assert {one.value for one in LIVE_ASSIGNMENTS} == {
        "drawn",
        "notified",
        "accepted",
        "confirmed",
        "leave_asked",
    }


@given(data=st.data(), table=st.sampled_from(list(ALL.values())))
@settings(max_examples=300, deadline=None)
def test_whatever_is_tried_in_whatever_order_only_listed_steps_are_taken(
    data: st.DataObject, table: Table
) -> None:
    """A walk with many wrong turns: a refused step leaves the state as it was."""
    listed, state = _listed(table.name), table.initial
    for step in data.draw(st.lists(st.sampled_from(list(table.steps)), max_size=30)):
        before = state
        try:
            state = next_state(table, state, step)
        except IllegalStep:
            assert (before.value, step.value) not in listed
            assert state is before
        else:
            assert listed[before.value, step.value] == state.value


def test_a_conversation_keeps_only_the_data_of_its_present_question() -> None:
    talk = Talk()
    talk.step(TalkStep.ASK_LEAVE_WORDS, assignment="S1.E1/market/1/1", ground="A1")
    talk.step(TalkStep.ASK_PUBLIC_VALUE, scheme="S1")
    assert (talk.state, talk.data) == (TalkState.PUBLIC_VALUE, {"scheme": "S1"})
    talk.end()
    assert (talk.state, talk.data) == (TalkState.IDLE, {})


def test_no_status_is_set_past_its_table() -> None:
    """Whoever acts, answers or shows moves a row with `Records.move`, which asks the table; a conversation has its own
    way through its own table."""
    assert [
        f"{path.name}:{target.lineno}"
        for path in code_of("actions", "handlers", "web", "bot")
        if path.name != "talk.py"
        for node in ast.walk(tree_of(path.read_text("utf-8")))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in ast.walk(node)
        if isinstance(target, ast.Attribute) and target.attr == "state" and isinstance(target.ctx, ast.Store)
    ] == []


def test_the_page_of_states_says_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(TABLES), "run make docs"
