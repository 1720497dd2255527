"""Shocks on a district and on a province's register, beside pandas draw by draw and bare numpy.

Run with ``make benchmark-shock`` after ``make bulletin``: the demonstration month must be in the
store. Every contender runs in a process of its own, one thread, turns taken; time is processor time,
since the machine is shared. The bare arithmetic uses the same streams and must count the very same
households below the line in every draw; the pandas loop is timed on few draws and scaled.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd

from hanbin_lib import snapshots
from hanbin_lib.indicators import Sources, scope_of
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.simulate import Exposure, SimulationSettings, chunks, draw_shocks, line_for, load_scenarios
from hanbin_lib.simulate.impact import TILE, Stage, set_stage
from hanbin_lib.simulate.scenarios import ShareOfLoss
from hanbin_lib.simulate.shocks import draw_luck, exposure
from hanbin_lib.workspace import Workspace

MONTH = Month(2022, 9)
NAME = "多重冲击"
DRAWS, PANDAS_DRAWS, ROUNDS = 10_000, 50, 3
PROVINCE, PROVINCE_DRAWS = 1_000_000, 500
SLIDER_DRAWS = 200


def opened() -> tuple[Stage, SimulationSettings, object]:
    """The combined scenario on the demonstration month."""
    space = Workspace.find()
    register = AreaRegister.read(space.areas)
    scenario = next(one for one in load_scenarios(space, register) if one.name == NAME)
    data = snapshots.latest(space, MONTH)
    settings = Settings.load(space)
    line = line_for(scenario, settings.lines.of(MONTH))
    people = exposure(Sources(data), scope_of(data, settings, register))
    return set_stage(scenario, people, line.yuan), SimulationSettings(DRAWS, scenario.seed), line


def engine(stage: Stage, plan: SimulationSettings, line) -> dict[str, float]:
    """Everything: causes, measures, FGT, gaps, households, intervals."""
    result = draw_shocks(stage.scenario, stage.exposure, line, plan)
    table = result.table[result.table["place_code"].eq(stage.exposure.county)]
    return table.set_index(["measure", "group"])["mean"].filter(like="without_").to_dict()


def bare(stage: Stage, plan: SimulationSettings) -> np.ndarray:
    """Households newly below the line by draw and town, before measures: the arithmetic alone."""
    people, towns = stage.exposure, len(stage.exposure.towns)
    member = (people.town[:, None] == np.arange(towns)).astype(np.float32)
    counted = []
    for chunk in chunks(plan):
        lucks = [draw_luck(target.shock, chunk, towns) for target in stage.targets]
        below = np.zeros((chunk.size, towns), np.float32)
        for block, start in enumerate(range(0, len(people), TILE)):
            tile = slice(start, min(start + TILE, len(people)))
            below += _bare_tile(stage, chunk, lucks, block, tile) @ member[tile]
        counted.append(below)
    return np.concatenate(counted)


def _bare_tile(stage, chunk, lucks, block, tile):
    shape = (chunk.size, tile.stop - tile.start)
    loss, standing = np.zeros(shape, np.float32), np.ones(shape, np.float32)
    for target, luck in zip(stage.targets, lucks, strict=True):
        uniform = chunk.rng(target.shock.name, "households", block).random(shape, dtype=np.float32)
        chance = luck.chance[:, target.cell[tile]]
        hit = uniform < chance
        town = stage.exposure.town[tile]
        if luck.taken is None:
            lost = np.zeros(shape, np.float32)
            lost[hit] = target.shock.self_pay_yuan.quantile(1 - uniform[hit] / chance[hit])
        else:
            lost = hit * target.stake[tile] * luck.taken[:, town]
        if target.is_planting:
            lost *= standing
        if luck.destroyed is not None:
            standing = np.where(hit, standing * (1 - luck.destroyed[:, town]), standing)
        loss += lost
    after = stage.net[tile] - loss
    return ((after < stage.need[tile]) & ~stage.is_below[tile]).astype(np.float32)


def by_pandas(stage: Stage, draws: int) -> pd.DataFrame:
    """Draw by draw in data frames, as an analyst would write it: the same tables as the engine's."""
    rows = stage.exposure.households[["town_code", "size", "net_yuan"]].assign(cell=stage.exposure.town)
    for number, target in enumerate(stage.targets):
        rows[f"stake_{number}"] = target.stake
    rows["was_below"] = rows["net_yuan"] < stage.line_yuan * rows["size"]
    rng = np.random.default_rng(1)
    chunk = next(iter(chunks(SimulationSettings(draws, 1))))
    lucks = [draw_luck(target.shock, chunk, len(stage.exposure.towns)) for target in stage.targets]
    results = []
    for draw in range(draws):
        lost = _pandas_losses(stage, rows, lucks, draw, rng)
        paid = _pandas_paid(stage, rows, lost, rng)
        results.append(_pandas_tables(stage, rows, lost, paid).assign(draw=draw))
    return pd.concat(results)


def _pandas_losses(stage, rows, lucks, draw, rng):
    lost, standing = pd.DataFrame(index=rows.index), pd.Series(1.0, index=rows.index)
    for number, (target, luck) in enumerate(zip(stage.targets, lucks, strict=True)):
        uniform = pd.Series(rng.random(len(rows)), index=rows.index)
        chance = rows["cell"].map(pd.Series(luck.chance[draw, :-1]))
        hit = (uniform < chance) & (rows[f"stake_{number}"] > 0)
        if luck.taken is None:
            rank = (1 - uniform[hit] / chance[hit]).to_numpy()
            bill = pd.Series(target.shock.self_pay_yuan.quantile(rank), index=rows.index[hit])
            lost[target.shock.name] = bill.reindex(rows.index).fillna(0.0)
            continue
        taken = rows[f"stake_{number}"] * rows["cell"].map(pd.Series(luck.taken[draw]))
        lost[target.shock.name] = (taken * (standing if target.is_planting else 1.0)).where(hit, 0.0)
        if luck.destroyed is not None:
            left = 1 - rows["cell"].map(pd.Series(luck.destroyed[draw]))
            standing = standing.where(~hit, standing * left)
    return lost


