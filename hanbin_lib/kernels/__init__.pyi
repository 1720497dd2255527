from hanbin_lib.kernels.forked import can_fork, meanwhile, parent_ahead, prepared_parent
from hanbin_lib.kernels.prepared import cores, stay_single, uncollected
from hanbin_lib.kernels.workers import WorkerEndedError, open_workers

KERNEL: str
ENGINE: str

__all__ = [
    "ENGINE",
    "KERNEL",
    "WorkerEndedError",
    "can_fork",
    "cores",
    "meanwhile",
    "open_workers",
    "parent_ahead",
    "prepared_parent",
    "stay_single",
    "uncollected",
]
