"""All rules, in the order of their ids."""

from __future__ import annotations

from ..rule import Rule
from .absolute_import import AbsoluteImport
from .approval_required import ApprovalRequired
from .class_path_too_long import ClassPathTooLong
from .dryrun_default_without_variable import DryrunDefaultWithoutVariable
from .dryrun_misnamed import DryrunMisnamed
from .dryrun_var_default import DryrunVarDefault
from .exception_unused import ExceptionUnused
from .exception_without_reason import ExceptionWithoutReason
from .file_not_parsed import FileNotParsed
from .hook_and_button import HookAndButton
from .import_missing import ImportMissing
from .init_with_code import InitWithCode
from .job_class_twice import JobClassTwice
from .job_not_registered import JobNotRegistered
from .jobs_module_missing import JobsModuleMissing
from .limit_against_default import LimitAgainstDefault
from .meta_attribute_unknown import MetaAttributeUnknown
from .meta_hides_base import MetaHidesBase
from .meta_inherited import MetaInherited
from .meta_missing import MetaMissing
from .meta_type_wrong import MetaTypeWrong
from .module_shadowed import ModuleShadowed
from .name_never_loaded import NameNeverLoaded
from .name_not_importable import NameNotImportable
from .package_init_missing import PackageInitMissing
from .registered_is_no_job import RegisteredIsNoJob
from .registered_outside_jobs import RegisteredOutsideJobs
from .registered_twice import RegisteredTwice
from .registration_not_central import RegistrationNotCentral
from .reserved_name import ReservedName
from .root_init_missing import RootInitMissing
from .run_mismatch import RunMismatch
from .run_missing import RunMissing
from .sensitive_unstated import SensitiveUnstated
from .slug_in_import import SlugInImport
from .soft_limit_over_hard import SoftLimitOverHard
from .tests_below_jobs import TestsBelowJobs
from .title_too_long import TitleTooLong
from .title_twice import TitleTwice
from .variable_undescribed import VariableUndescribed

RULES: list[Rule] = [
    # Exceptions
    ExceptionWithoutReason(),
    ExceptionUnused(),
    # Layout
    RootInitMissing(),
    PackageInitMissing(),
    JobsModuleMissing(),
    ModuleShadowed(),
    FileNotParsed(),
    NameNeverLoaded(),
    NameNotImportable(),
    InitWithCode(),
    TestsBelowJobs(),
    AbsoluteImport(),
    SlugInImport(),
    ImportMissing(),
    # Registration
    JobNotRegistered(),
    RegisteredTwice(),
    RegistrationNotCentral(),
    RegisteredOutsideJobs(),
    RegisteredIsNoJob(),
    JobClassTwice(),
    ClassPathTooLong(),
    TitleTooLong(),
    TitleTwice(),
    HookAndButton(),
    # Contract
    ReservedName(),
    RunMissing(),
    RunMismatch(),
    VariableUndescribed(),
    MetaMissing(),
    MetaInherited(),
    MetaHidesBase(),
    MetaAttributeUnknown(),
    MetaTypeWrong(),
    DryrunDefaultWithoutVariable(),
    DryrunMisnamed(),
    DryrunVarDefault(),
    SensitiveUnstated(),
    ApprovalRequired(),
    SoftLimitOverHard(),
    LimitAgainstDefault(),
    # Database
    # Logging and errors
    # Security
    # Versions
]
