"""A run that ends at its n-th line, as by a pulled plug: nothing after that line happens."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import hanbin_lib

_LIBRARY = Path(hanbin_lib.__file__).parent


class PowerCut(BaseException):
    """The machine is off."""


def cut_at_every_line(
    prepare: Callable[[], Callable[[], object]], files: tuple[str, ...], *, repeated: bool = False
) -> Iterator[int]:
    """Run what `prepare` returns again and again, ending it one line later each time.

    Yields after each cut, with the number of the line; stops when a run came to its end.
    Blocks of ``finally`` do not clean up: whatever they try ends at once, too. With `repeated`
    each turn of a loop counts, else a line counts when it is reached for the first time.
    """
    watched = {str(_LIBRARY / name) for name in files}
    line = 0
    while True:
        line += 1
        if _ends_before(prepare(), watched, line, repeated):
            return
        yield line


def _ends_before(run: Callable[[], object], watched: set[str], last: int, repeated: bool) -> bool:
    count = 0
    seen: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, _argument: object):
        nonlocal count
        if frame.f_code.co_filename not in watched:
            return None
        place = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and (repeated or count >= last or place not in seen):
            seen.add(place)
            count += 1
            if count >= last:
                raise PowerCut
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    except PowerCut:
        return False
    finally:
        sys.settrace(before)
    return True
