"""Drawing by tickets: an order that anyone can make again with SHA-256 and a sorted list.

The ticket of a code is the SHA-256 (hexadecimal) of ``hanbin-draw-1|seed|stage|…|code`` in
UTF-8, where the names of the stage are joined by ``|``; codes are taken by their tickets,
smallest first. Neither the order of the list nor the version of any library matters, and a
code that is added or taken away moves no other. Such permanent random numbers are an old
device of official statistics (Ohlsson 1995, "Coordination of samples using permanent random
numbers"); hashes of a public seed choose the ballots of risk-limiting audits (Rivest 2018,
"Consistent sampling with replacement").
"""

import hashlib
import re
from collections.abc import Iterable

from hanbin_lib.errors import refused_params

RECIPE = "hanbin-draw-1"
_SEED = re.compile(r"[^|\s]{1,64}")


def checked_seed(seed: str) -> str:
    """Return the seed; raise ``HB-SMP-001`` where it is empty, too long or holds a blank or a bar."""
    if not _SEED.fullmatch(seed):
        raise refused_params(
            "HB-SMP-001",
            "抽样种子应为1至64个字符，不含空格和竖线",
            "用抽样前公开产生的一串数字或文字，例如当日开奖号码",
        )
    return seed


def ticket(seed: str, *names: str) -> str:
    """Ticket of one code at one stage, 64 hexadecimal digits.

    Parameters
    ----------
    names
        The stage, the code last: ``"2022-10", "村", "100001002201"``.
    """
    return hashlib.sha256("|".join((RECIPE, seed, *names)).encode()).hexdigest()


def in_draw_order(codes: Iterable[str], seed: str, *stage: str) -> list[str]:
    """All codes in the order in which they are drawn; repeated ones count once."""
    return sorted(set(codes), key=lambda code: (ticket(seed, *stage, code), code))
