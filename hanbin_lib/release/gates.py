"""What figures must pass before a kernel starts: they balance, and no jump is nobody's."""

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.indicators import broken_identities
from hanbin_lib.release.policy import Batch, Jump

_MOST_TOLD = 20


def check_figures(county: Bulletin, policy: Batch) -> None:
    """Refuse figures that break an identity, or that jumped and nobody answers for.

    Raises
    ------
    HanbinError
        ``HB-GAT-001`` an identity does not hold, ``HB-GAT-002`` a jump without acknowledgement.
    """
    broken = broken_identities(county.figures.table)
    if broken:
        raise _stopped(
            "HB-GAT-001",
            "指标之间不平衡，停止发布：\n" + "\n".join(broken[:_MOST_TOLD]),
            "请把本提示和数据版本号一并反馈给维护人员",
        )
    jumps = [line for jump in policy.jumps for line in _jumped(county, jump)]
    if jumps:
        raise _stopped(
            "HB-GAT-002",
            f"{len(jumps)}个指标比上月变动过大，须有人确认：\n" + "\n".join(jumps[:_MOST_TOLD]),
            f"核对数据；属实的，在 params/issues/{county.month}.yaml 的 acknowledgements 里写明确认人和原因",
        )


def _jumped(county: Bulletin, jump: Jump) -> list[str]:
    """Places whose figure moved further than the limits, without an acknowledgement."""
    known = {(a.indicator, a.area) for a in county.issue.acknowledgements}
    told = []
    for place in county.scope.upper_places:
        now = county.figures.value(jump.indicator, place=place)
        change = county.figures.difference(jump.indicator, place=place)
        if now is None or change is None or (jump.indicator, place) in known:
            continue
        before = now - change
        if abs(change) > jump.least and abs(change) > jump.share * before:
            name = county.scope.register.name(place)
            told.append(f"{name}（{place}）{jump.indicator}：上月{before:.0f}，本月{now:.0f}")
    return told


def _stopped(code: str, message: str, action: str) -> HanbinError:
    return HanbinError(code, message, action=action, exit_code=ExitCode.GATE_FAILED)
