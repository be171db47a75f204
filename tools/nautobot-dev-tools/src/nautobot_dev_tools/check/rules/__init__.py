"""All rules, in the order of their ids."""

from __future__ import annotations

from ..rule import Rule
from .absolute_import import AbsoluteImport
from .class_path_too_long import ClassPathTooLong
from .exception_unused import ExceptionUnused
from .exception_without_reason import ExceptionWithoutReason
from .file_not_parsed import FileNotParsed
from .hook_and_button import HookAndButton
from .import_missing import ImportMissing
from .init_with_code import InitWithCode
from .job_class_twice import JobClassTwice
from .job_not_registered import JobNotRegistered
from .jobs_module_missing import JobsModuleMissing
from .module_shadowed import ModuleShadowed
from .name_never_loaded import NameNeverLoaded
from .name_not_importable import NameNotImportable
from .package_init_missing import PackageInitMissing
from .registered_is_no_job import RegisteredIsNoJob
from .registered_outside_jobs import RegisteredOutsideJobs
from .registered_twice import RegisteredTwice
from .registration_not_central import RegistrationNotCentral
from .root_init_missing import RootInitMissing
from .slug_in_import import SlugInImport
from .tests_below_jobs import TestsBelowJobs
from .title_too_long import TitleTooLong
from .title_twice import TitleTwice

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
    # Database
    # Logging and errors
    # Security
    # Versions
]
