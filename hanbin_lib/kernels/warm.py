"""A process that heats up: ``python -m hanbin_lib.kernels.warm [MODULE ...]``.

It imports what it is for (`preparing.prepare`), then waits for its task, one line of JSON on standard input
(see `child.serve`), and becomes that kernel, or a worker that answers on standard output what it is asked on
standard input.
"""

import json
import os
import sys

from hanbin_lib.kernels.child import answer, become_kernel, finish, settle, unpacked
from hanbin_lib.kernels.preparing import leave_working_directory_out, prepare


def main() -> None:
    """Prepare, wait for the task, and do it; end where none comes."""
    leave_working_directory_out()
    prepare(sys.argv[1:])
    line = sys.stdin.buffer.readline()
    if not line:
        return
    task = json.loads(line)
    settle(task)
    if "kernel" in task:
        become_kernel(task["kernel"])
    _answer_calls(task.get("before", ""))


def _answer_calls(before: str) -> None:
    """Do a call first, then answer one after the other; what they print goes elsewhere."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        if before:
            unpacked(answer(before.encode()))
        answers.write(b"ready\n")
        answers.flush()
        for call in sys.stdin.buffer:
            answers.write(f"{answer(call)}\n".encode())
            answers.flush()
    finish()


if __name__ == "__main__":
    main()
