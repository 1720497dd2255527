from hanbin_lib.indicators.definition import Pooling
from hanbin_lib.pooling.figures import Gap, Pool, Pooled
from hanbin_lib.pooling.persons import PersonFigures
from hanbin_lib.pooling.reading import pool_workspaces
from hanbin_lib.pooling.rules import pooling_of

__all__ = ["Gap", "PersonFigures", "Pool", "Pooled", "Pooling", "pool_workspaces", "pooling_of"]
