"""A draw needs an approved scheme (博州政办发〔2019〕33号, 二㈢2)."""

from inspection.refusals import Incomplete
from inspection.schemes import missing_parts
from inspection.states import SchemeState
from storage import people
from storage.store import Records
from storage.tables.registers import Scheme


def require_approved(records: Records, scheme: Scheme) -> None:
    """Refuses a draft with what it lacks, and one that waits for its head with whom it waits for."""
    if scheme.state is SchemeState.DRAFTED:
        parts = missing_parts(scheme)
        raise Incomplete("scheme_incomplete", parts=parts) if parts else Incomplete("scheme_not_submitted")
    if scheme.state is SchemeState.SUBMITTED:
        head = people.head_of(records, scheme.departments[0], scheme.district)
        raise Incomplete("scheme_not_approved", head=head.name if head else "")
