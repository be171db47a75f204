"""JOB5xx: what is logged and how, what becomes of exceptions."""

import pytest
from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check_folder

from .marked import assert_marked

LOGGERS = """
import logging

import structlog
from celery.utils.log import get_task_logger
from loguru import logger as other
from nautobot.apps.jobs import Job, MultiObjectVar
from nautobot.dcim.models import Device

logger = get_task_logger(__name__)
plain = logging.getLogger(__name__)
structured = structlog.get_logger()

"""


def fixed(tmp_path, text):
    """A file with everything fixed that JOB50x can fix."""
    for path, content in {"__init__.py": "", "jobs/__init__.py": "", "jobs/example.py": text}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    report = check_folder(tmp_path, Config(select=("JOB501", "JOB502", "JOB503")), fix=True)
    assert not report.unfixed
    return (tmp_path / "jobs/example.py").read_text()


def test_keywords():
    assert_marked(
        "JOB501",
        LOGGERS
        + """
class Example(Job):
    def run(self):
        self.logger.info("x", obj=self)  # <-
        self.logger.warning("x", grouping="y")  # <-
        self.fail("x", obj=self)  # <-
        self.logger.info("x", extra={"object": self}, exc_info=True, stacklevel=2)
        self.logger.info("x", **self.more)
        logger.success("x", object=self)  # <-
        plain.error("x", device=self)  # <-
        structured.info("x", device=self)
        other.info("x", device=self)
        self.console.info("x", obj=self)
        local = self.logger
        local.info("x", obj=self)  # <-
        self.info("x", obj=self)
        logger.setLevel(level="x")


class NoJob:
    def __init__(self, job, logger):
        self.job, self.logger = job, logger

    def go(self, structured, logger):
        self.logger.info("x", obj=self)
        self.job.logger.info("x", obj=self)  # <-
        logger.info("x", obj=self)
""",
    )


def test_extra():
    assert_marked(
        "JOB502",
        LOGGERS
        + """
class Example(Job):
    def run(self, extra):
        self.logger.info("x", extra={"object": self, "grouping": "y", "skip_db_logging": True, "mine": 1})
        self.logger.info("x", extra={"obj": self})  # <-
        self.logger.info("x", extra={**extra, extra: 1})
        self.logger.info("x", extra=extra)
        self.logger.info("x", extra=None)
        self.logger.info("x", extra=["object"])  # <-
        self.logger.info("x", extra={"name": 1})  # <-
        plain.info("x", extra={"obj": self})
        plain.info("x", extra={"message": self})  # <-
        structured.info("x", extra={"name": self})
""",
    )


def test_formatted():
    assert_marked(
        "JOB503",
        LOGGERS
        + """
class Example(Job):
    def run(self, x, text):
        self.logger.info(f"{x}")  # <-
        self.logger.info("%s" % x)  # <-
        self.logger.info("{}".format(x))  # <-
        self.logger.info("x: " + x)  # <-
        self.logger.info("x: " + "y" + x)  # <-
        self.fail(f"{x}")  # <-
        plain.log(logging.INFO, f"{x}")  # <-
        self.logger.info("%s", x)
        self.logger.info(f"x")
        self.logger.info(text)
        self.logger.info(text % x)
        self.logger.info(text.format(x))
        self.logger.info("%s", f"{x}")
        self.logger.info("100%")
        self.logger.info()
        structured.info(f"{x}")
        raise ValueError(f"{x}")
""",
    )


def test_very_long_sums_are_no_trouble():
    text = " + ".join(['"x"', *["y"] * 900])
    assert_marked("JOB503", f"{HEAD}\nlogger.info({text})  # <-\n")
    chain = "Device.objects" + ".filter(a=1)" * 400 + ".count()"
    for rule in ("JOB403", "JOB404", "JOB405", "JOB407"):
        assert_marked(rule, f"from nautobot.dcim.models import Device\n\n\ndef go():\n    return {chain}\n")


def test_per_object():
    assert_marked(
        "JOB504",
        LOGGERS
        + """
class Example(Job):
    devices = MultiObjectVar(model=Device)

    def run(self, *, devices):
        for device in devices:
            self.logger.info("x")  # <-
        for number, device in enumerate(devices):
            with self.more:
                self.logger.success("x")  # <-
            self.logger.debug("x")
            self.logger.warning("x")
            plain.info("x")
            self.logger.info("x", extra={"skip_db_logging": True})
            if device:
                self.logger.info("x")
            try:
                device.x()
            except ValueError:
                self.logger.info("x")
        for device in devices:
            if not device:
                continue
            self.logger.info("x")
        for kind in ("a", "b"):
            self.logger.info("x")
        for attempt in range(3):
            self.logger.info("x")
        for kind, count in self.counts.items():
            self.logger.info("x")
        for device in devices[:10]:
            self.logger.info("x")
        else:
            self.logger.info("x")
        while devices:
            self.logger.info("x")
        for device in devices:

            def later():
                self.logger.info("x")
""",
    )


