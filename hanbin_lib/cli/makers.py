"""Who makes the documents: worker processes of this machine, or a cluster."""

from hanbin_lib.release.execution import Maker, side_by_side
from hanbin_lib.workspace import Workspace


def maker_of(workspace: Workspace, workers: int | None, scheduler: str, exchange: str) -> Maker:
    """The cluster at `scheduler` where one is named; `exchange` is what its machines share."""
    if not scheduler:
        return side_by_side(workers)
    from hanbin_lib.release.cluster import Cluster
    from hanbin_lib.release.exchange import Exchange

    return Cluster(scheduler, Exchange(exchange or str(workspace.exchange))).make_all
