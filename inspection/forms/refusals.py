"""What a checklist refuses: a form that cannot be read (BadForm), a value that does not fit a question (Unfit)."""

from collections.abc import Mapping

from inspection.refusals import Refusal, Unacceptable


class BadForm(Refusal):
    """The form itself is wrong. `sentence` is the key of what is wrong, `facts` say where and what.

    Keys: form_not_xml (reason), form_without_model, form_without_instance, form_expression (source, place, reason),
    form_function (function, place, source), form_pattern (pattern, place, source), form_control (control, place),
    form_reference (path, place), form_cycle (path, place).
    """

    code = "form_bad"


class Unfit(Unacceptable):
    """A value cannot stand as the answer. `messages` holds the form's own words by language, often empty.

    Keys: unfit_question (nothing of that id is asked), unfit_read_only, unfit_text, unfit_integer, unfit_decimal,
    unfit_date, unfit_time, unfit_datetime, unfit_geopoint, unfit_choice, unfit_acknowledge, unfit_count,
    unfit_constraint.
    The fact `value` holds what was given, `id` the question.
    """

    def __init__(self, code: str, /, *, messages: Mapping[str, str] | None = None, **facts: object) -> None:
        super().__init__(code, **facts)
        self.messages: Mapping[str, str] = messages or {}