def test_levels():
    assert_marked(
        "JOB505",
        LOGGERS
        + """
logging.getLogger("urllib3").setLevel("WARNING")
logging.getLogger().setLevel("DEBUG")  # <-
logging.disable(10)  # <-


class Example(Job):
    def run(self):
        self.logger.setLevel("DEBUG")  # <-
        plain.setLevel("DEBUG")
        structured.setLevel("DEBUG")
        self.slider.setLevel(3)


class Documented(Job):
    def before_start(self, task_id, args, kwargs):
        self._before = self.logger.level
        self.logger.setLevel("DEBUG")

    def after_return(self, status, retval, task_id, args, kwargs, einfo):
        self.logger.setLevel(self._before)


def careful():
    logger.setLevel("DEBUG")
    try:
        pass
    finally:
        logger.setLevel("INFO")
""",
    )


def test_swallowed():
    assert_marked(
        "JOB506",
        """
def go(x):
    try:
        x()
    except:  # <-
        return 1
    try:
        x()
    except:
        raise
    try:
        x()
    except Exception:  # <-
        pass
    for y in x:
        try:
            y()
        except (ValueError, Exception):  # <-
            continue
        try:
            y()
        except BaseException:  # <-
            ...
    try:
        x()
    except ValueError:
        pass
    try:
        x()
    except Exception:
        x = None
    try:
        import z
    except ImportError:
        pass
""",
    )


def test_only_logged():
    assert_marked(
        "JOB507",
        LOGGERS
        + """
class Example(Job):
    def run(self):
        try:
            self.go()
        except Exception as error:  # <-
            self.logger.error("x: %s", error)
        try:
            self.go()
        except Exception:  # <-
            logger.failure("x")
            return
        try:
            self.go()
        except Exception:  # <-
            self.logger.exception("x")
            return None
        try:
            self.go()
        except Exception:
            self.logger.error("x")
            raise
        try:
            self.go()
        except Exception:
            self.fail("x")
        try:
            self.go()
        except Exception:
            self.logger.error("x")
            self.failures += 1
        try:
            self.go()
        except ValueError:
            self.logger.error("x")
        for x in self.all():
            try:
                x()
            except Exception:
                self.logger.error("x")
        try:
            self.go()
        except Exception:
            self.logger.error("x")
            return self.summary()

    def go(self):
        try:
            self.x()
        except Exception:
            self.logger.error("x")


def run(self):
    try:
        self.x()
    except Exception:
        self.logger.error("x")
""",
    )


def test_sleep():
    assert_marked(
        "JOB508",
        {
            "jobs/example.py": """
import asyncio
import time
from time import sleep as rest


def go(clock, time_out):
    time.sleep(1)  # <-
    rest(1)  # <-
    clock.sleep(1)
    asyncio.sleep(1)
    time.monotonic()


def own(time):
    time.sleep(1)


def local():
    from time import sleep

    sleep(3)  # <-
""",
            "tests/test_it.py": "import time\n\ntime.sleep(1)\n",
        },
    )


def test_print():
    assert_marked(
        "JOB509",
        LOGGERS
        + """
print("loaded")


class Example(Job):
    def run(self, file, options):
        print("x")  # <-
        print("x", file=file)
        print("x", **options)
        self.print("x")

    def helper(self):
        print("x")  # <-


class Page:
    def show(self):
        print("x")


def main():
    print("x")
""",
    )


def test_threads():
    assert_marked(
        "JOB510",
        LOGGERS
        + """
import threading
from concurrent.futures import ThreadPoolExecutor


def quiet(device):
    plain.info("x")
    return device


def loud(device):
    logger.info("x")


class Example(Job):
    def run(self, pool, plan):
        with ThreadPoolExecutor() as pool:
            pool.submit(self.ask, 1)  # <-
            pool.map(self.count, [1])
            pool.map(quiet, [1])
            pool.submit(loud, 1)  # <-
            pool.submit(lambda: 1)
            pool.submit(pool)
            pool.submit(self.missing)
        threading.Thread(target=self.ask).start()  # <-
        threading.Thread(target=self.count).start()
        map(self.ask, [1])
        self.logger.info("x")

    def ask(self, device):
        self.logger.info("x")

    def count(self, device):
        return 1
""",
    )
    assert_marked("JOB510", LOGGERS + "\n\ndef loud():\n    logger.info(1)\n\n\ndef go(form):\n    form.submit(loud)\n")


