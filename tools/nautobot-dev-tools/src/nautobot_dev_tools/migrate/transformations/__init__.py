"""The transformations, one a file, in the order in which they run: from old breaks to new ones."""

from ..transformation import Transformation
from .job_imports import JobImports
from .job_meta import JobMeta
from .log_methods import LogMethods
from .request_user import RequestUser
from .run_signature import RunSignature

TRANSFORMATIONS: list[Transformation] = [
    JobImports(),
    RunSignature(),
    JobMeta(),
    LogMethods(),
    RequestUser(),
]
