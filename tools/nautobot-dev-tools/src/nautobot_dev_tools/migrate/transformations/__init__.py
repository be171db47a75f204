"""The transformations, one a file, in the order in which they run: from old breaks to new ones.

Those of Jobs: what they are called comes before what is in them, since some look for it by its new name.
"""

from ..transformation import Transformation
from .abort_transaction import AbortTransaction
from .class_paths import ClassPaths
from .code_removals import CodeRemovals
from .fields import Fields
from .job_calls import JobCalls
from .job_imports import JobImports
from .job_meta import JobMeta
from .job_state import JobState
from .location_models import LocationModels
from .log_methods import LogMethods
from .module_moves import ModuleMoves
from .receivers import Receivers
from .registration import Registration
from .report_methods import ReportMethods
from .request_user import RequestUser
from .role_models import RoleModels
from .run_signature import RunSignature
from .v3_code_removals import V3CodeRemovals

TRANSFORMATIONS: list[Transformation] = [
    # 2.0: Jobs
    JobImports(),
    ReportMethods(),
    RunSignature(),
    AbortTransaction(),
    JobMeta(),
    JobState(),
    LogMethods(),
    RequestUser(),
    Receivers(),
    JobCalls(),
    ClassPaths(),
    Registration(),
    # By the tables of the upgrade guides. Fields first: they are understood by the models that are replaced next.
    Fields(),
    LocationModels(),
    RoleModels(),
    CodeRemovals(),
    ModuleMoves(),
    V3CodeRemovals(),
]
