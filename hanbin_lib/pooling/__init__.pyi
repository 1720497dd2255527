from hanbin_lib.indicators.table import Pooling
from hanbin_lib.pooling.figures import Gap, PersonFigures, Pool, Pooled, pooling_of
from hanbin_lib.pooling.reading import pool_workspaces

__all__ = ["Gap", "PersonFigures", "Pool", "Pooled", "Pooling", "pool_workspaces", "pooling_of"]
