"""The transformations, one a file, in the order in which they run: from old breaks to new ones."""

from ..transformation import Transformation
from .code_removals import CodeRemovals
from .fields import Fields
from .filters import Filters
from .location_models import LocationModels
from .log_methods import LogMethods
from .module_moves import ModuleMoves
from .role_models import RoleModels
from .v3_code_removals import V3CodeRemovals

TRANSFORMATIONS: list[Transformation] = [
    LogMethods(),
    # By the tables of the upgrade guides. Fields first: they are understood by the models that are replaced next.
    Fields(),
    Filters(),
    LocationModels(),
    RoleModels(),
    CodeRemovals(),
    ModuleMoves(),
    V3CodeRemovals(),
]
