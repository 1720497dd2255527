"""Parameters of the notebooks; the tagged cell of each must agree with its model."""

from hanbin_lib.params import MonthText, Params, PlaceCode


class BulletinParameters(Params):
    """Parameters of `bulletin_district` and `bulletin_town`."""

    month: MonthText
    area: PlaceCode
    snapshot: str


class MonitoringParameters(Params):
    """Parameters of the interactive notebook `monitoring`."""

    month: MonthText
    area: PlaceCode
    snapshot: str


NOTEBOOK_PARAMETERS: dict[str, type[Params]] = {
    "bulletin_district": BulletinParameters,
    "bulletin_town": BulletinParameters,
    "monitoring": MonitoringParameters,
}
