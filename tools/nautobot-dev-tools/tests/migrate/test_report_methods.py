"""run() calls the test_* methods; post_run() becomes after_return()."""

import pytest
from migrating import EXAMPLE, after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.report_methods import ReportMethods
from nautobot_dev_tools.migrate.transformations.run_signature import RunSignature

HEAD = "from nautobot.apps.jobs import Job, StringVar\n\n\n"


def test_run_is_made():
    before = """
    class Example(Job):
        \"\"\"Doc.\"\"\"

        # the second
        def test_b(self):
            pass

        def test_a(self):
            pass
    """
    expected = """
    class Example(Job):
        \"\"\"Doc.\"\"\"

        def run(self):
            self.test_a()
            self.test_b()

        # the second
        def test_b(self):
            pass

        def test_a(self):
            pass
    """
    head = "from nautobot.apps.jobs import Job\n"
    assert_becomes(head + _dedent(before), head + _dedent(expected), ReportMethods(), RunSignature())


def test_run_calls_them_at_its_end():
    before = HEAD + _dedent("""
    class Example(Job):
        a = StringVar()

        def run(self, data, commit):
            print(data["a"])

        def test_a(self):
            pass
    """)
    text = after(before, ReportMethods(), RunSignature())
    assert "    def run(self, *, a):\n        print(a)\n        self.test_a()\n\n    def test_a" in text


def test_inherited_tests_are_called_too():
    before = HEAD + _dedent("""
    class Base(Job):
        def test_b(self):
            pass

    class Example(Base):
        def test_a(self):
            pass
    """)
    text = after(before, ReportMethods())
    assert text.count("self.test_b()") == 2
    assert text.count("self.test_a()") == 1


def test_post_run():
    before = HEAD + _dedent("""
    class Example(Job):
        def run(self):
            pass

        def post_run(self):
            \"\"\"Doc.\"\"\"
            print("end")  # it is
    """)
    expected = _dedent("""
        def after_return(self, status, retval, task_id, args, kwargs, einfo):
            \"\"\"Doc.\"\"\"
            super().after_return(status, retval, task_id, args, kwargs, einfo)
            print("end")  # it is
    """)
    assert "\n".join(f"    {line}".rstrip() for line in expected.strip("\n").split("\n")) in after(
        before, ReportMethods()
    )


@pytest.mark.parametrize(
    "code",
    [
        # run() may end before the tests
        "    def run(self, data, commit):\n        return 1\n\n    def test_a(self):\n        pass\n",
        "    def after_return(self, *args):\n        pass\n\n    def post_run(self):\n        pass\n",
        "    def run(self):\n        self.post_run()\n\n    def post_run(self):\n        pass\n",
    ],
)
def test_left_to_a_person(code):
    outcome = migrated(f"{HEAD}class Example(Job):\n{code}", ReportMethods()).outcomes[EXAMPLE]
    assert len(outcome.todos) == 1
    assert not outcome.changes


@pytest.mark.parametrize(
    "code",
    [
        "class Example(Job):\n    def run(self):\n        self.test_a()\n\n    def test_a(self):\n        pass\n",
        "class Example(Job):\n    def run(self, *, a):\n        pass\n\n    def test_a(self):\n        pass\n",
        "class Example(Job):\n    def test_a(self, device):\n        pass\n",
        "class TestExample(TestCase):\n    def test_a(self):\n        pass\n",
        "class Example(Job):\n    def run(self):\n        pass\n\n    def post_run(self, result):\n        pass\n",
        "def test_a():\n    pass\n",
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code, ReportMethods())


def _dedent(text):
    from textwrap import dedent

    return dedent(text)
