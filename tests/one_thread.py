"""Imported before numpy: native pools of one thread, as in the batch; two workers of the tests share the cores.

With a pool of all cores each, one fit of small matrices took eight times as long as alone.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
