"""The true parameters of the demonstration district; all of them go into ``truth.json``."""

from dataclasses import dataclass

GENERATOR_VERSION = 5

# Published totals of the district at the end of September 2022.
MONITORED = (5408, 18392)
ELIMINATED = (3076, 10608)
LIFTED = (58948, 195544)
WORKERS = 103_000
POST_HOLDERS = 12_300
WORKSHOPS = 183
PHONE_CALLS = 64_000


@dataclass(frozen=True, slots=True)
class Totals:
    """Sizes at one scale; at scale 1 the published ones."""

    monitored_households: int
    eliminated_households: int
    open_households: int
    eliminated_persons: int
    open_persons: int
    lifted_households: int
    lifted_persons: int
    workers: int
    post_holders: int
    workshops: int
    phone_calls: int

    @classmethod
    def at(cls, scale: float) -> "Totals":
        """Totals times `scale`, at least one of each."""

        def part(total: int) -> int:
            return max(1, round(total * scale))

        eliminated, open_ = part(ELIMINATED[0]), part(MONITORED[0] - ELIMINATED[0])
        return cls(
            monitored_households=eliminated + open_,
            eliminated_households=eliminated,
            open_households=open_,
            eliminated_persons=part(ELIMINATED[1]),
            open_persons=part(MONITORED[1] - ELIMINATED[1]),
            lifted_households=part(LIFTED[0]),
            lifted_persons=part(LIFTED[1]),
            workers=part(WORKERS),
            post_holders=part(POST_HOLDERS),
            workshops=part(WORKSHOPS),
            phone_calls=part(PHONE_CALLS),
        )


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Probabilities, rates and spreads; effects are normal on the log or logit scale."""

    # Who: 脱贫不稳定户, 边缘易致贫户, 突发严重困难户.
    category_shares: tuple[float, ...] = (0.41, 0.42, 0.17)
    sudden_lifted_share: float = 0.45
    no_labour_share_of_open: float = 0.15
    # When, households at full scale, the reporting month first and then backwards.
    new_last_year: tuple[int, ...] = (36, 41, 44, 52, 39, 35, 33, 30, 38, 42, 47, 68)
    eliminated_last_year: tuple[int, ...] = (87, 92, 98, 104, 118, 96, 85, 72, 79, 101, 148, 112)
    least_months_to_elimination: int = 6
    natural_share: float = 0.03
    natural_early_households: int = 12
    # Why: in the order of the contract's labels; a cause counts only where it is possible.
    cause_weights: tuple[float, ...] = (0.33, 0.15, 0.13, 0.05, 0.80, 0.09, 0.03, 0.03, 0.01, 0.01, 0.03)
    sudden_cause_factors: tuple[float, ...] = (1.4, 0.6, 0.6, 3.0, 0.3, 0.5, 4.0, 0.5, 1.0, 0.5, 1.0)
    number_of_causes: tuple[float, ...] = (0.60, 0.30, 0.10)
    # What was done: months from identification to the first measure, 0, 1, then geometric.
    measure_at_once: float = 0.47
    measure_next_month: float = 0.33
    later_measure_hazard: float = 0.42
    unmeasured_households: int = 26
    # Effects of towns and villages (standard deviations).
    town_prevalence_sd: float = 0.18
    remote_prevalence_effect: float = 0.28
    village_prevalence_sd: float = 0.45
    town_elimination_sd: float = 0.25
    town_delay_sd: float = 0.45
    town_income_sd: float = 0.06
    village_income_sd: float = 0.10
    town_finding_sd: float = 0.45
    village_finding_sd: float = 0.60
    town_contact_sd: float = 0.25
    town_visit_sd: float = 0.35
    town_disaster_sd: float = 0.50
    # Work and income.
    migrant_pay_yuan: float = 2950.0
    monitored_pay_factor: float = 0.80
    new_household_income_factor: float = 0.72
    low_income_share: float = 0.015
    uninsured_share_of_open: float = 0.004
    # Telephone checks: a household that is called answers with this chance, and so on.
    contact_logit: float = 0.75
    household_contact_sd: float = 0.8
    second_call_share: float = 0.75
    lifted_called_share: float = 0.80
    problem_logit_lifted: float = -6.0
    problem_effect_open: float = 1.4
    problem_effect_eliminated: float = 0.5
    visited_logit: float = 2.9
    # Inspection: a unit drawn has a problem with this chance (village, household, project).
    finding_logits: tuple[float, ...] = (-0.3, -2.3, -1.5)
    # Rectification: done by the due date, and the chance that a problem comes back.
    done_in_time_share: float = 0.88
    relapse_share: float = 0.045
    # Not in the plain demonstration: farms that lose, towns without households or with next to none.
    loss_share: float = 0.0
    empty_towns: int = 0
    tiny_towns: int = 0

    @classmethod
    def hard(cls) -> "Assumptions":
        """A month as difficult as counties have them: sweeps, losses, uneven calling, tiny and empty towns."""
        return cls(
            # 集中排查: all entries of the year in two months, none in the reporting month.
            new_last_year=(0, 0, 0, 260, 0, 0, 0, 0, 0, 245, 0, 0),
            town_contact_sd=1.6,
            household_contact_sd=1.6,
            loss_share=0.03,
            empty_towns=1,
            tiny_towns=2,
        )


@dataclass(frozen=True, slots=True)
class SeededDefects:
    """Faults put in on purpose (at full scale); the import must warn of each and go on."""

    eliminated_too_early: int = 8
    disabled_cause_without_disabled: int = 5
    stored_income_off: int = 10
    household_field_differs: int = 6
    unknown_label: int = 7

    def at(self, count: int, scale: float) -> int:
        """Return a count at `scale`, at least one."""
        return max(1, round(count * scale))