HEAD = "from celery.utils.log import get_task_logger\n\nlogger = get_task_logger(__name__)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('logger.info("x", obj=y)', 'logger.info("x", extra={"object": y})'),
        ('logger.info("x", obj=y, exc_info=True)', 'logger.info("x", extra={"object": y}, exc_info=True)'),
        ('logger.info("x", exc_info=True, obj=y)', 'logger.info("x", exc_info=True, extra={"object": y})'),
        ('logger.info("x", obj=y, grouping="z")', 'logger.info("x", extra={"object": y, "grouping": "z"})'),
        ('logger.info("x", obj=y, extra={"grouping": "z"})', 'logger.info("x", extra={"grouping": "z", "object": y})'),
        ('logger.info("x", extra={}, obj=y)', 'logger.info("x", extra={"object": y})'),
        ('logger.info("x", obj=y, extra=z)', 'logger.info("x", obj=y, extra=z)'),
        ('logger.info("x", obj=y, color="z")', 'logger.info("x", obj=y, color="z")'),
        ("logger.info(\n    'x',\n    obj=y,  # z\n)", "logger.info(\n    'x',\n    extra={\"object\": y},  # z\n)"),
        ("logger.info('x', extra={'obj': y})", "logger.info('x', extra={'object': y})"),
        ("logger.info('x', extra={'group': y, **z})", "logger.info('x', extra={'grouping': y, **z})"),
        ('logger.info(f"{x}")', 'logger.info("%s", x)'),
        ('logger.info(f"{x!r} of {y.z[0]}", extra={})', 'logger.info("%r of %s", x, y.z[0], extra={})'),
        ('logger.info(f"100% {{of}} {x}")', 'logger.info("100%% {of} %s", x)'),
        ('logger.info(rf"\\d {x}")', 'logger.info(r"\\d %s", x)'),
        ("logger.info(F'{x}')", "logger.info('%s', x)"),
        ('logger.info(f"""\n{x}\n""")', 'logger.info("""\n%s\n""", x)'),
        ('logger.info("50% " f"{x}" "y")', 'logger.info("50%% " "%s" "y", x)'),
        ('logger.info(\n    f"{x}"\n)', 'logger.info(\n    "%s", x\n)'),
        ('logger.info(\n    f"{x}",\n)', 'logger.info(\n    "%s", x,\n)'),
        ('logger.info(\n    f"{x}",\n    extra={},\n)', 'logger.info(\n    "%s", x,\n    extra={},\n)'),
        ('logger.info(obj=y, message="x")', 'logger.info("x", extra={"object": y})'),
        ('logger.info(message="x")', 'logger.info("x")'),
        ('logger.info(message="x", obj=y)', 'logger.info("x", extra={"object": y})'),
        ('logger.info("x", text="y")', 'logger.info("x", text="y")'),
        ('logger.info("%s of %d" % (x, y))', 'logger.info("%s of %d", x, y)'),
        ('logger.info("a" "%s" % (x,), extra={})', 'logger.info("a" "%s", x, extra={})'),
        ('logger.info("%s" % x)', 'logger.info("%s" % x)'),
        ('logger.info("%s" % (*x,))', 'logger.info("%s" % (*x,))'),
        ('logger.info("%s" % ())', 'logger.info("%s" % ())'),
        ('logger.info("{} of {}%".format(x, y))', 'logger.info("%s of %s%%", x, y)'),
        ('logger.info("{{{}}}".format(x))', 'logger.info("{%s}", x)'),
        ('logger.info("{{}} {} {{".format(x))', 'logger.info("{} %s {", x)'),
        ('logger.info(f"{{}} {x} }}{{")', 'logger.info("{} %s }{", x)'),
        ('logger.info(f"{x, y}")', 'logger.info(f"{x, y}")'),
        ('logger.info(f"{x if y else z}")', 'logger.info("%s", x if y else z)'),
        ('logger.info(f"{ x }")', 'logger.info("%s", x)'),
        ('logger.info("{0} {}".format(x))', 'logger.info("{0} {}".format(x))'),
        ('logger.info("{:>5}".format(x))', 'logger.info("{:>5}".format(x))'),
        ('logger.info("{}".format(*x))', 'logger.info("{}".format(*x))'),
        ('logger.info("{x}".format(x=x))', 'logger.info("{x}".format(x=x))'),
        ('logger.info("{} {}".format(x))', 'logger.info("{} {}".format(x))'),
        ('logger.info("{".format(x))', 'logger.info("{".format(x))'),
        ('logger.info((f"{x}"))', 'logger.info(("%s"), x)'),
        ('logger.info(f"{x:>5}")', 'logger.info(f"{x:>5}")'),
        ('logger.info(f"{x=}")', 'logger.info(f"{x=}")'),
        ('logger.info(f"{x}", y)', 'logger.info(f"{x}", y)'),
        ('logger.info(msg=f"{x}")', 'logger.info(msg=f"{x}")'),
        ('logger.info("ä ß %s" % f"{x}")', 'logger.info("ä ß %s" % f"{x}")'),
        ('print("ä"); logger.info(f"ä {x}")', 'print("ä"); logger.info("ä %s", x)'),
    ],
)
def test_fixes(tmp_path, before, after):
    assert fixed(tmp_path, f"{HEAD}{before}\n") == f"{HEAD}{after}\n"
