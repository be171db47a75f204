"""Every special method of a Job, and every way in which a Job can end."""

from celery.exceptions import SoftTimeLimitExceeded
from nautobot.apps.jobs import ChoiceVar, IntegerVar, Job

name = "Examples"

SUCCESS = "success"
FAIL = "fail"
EXCEPTION = "exception"
REFUSE = "refuse"
STOP = "stop"


class Lifecycle(Job):
    """Logs each of the methods that Nautobot calls on a Job, in the order of the calls, and ends as you choose.

    | Ending | `run()` | then | result of the Job |
    |---|---|---|---|
    | success | returns | `on_success()` | SUCCESS, with what `run()` returned |
    | fail | calls `self.fail()`, goes on, returns | `on_failure()` | FAILURE, with what `run()` returned |
    | exception | raises | `on_failure()` | FAILURE, with the exception and its traceback |
    | refuse | is not called: `before_start()` called `self.fail()` | `on_failure()` | FAILURE, with what `before_start()` returned |
    | stop | is not called: `before_start()` raised | `on_failure()` | FAILURE, with the exception and its traceback |

    `after_return()` is called last in every case. A log entry of level *failure* or *error* alone does not fail a Job.
    Prefer `self.fail()` for what a user can put right, because the user then reads a sentence and not a traceback; an
    exception is for what nobody foresaw, and to leave a transaction.

    Only one run of this Job can be under way at a time (`is_singleton`).

    **Changes:** nothing.
    **Produces:** the log; the result is the number of steps done.
    **Needs:** no permission beyond running the Job.

    Nautobot guide: *Job Structure*, "Special Methods"; *Job Patterns*, "Accessing User and Job Context" and "Job Flow
    Control".
    """

    ending = ChoiceVar(
        description="How the Job is to end.",
        choices=(
            (SUCCESS, "Success"),
            (FAIL, "self.fail() in run()"),
            (EXCEPTION, "Exception in run()"),
            (REFUSE, "self.fail() in before_start()"),
            (STOP, "Exception in before_start()"),
        ),
        default=SUCCESS,
    )
    steps = IntegerVar(description="How many steps to do: 1 to 100.", default=3, min_value=1, max_value=100)

    class Meta:
        name = "Example: Lifecycle"
        description = "Show which methods of a Job are called when, and how a Job succeeds or fails."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        is_singleton = True
        # At the soft limit run() gets an exception and can tidy up; at the hard one its process is killed.
        soft_time_limit = 30
        time_limit = 60

    def before_start(self, task_id, args, kwargs):
        """Called first. `kwargs` holds what was entered, in the form in which it is stored: objects as identifiers."""
        super().before_start(task_id, args, kwargs)
        self.logger.info("before_start() with %s", kwargs)
        if kwargs.get("ending") == REFUSE:
            self.fail("before_start() refuses: run() will not be called.")
            return "refused"
        if kwargs.get("ending") == STOP:
            raise RuntimeError("before_start() raises: run() will not be called.")
        return None

    def run(self, *, ending, steps):
        """Do the steps, end as `ending` says, and return the number of steps done."""
        self.logger.info(
            "run() for user %s; this run is %s",
            self.user.username,
            self.job_result.id,
            extra={"object": self.job_model},
        )
        # A guard clause: what cannot be done is refused before anything is begun.
        if ending == FAIL and steps < 2:
            self.fail("Field `steps`: enter 2 or more for this ending, so that it fails half-way.")
            return 0

        done = 0
        try:
            for number in range(1, steps + 1):
                self._step(number)
                done = number
        except SoftTimeLimitExceeded:
            self.fail("Stopped after %s of %s steps: the soft time limit was reached.", done, steps)
            return done

        if ending == FAIL:
            self.fail("run() fails, but goes on: %s steps are done.", done)
        if ending == EXCEPTION:
            raise RuntimeError(f"run() raises after {done} steps.")
        return done

    def on_success(self, retval, task_id, args, kwargs):
        """Called when neither `before_start()` nor `run()` raised or called `self.fail()`."""
        super().on_success(retval, task_id, args, kwargs)
        self.logger.success("on_success() with the result %s", retval)

    def on_retry(self, exc, task_id, args, kwargs, einfo):
        """Reserved by Nautobot, and called by no version so far: Nautobot does not retry Jobs."""
        super().on_retry(exc, task_id, args, kwargs, einfo)
        self.logger.warning("on_retry() after %r", exc)

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        """Called on any failure. `exc` is the exception or, after `self.fail()`, the value returned; then no `einfo`."""
        super().on_failure(exc, task_id, args, kwargs, einfo)
        self.logger.warning("on_failure() with %r, %s", exc, "without traceback" if einfo is None else "with traceback")

    def after_return(self, status, retval, task_id, args, kwargs, einfo):
        """Called last, whatever happened: the place to close what `before_start()` opened."""
        super().after_return(status, retval, task_id, args, kwargs, einfo)
        self.logger.info("after_return() with the status %s", status)

    def _step(self, number):
        """Do one step. A method of its own, as in a Job whose steps take time."""
        self.logger.debug("Step %s", number)
