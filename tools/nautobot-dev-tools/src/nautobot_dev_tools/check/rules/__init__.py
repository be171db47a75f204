"""All rules, in the order of their ids."""

from __future__ import annotations

from ..rule import Rule
from .absolute_import import AbsoluteImport
from .approval_required import ApprovalRequired
from .blocking_sleep import BlockingSleep
from .button_signature import ButtonSignature
from .cable_assigned import CableAssigned
from .cable_field_removed import CableFieldRemoved
from .cable_lookup_deprecated import CableLookupDeprecated
from .cable_path_removed import CablePathRemoved
from .class_path_too_long import ClassPathTooLong
from .dryrun_default_without_variable import DryrunDefaultWithoutVariable
from .dryrun_misnamed import DryrunMisnamed
from .dryrun_var_default import DryrunVarDefault
from .eval_used import EvalUsed
from .exception_swallowed import ExceptionSwallowed
from .exception_unused import ExceptionUnused
from .exception_without_reason import ExceptionWithoutReason
from .failure_only_logged import FailureOnlyLogged
from .field_order_unknown import FieldOrderUnknown
from .file_not_parsed import FileNotParsed
from .group_name_not_text import GroupNameNotText
from .hook_and_button import HookAndButton
from .hook_signature import HookSignature
from .import_missing import ImportMissing
from .import_work import ImportWork
from .init_with_code import InitWithCode
from .job_class_twice import JobClassTwice
from .job_kwargs_missing import JobKwargsMissing
from .job_kwargs_spread import JobKwargsSpread
from .job_not_registered import JobNotRegistered
from .jobs_module_missing import JobsModuleMissing
from .lifecycle_signature import LifecycleSignature
from .limit_against_default import LimitAgainstDefault
from .log_extra import LogExtra
from .log_formatted import LogFormatted
from .log_in_thread import LogInThread
from .log_keyword import LogKeyword
from .log_per_object import LogPerObject
from .logger_level import LoggerLevel
from .meta_attribute_unknown import MetaAttributeUnknown
from .meta_hides_base import MetaHidesBase
from .meta_inherited import MetaInherited
from .meta_missing import MetaMissing
from .meta_type_wrong import MetaTypeWrong
from .module_shadowed import ModuleShadowed
from .name_never_loaded import NameNeverLoaded
from .name_not_importable import NameNotImportable
from .one_became_many import OneBecameMany
from .package_init_missing import PackageInitMissing
from .print_in_job import PrintInJob
from .query_in_loop import QueryInLoop
from .query_unrestricted import QueryUnrestricted
from .receiver_with_variables import ReceiverWithVariables
from .registered_is_no_job import RegisteredIsNoJob
from .registered_outside_jobs import RegisteredOutsideJobs
from .registered_twice import RegisteredTwice
from .registration_not_central import RegistrationNotCentral
from .relation_in_loop import RelationInLoop
from .reserved_name import ReservedName
from .root_init_missing import RootInitMissing
from .run_mismatch import RunMismatch
from .run_missing import RunMissing
from .save_unvalidated import SaveUnvalidated
from .secret_literal import SecretLiteral
from .secret_variable import SecretVariable
from .sensitive_unstated import SensitiveUnstated
from .shell_used import ShellUsed
from .slug_in_import import SlugInImport
from .soft_limit_over_hard import SoftLimitOverHard
from .tests_below_jobs import TestsBelowJobs
from .third_party_import import ThirdPartyImport
from .title_too_long import TitleTooLong
from .title_twice import TitleTwice
from .tls_unverified import TlsUnverified
from .v1_attribute import V1Attribute
from .v1_import import V1Import
from .v1_log import V1Log
from .v1_meta import V1Meta
from .v1_method import V1Method
from .v1_run import V1Run
from .variable_option import VariableOption
from .variable_option_ignored import VariableOptionIgnored
from .variable_undescribed import VariableUndescribed
from .write_unlogged import WriteUnlogged
from .writes_without_dryrun import WritesWithoutDryrun
from .yaml_unsafe import YamlUnsafe

# The engine reports these two itself, since it knows what other rules have found.
EXCEPTION_WITHOUT_REASON, EXCEPTION_UNUSED = ExceptionWithoutReason(), ExceptionUnused()

RULES: list[Rule] = [
    # Exceptions
    EXCEPTION_WITHOUT_REASON,
    EXCEPTION_UNUSED,
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
    WritesWithoutDryrun(),
    V1Run(),
    V1Log(),
    V1Attribute(),
    V1Method(),
    V1Meta(),
    V1Import(),
    HookSignature(),
    ButtonSignature(),
    LifecycleSignature(),
    ReceiverWithVariables(),
    VariableOption(),
    VariableOptionIgnored(),
    GroupNameNotText(),
    FieldOrderUnknown(),
    # Database
    ImportWork(),
    ThirdPartyImport(),
    SaveUnvalidated(),
    QueryUnrestricted(),
    QueryInLoop(),
    WriteUnlogged(),
    RelationInLoop(),
    # Logging and errors
    LogKeyword(),
    LogExtra(),
    LogFormatted(),
    LogPerObject(),
    LoggerLevel(),
    ExceptionSwallowed(),
    FailureOnlyLogged(),
    BlockingSleep(),
    PrintInJob(),
    LogInThread(),
    # Security
    SecretVariable(),
    SecretLiteral(),
    EvalUsed(),
    ShellUsed(),
    TlsUnverified(),
    YamlUnsafe(),
    # Versions
    CableFieldRemoved(),
    CableLookupDeprecated(),
    CableAssigned(),
    CablePathRemoved(),
    JobKwargsMissing(),
    JobKwargsSpread(),
    OneBecameMany(),
]
