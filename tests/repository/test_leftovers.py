"""What tests leave behind is seen and named: threads, processes, and processes whose parent has ended."""

import subprocess
import sys
import threading

import leftovers

ESCAPING = """
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "an orphan"], start_new_session=True)
"""


def test_a_thread_that_lives_on_is_named():
    go = threading.Event()
    thread = threading.Thread(target=go.wait, name="somebody's thread", daemon=True)
    before = leftovers.threads()
    thread.start()
    assert leftovers.after_a_while(leftovers.threads, 0) == sorted([*before, "somebody's thread"])
    go.set()
    assert leftovers.after_a_while(lambda: sorted({*leftovers.threads()} - {*before})) == []


def test_a_process_is_named_also_when_nobody_is_its_parent(monkeypatch):
    monkeypatch.setenv(leftovers.MARK, "")  # restored afterwards
    marked = leftovers.mark()
    assert leftovers.processes(marked) == []
    subprocess.run([sys.executable, "-c", ESCAPING], check=True)
    (told,) = leftovers.processes(marked)
    assert told.endswith("an orphan")
    leftovers.end(marked)
    assert leftovers.after_a_while(lambda: leftovers.processes(marked)) == []
