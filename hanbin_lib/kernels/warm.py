"""Where fork is not to be had: kernels heated in advance, one ahead of the one that is used.

``python -m hanbin_lib.kernels.warm`` imports everything, then waits for its task, one line of
JSON on standard input (see `child.serve`), and becomes that kernel.
"""

import atexit
import json
import subprocess
import sys
import threading
from typing import Any

from jupyter_client.launcher import launch_kernel

from hanbin_lib.kernels.child import become_kernel, settle
from hanbin_lib.kernels.preparing import leave_working_directory_out, prepare, quiet_environment

_waiting: list["subprocess.Popen[bytes]"] = []
_taking = threading.Lock()


def main() -> None:
    """Prepare, wait for the task, and do it; end where none comes."""
    leave_working_directory_out()
    prepare()
    line = sys.stdin.buffer.readline()
    if line:
        task = json.loads(line)
        settle(task)
        become_kernel(task["kernel"])


def heated(task: dict[str, Any]) -> "subprocess.Popen[bytes]":
    """A process, heated before where there was time, that does `task`; the next one is heated."""
    with _taking:
        ready = [process for process in _waiting if process.poll() is None]
        process = ready[0] if ready else _heat()
        _waiting[:] = [_heat()]
    assert process.stdin is not None
    process.stdin.write(json.dumps(task).encode() + b"\n")
    process.stdin.flush()
    return process


def _heat() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "hanbin_lib.kernels.warm"]
    process: subprocess.Popen[bytes] = launch_kernel(command, stdin=subprocess.PIPE, env=quiet_environment())
    return process


@atexit.register
def _let_go() -> None:
    """End what still waits."""
    for process in _waiting:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    main()
