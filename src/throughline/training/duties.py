"""What happens to places and people by itself: offers end, places are released, teams follow the roles, data are erased."""

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.jobs.registry import duty
from throughline.training.services import offers, people, sending, teams

EACH_MINUTE, HOURLY, DAILY = 60.0, 3600.0, 86_400.0


@duty("training.offers", every=EACH_MINUTE)
def keep_offers() -> int:
    """End what nobody answered in time; release what is due; offer it to the next."""
    ended = offers.expire_due(Viewer.nobody())
    return ended + offers.release_due(Viewer.nobody())


@duty("training.teams", every=HOURLY)
def keep_teams() -> int:
    """Whoever joined a team may read the names; whoever left it may not."""
    return teams.settle_teams(Viewer.nobody())


@duty("training.erase", every=DAILY)
def erase_by_date() -> int:
    """Erase people whose time of keeping has passed."""
    return people.erase_due(Viewer.nobody())


@duty("training.evaluations", every=HOURLY)
def keep_evaluations() -> int:
    """Ask for evaluations on their day, remind, and close what is over."""
    closed = sending.close_due(Viewer.nobody())
    return closed + sending.send_due(Viewer.nobody()) + sending.remind_due(Viewer.nobody())
