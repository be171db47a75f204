"""The transformations, one a file, in the order in which they run: from old breaks to new ones.

Those of Jobs: what they are called comes before what is in them, since some look for it by its new name.
"""

from ..transformation import Transformation
from .abort_transaction import AbortTransaction
from .approvals import Approvals
from .cables import Cables
from .class_paths import ClassPaths
from .code_removals import CodeRemovals
from .device_clusters import DeviceClusters
from .django_names import DjangoNames
from .django_tests import DjangoTests
from .dynamic_groups import DynamicGroups
from .fields import Fields
from .filter_lists import FilterLists
from .filters import Filters
from .graphql_queries import GraphqlQueries
from .graphql_results import GraphqlResults
from .job_calls import JobCalls
from .job_imports import JobImports
from .job_kwargs import JobKwargs
from .job_meta import JobMeta
from .job_queues import JobQueues
from .job_results import JobResults
from .job_state import JobState
from .location_models import LocationModels
from .log_methods import LogMethods
from .logger_names import LoggerNames
from .module_moves import ModuleMoves
from .prefix_locations import PrefixLocations
from .prefixes import Prefixes
from .receivers import Receivers
from .registration import Registration
from .report_methods import ReportMethods
from .request_user import RequestUser
from .rest_paths import RestPaths
from .role_models import RoleModels
from .run_signature import RunSignature
from .tree_fields import TreeFields
from .url_names import UrlNames
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
    JobResults(),
    # 2.0: models. Prefixes and fields first: they are understood by the models that are replaced next.
    Prefixes(),
    Fields(),
    Filters(),
    LocationModels(),
    RoleModels(),
    # 2.0: modules, and names in strings
    CodeRemovals(),
    ModuleMoves(),
    LoggerNames(),
    UrlNames(),
    RestPaths(),
    GraphqlQueries(),
    # 2.2 to 2.4
    PrefixLocations(),
    DjangoNames(),
    TreeFields(),
    DynamicGroups(),
    JobQueues(),
    # 3.0
    V3CodeRemovals(),
    Approvals(),
    DeviceClusters(),
    FilterLists(),
    GraphqlResults(),
    # 3.1
    DjangoTests(),
    # 3.2
    JobKwargs(),
    Cables(),
]
