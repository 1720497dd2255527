"""Prepared processes: kernels and workers that start with everything imported.

A notebook's kernel needs seconds of imports before its first line. Here they are paid once: a
single-threaded parent (`parent`) imports everything and forks a child for each kernel and each
worker. Where fork is not to be had, processes are heated in advance (`heating`). Jupyter's tools
find it by a kernelspec, `KERNEL`, whose provisioner is `provisioner.PreforkProvisioner`.
"""

from hanbin_lib.lazily import front

KERNEL = "hanbin-prefork"
ENGINE = "hanbin"  # papermill's name of `engine.InProcessEngine`

__getattr__, __dir__, __all__ = front(__name__)
