"""Ask a solved city what if: why this person, who else, what is lost, where one more would help.

study  a city with its plan and who answers    partners  why this person, why nobody nearer
candidates  who could help                     losses    what a member's leaving costs
places  where one more person helps most       live      answers from a plan that is kept solved
"""

from gridmap.whatif.candidates import Candidate, Place, suggest, suggest_after
from gridmap.whatif.losses import Loss, loss
from gridmap.whatif.partners import Partner, Rival, partners
from gridmap.whatif.places import Spot, SpotLevel, Worths, worth
from gridmap.whatif.study import Answers, Effect, Shift, Study

__all__ = [
    "Answers", "Candidate", "Effect", "Loss", "Partner", "Place", "Rival", "Shift", "Spot", "SpotLevel", "Study",
    "Worths", "loss", "partners", "suggest", "suggest_after", "worth",
]  # fmt: skip
