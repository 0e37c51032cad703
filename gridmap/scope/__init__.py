"""Row scope: a store that shows of every noun the rows that somebody's grants reach, and nothing of any other noun.

One place, below every route: what is read through `Scoped` is filtered whoever reads it (docs/decisions/0019).
"""

from gridmap.scope.extent import Extent
from gridmap.scope.reading import Scoped, ScopedTransaction
from gridmap.scope.remembered import Known, Remembered

__all__ = ["Extent", "Known", "Remembered", "Scoped", "ScopedTransaction"]