def _pandas_paid(stage, rows, lost, rng):
    paid = pd.DataFrame(index=rows.index)
    for measure, holds in zip(stage.scenario.measures, stage.holds, strict=True):
        if isinstance(measure, ShareOfLoss):
            rate = float(measure.share.quantile(rng.random()))
            back = sum((lost[name] * rate).clip(0, measure.most_yuan.yuan) for name in measure.against)
        else:
            standard = float(measure.standard_yuan.quantile(rng.random()))
            left = lost.sum(axis=1) - paid.sum(axis=1)
            back = (standard * rows["size"] - rows["net_yuan"] + left).clip(lower=0).clip(upper=left)
        paid[measure.name] = back.where(holds, 0.0)
    return paid


def _pandas_tables(stage, rows, lost, paid):
    after = rows["net_yuan"] - lost.sum(axis=1) + paid.sum(axis=1)
    gap = stage.line_yuan * rows["size"] - after
    short = (gap / rows["size"] / stage.line_yuan).clip(lower=0)
    terms = pd.DataFrame({order: short.where(short > 0) ** order * rows["size"] for order in (0, 1, 2)})
    by_town = [table.groupby(rows["town_code"]).sum() for table in (lost, paid, terms)]
    bare = ~rows["was_below"] & (gap + paid.sum(axis=1) > 0)
    fallen = ~rows["was_below"] & (gap > 0)
    found = rows[fallen].assign(gap=gap[fallen], cause=lost[fallen].idxmax(axis=1))
    new = found.groupby(["town_code", "cause"]).agg(
        households=("size", "size"), persons=("size", "sum"), needed=("gap", "sum")
    )
    return pd.concat([*by_town, rows[bare].groupby("town_code")["size"].agg(["size", "sum"]), new])


def repeated(people: Exposure, count: int) -> Exposure:
    """`count` households: those of the district over and over."""
    rows = np.resize(np.arange(len(people)), count)
    copies = -(-count // len(people))
    workers = people.workers.iloc[np.tile(np.arange(len(people.workers)), copies)]
    home = workers["home"].to_numpy() + np.repeat(np.arange(copies) * len(people), len(people.workers))
    inside = home < count
    return replace(
        people,
        households=people.households.iloc[rows].reset_index(drop=True),
        town=people.town[rows],
        workers=workers[inside].assign(home=home[inside]).reset_index(drop=True),
    )


def contend(name: str) -> str:
    """Run one contender and tell its processor seconds and peak memory in MiB."""
    stage, plan, line = opened()
    if name == "province":
        stage = replace(stage, exposure=repeated(stage.exposure, PROVINCE))
        plan = replace(plan, draws=PROVINCE_DRAWS)
    start = time.process_time()
    if name in {"engine", "province"}:
        engine(stage, plan, line)
    elif name == "slider":
        engine(stage, replace(plan, draws=SLIDER_DRAWS), line)
    elif name == "bare":
        bare(stage, plan)
    else:
        by_pandas(stage, PANDAS_DRAWS)
    seconds = time.process_time() - start
    return f"{seconds} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}"


def measured(name: str) -> tuple[float, float]:
    """One turn of a contender in its own process."""
    one_thread = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, __file__, name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), float(memory)


def agree() -> int:
    """Draws in which the engine and the bare arithmetic count the same in every town (of 1,000)."""
    stage, plan, _ = opened()
    few = replace(plan, draws=1000)
    counted = bare(stage, few)
    mine = np.concatenate([stage(chunk)["without"][:, 0] for chunk in chunks(few)])
    return int((mine == counted).all(axis=1).sum())


def main() -> None:
    """Take turns and print ratios."""
    if sys.argv[1:]:
        print(contend(sys.argv[1]))
        return
    print(f"same counts in every town: {agree()} of 1,000 draws")
    turns = [{name: measured(name) for name in ("engine", "bare", "pandas", "slider")} for _ in range(ROUNDS)]

    def median(name: str, part: int = 0) -> float:
        return statistics.median(turn[name][part] for turn in turns)

    scale = DRAWS / PANDAS_DRAWS
    print(f"engine, {DRAWS:,} draws: {median('engine'):.1f} s, peak {median('engine', 1):.0f} MiB")
    print(f"bare numpy, {DRAWS:,} draws: {median('bare'):.1f} s, peak {median('bare', 1):.0f} MiB")
    print(f"pandas, {PANDAS_DRAWS} draws: {median('pandas'):.2f} s, scaled {median('pandas') * scale:.0f} s")
    against_bare = statistics.median(t["engine"][0] / t["bare"][0] for t in turns)
    against_pandas = statistics.median(t["pandas"][0] * scale / t["engine"][0] for t in turns)
    print(f"engine / bare numpy: {against_bare:.2f}; pandas / engine: {against_pandas:.0f}")
    print(f"slider, {SLIDER_DRAWS} draws: {median('slider') * 1000:.0f} ms")
    seconds, memory = measured("province")
    print(f"{PROVINCE:,} households, {PROVINCE_DRAWS} draws: {seconds:.1f} s, peak {memory:.0f} MiB")


if __name__ == "__main__":
    main()
