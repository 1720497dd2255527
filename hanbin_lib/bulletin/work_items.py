"""Which work items (工作事项) a bureau has."""

from hanbin_lib.bulletin.opening import Bulletin


def bureau_items(bulletin: Bulletin) -> list[str]:
    """Work items that the bureau has: those of its duties and those it reported, as it writes them.

    Without a list of duties those of the policy pack are its own, where it reported no other: of an item
    that a bureau does not have nobody may say that it was not reported.
    """
    reported = list(bulletin.figures.groups("tasks", "work_item").index)
    duties = bulletin.sources.table("duties")
    policy = bulletin.scope.policy
    filed = policy.work_items.items if policy and policy.work_items else ()
    if duties is not None:
        known = list(duties["work_item"].dropna().astype(str).unique())
    else:
        known = list(filed) if set(reported) <= set(filed) else []
    position = {item: number for number, item in enumerate(filed)}
    return sorted(dict.fromkeys([*known, *reported]), key=lambda item: position.get(item, len(position)))
