"""The shares of a draw held against the rules of supervision, class by class."""

from collections import defaultdict

from draw.double_random import Announcement, ObjectCandidate, Pools
from inspection.refusals import Unacceptable
from inspection.strata import Row, Values, fits, items_for
from inspection.supervision.rules import ItemKind, ShareFinding, check_share, kind_of_items
from storage import supervision
from storage.store import Records
from storage.tables.registers import Scheme


def refuse_shares(
    records: Records, scheme: Scheme, announcement: Announcement, pools: Pools
) -> tuple[ShareFinding, ...]:
    """What is only to be warned of. Refuses `share_above_rule` for a share that is too large; a scheme that is exempt
    from yearly caps (complaints, re-checks, …) is exempt from this too."""
    findings = share_findings(records, scheme, announcement, pools)
    refused = next((one for one in findings if one.is_refused), None)
    if refused is not None:
        raise Unacceptable(
            "share_above_rule",
            stratum=refused.stratum,
            credit_class=refused.credit_class,
            share=refused.share,
            limit=refused.limit,
        )
    return findings


def share_findings(
    records: Records, scheme: Scheme, announcement: Announcement, pools: Pools
) -> tuple[ShareFinding, ...]:
    """Every share outside the rules as they stand, in the order of the strata; none of an exempt scheme."""
    if scheme.cap_exemption is not None:
        return ()
    _version, rules = supervision.standing_supervision(records)
    met = _classes_met(scheme, announcement, pools, supervision.kinds_of(records, scheme.items))
    return tuple(
        finding
        for stratum in announcement.strata
        for kind, classes in sorted(met[stratum.name].items())
        for finding in check_share(
            rules,
            stratum=stratum.name,
            kind=kind,
            classes="".join(classes),
            size=stratum.size,
            quota=stratum.quota,
        )
    )


def _classes_met(
    scheme: Scheme, announcement: Announcement, pools: Pools, kinds: dict[str, str]
) -> dict[str, dict[ItemKind, set[str]]]:
    """By stratum the classes in it under each kind of item. Objects that strata can't tell apart are looked at once."""
    alike = {_profile(one): one for one in pools.objects}
    rows = [Row.from_json(one) for one in scheme.strata]
    found: dict[str, dict[ItemKind, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in alike.values():
        values = values_of(one)
        kind = kind_of_items(kinds, items_for(rows, values, scheme.items))
        for stratum in announcement.strata:
            if fits(stratum.where, values):
                found[stratum.name][kind].add(one.credit_class)
    return found


def values_of(candidate: ObjectCandidate) -> Values:
    """What strata ask of an object, from its line in a pool."""
    plain = {"class": candidate.credit_class, "district": candidate.district, "kind": candidate.kind}
    return {**candidate.more, **plain}


def _profile(candidate: ObjectCandidate) -> tuple[object, ...]:
    return (candidate.credit_class, candidate.district, candidate.kind, *candidate.more.items())
