"""The kernel provisioner that Jupyter's tools find by the kernelspec ``hanbin-prefork``."""

import logging
import os
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from hanbin_lib.kernels.forked import can_fork, do_without_forking, forked
from hanbin_lib.kernels.heating import heated
from hanbin_lib.kernels.prepared import IPYKERNEL

_LOG = logging.getLogger(__name__)
_STANDARD = {"stdout": 1, "stderr": 2}


class PreforkProvisioner(LocalProvisioner):
    """Starts ipykernel in a prepared process, and any other kernel plainly.

    Where no prepared process can be had the kernel starts plainly too: slower, with the same
    results, and a line in the log.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel of `cmd`; return how it is connected to."""
        if IPYKERNEL not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        task = {
            "kernel": cmd[cmd.index(IPYKERNEL) + 1 :],
            "cwd": str(Path(kwargs.get("cwd") or Path.cwd()).resolve()),
            "env": dict(kwargs.get("env") or os.environ),
        }
        try:
            process, own_group = _prepared(task, kwargs)
        except ConnectionError:
            _LOG.warning("no prepared process can be had, starting %s plainly", IPYKERNEL)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process
        self.pid = process.pid
        self.pgid = process.pid if own_group else None
        self.cwd = task["cwd"]
        return self.connection_info


def _prepared(task: dict[str, Any], kwargs: dict[str, Any]) -> tuple[Any, bool]:
    """A process that does `task`, and whether the base class has to signal its group itself."""
    descriptors = [_descriptor(kwargs, name) for name in _STANDARD]
    if can_fork():
        try:
            return forked(task, *descriptors), False
        except ConnectionError:
            do_without_forking("fork")
    return heated(task), hasattr(os, "killpg")


def _descriptor(kwargs: dict[str, Any], name: str) -> int:
    """Descriptor asked for as output; a pipe cannot be handed over."""
    stream = kwargs.get(name)
    if stream is None:
        return _STANDARD[name]
    descriptor = stream if isinstance(stream, int) else stream.fileno()
    if descriptor < 0:
        raise ConnectionError(name)
    return int(descriptor)
