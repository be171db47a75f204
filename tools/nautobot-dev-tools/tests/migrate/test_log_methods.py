"""self.log_*() becomes self.logger.*()."""

import pytest
from migrating import assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.log_methods import LogMethods

JOB = "from nautobot.extras.jobs import Job\n\n\nclass Example(Job):\n    def run(self, data, commit):\n        "


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('self.log_success("Done")', 'self.logger.success("Done")'),
        ('self.log_success(device, "Done")', 'self.logger.success("Done", extra={"object": device})'),
        ('self.log_success(obj=device, message="Done")', 'self.logger.success("Done", extra={"object": device})'),
        ('self.log_success(message="Done", obj=device)', 'self.logger.success("Done", extra={"object": device})'),
        ('self.log_success(device, message="Done")', 'self.logger.success("Done", extra={"object": device})'),
        ('self.log_success(message="Done")', 'self.logger.success("Done")'),
        ('self.log_success(None, "Done")', 'self.logger.success("Done")'),
        ("self.log_success(obj=device)", 'self.logger.success("", extra={"object": device})'),
        ("self.log_success(obj=device, message=None)", 'self.logger.success("", extra={"object": device})'),
        ('self.log_info(f"{device} done")', 'self.logger.info(f"{device} done")'),
        ('self.log_warning("{} done".format(device))', 'self.logger.warning("{} done".format(device))'),
        ('self.log_debug("Done")', 'self.logger.debug("Done")'),
        ('self.log("Done")', 'self.logger.info("Done")'),
        ('self.log_failure(device, "Bad")', 'self.fail("Bad", extra={"object": device})'),
    ],
)
def test_becomes(before, expected):
    assert_becomes(JOB + before + "  # why\n", JOB + expected + "  # why\n", LogMethods())


@pytest.mark.parametrize(
    "code",
    [
        'self.logger.success("Done")',
        'log_success("Done")',
        'logging.log(10, "Done")',
        'self.table.log_success("Done")',
        "math.log(2)",
        "self.log_success",
    ],
)
def test_stays(code):
    assert_untouched(JOB + code + "\n", LogMethods())
