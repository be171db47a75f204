"""All rules, in the order of their ids."""

from __future__ import annotations

from ..rule import Rule
from .blocking_sleep import BlockingSleep
from .cable_assigned import CableAssigned
from .cable_field_removed import CableFieldRemoved
from .cable_lookup_deprecated import CableLookupDeprecated
from .cable_path_removed import CablePathRemoved
from .eval_used import EvalUsed
from .exception_swallowed import ExceptionSwallowed
from .exception_unused import ExceptionUnused
from .exception_without_reason import ExceptionWithoutReason
from .failure_only_logged import FailureOnlyLogged
from .import_work import ImportWork
from .job_kwargs_missing import JobKwargsMissing
from .job_kwargs_spread import JobKwargsSpread
from .log_extra import LogExtra
from .log_formatted import LogFormatted
from .log_keyword import LogKeyword
from .log_per_object import LogPerObject
from .logger_level import LoggerLevel
from .query_in_loop import QueryInLoop
from .query_unrestricted import QueryUnrestricted
from .root_init_missing import RootInitMissing
from .save_unvalidated import SaveUnvalidated
from .secret_literal import SecretLiteral
from .secret_variable import SecretVariable
from .shell_used import ShellUsed
from .third_party_import import ThirdPartyImport
from .tls_unverified import TlsUnverified
from .yaml_unsafe import YamlUnsafe

RULES: list[Rule] = [
    # Exceptions
    ExceptionWithoutReason(),
    ExceptionUnused(),
    # Layout
    RootInitMissing(),
    # Registration
    # Contract
    # Database
    ImportWork(),
    ThirdPartyImport(),
    SaveUnvalidated(),
    QueryUnrestricted(),
    QueryInLoop(),
    # Logging and errors
    LogKeyword(),
    LogExtra(),
    LogFormatted(),
    LogPerObject(),
    LoggerLevel(),
    ExceptionSwallowed(),
    FailureOnlyLogged(),
    BlockingSleep(),
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
]
