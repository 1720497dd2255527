"""What is simulated: the parameter files of the models, read together and named together."""

from dataclasses import dataclass

from hanbin_lib.places import AreaRegister
from hanbin_lib.simulate import Scenario, load_scenarios
from hanbin_lib.simulate.plans import TargetPlan, load_plans
from hanbin_lib.simulate.risk_model import RiskFlowRules
from hanbin_lib.simulate.sampling import SamplingRules
from hanbin_lib.workspace import Workspace


@dataclass(frozen=True)
class Models:
    """Parameters of all simulations of a workspace.

    Parameters
    ----------
    plans
        Levers towards income goals (``params/plans/``).
    scenarios
        Shocks (``params/scenarios/``).
    sampling
        How the month's inspection is drawn, and what it ought to see (``params/sampling.yaml``).
    risk_flow
        How the risk flow is estimated, and its alarm (``params/risk_flow.yaml``).
    """

    plans: tuple[TargetPlan, ...]
    scenarios: tuple[Scenario, ...]
    sampling: SamplingRules
    risk_flow: RiskFlowRules

    @classmethod
    def load(cls, workspace: Workspace, register: AreaRegister) -> "Models":
        """Read them; raise ``HB-PAR-002`` naming file, line and field."""
        return cls(
            tuple(_placed(plan, register) for plan in load_plans(workspace)),
            load_scenarios(workspace, register),
            SamplingRules.load(workspace),
            RiskFlowRules.load(workspace),
        )

    @property
    def as_text(self) -> str:
        """Everything in them, for the keys of what depends on them."""
        return "\x00".join(
            one.model_dump_json() for one in (*self.plans, *self.scenarios, self.sampling, self.risk_flow)
        )


def _placed(plan: TargetPlan, register: AreaRegister) -> TargetPlan:
    """The plan with the code that its place has in the month."""
    code = register.placed(plan.place)
    return plan if code == plan.place else plan.model_copy(update={"place": code})
