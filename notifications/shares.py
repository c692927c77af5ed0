"""A share outside the rules of supervision, as one sentence."""

from inspection.supervision.rules import ShareFinding
from notifications.catalogue import label


def share_sentence(finding: ShareFinding, language: str) -> str:
    """`餐饮A级：一般事项抽33.3%，高于A级上限5%`."""
    side = "above" if finding.is_above else "below"
    return label(
        f"share_{side}",
        language,
        stratum=finding.stratum,
        credit_class=finding.credit_class,
        kind=label(f"item_kind_{finding.kind}", language),
        share=finding.share,
        limit=finding.limit,
    )
