"""What the inspections on record say of the villages, computed once for county and towns."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from hanbin_lib.indicators import Scope, Sources
from hanbin_lib.simulate.inspection_study import clustering_on_record
from hanbin_lib.simulate.intraclass_correlation import Clustering
from hanbin_lib.store.cache import cached


def recorded_clustering(sources: Sources, scope: Scope, cache: Path | None) -> Clustering | None:
    """See `inspection_study.clustering_on_record`."""

    def found() -> dict[str, Any] | None:
        record = clustering_on_record(sources, scope)
        return None if record is None else asdict(record)

    record = cached("clustering", sources.key, scope.register.key, folder=cache, compute=found)
    return record and Clustering(**record)
