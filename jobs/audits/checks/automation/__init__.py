"""Checks of the Automation health audit."""

from .git_behind import GitBehind
from .hook_skipped import SkippedJobHook
from .job_fails import FailingJob
from .job_missing import MissingJob
from .job_never_run import NeverRunJob
from .queue_unserved import UnservedQueue
from .run_slow import SlowRun
from .run_stuck import StuckRun
from .run_waiting import WaitingRun
from .schedule_fails import FailingSchedule
from .schedule_inputs import ScheduleInputs
from .schedule_overdue import OverdueSchedule

CHECKS = (
    GitBehind,
    SkippedJobHook,
    FailingJob,
    MissingJob,
    NeverRunJob,
    UnservedQueue,
    SlowRun,
    StuckRun,
    WaitingRun,
    FailingSchedule,
    ScheduleInputs,
    OverdueSchedule,
)
