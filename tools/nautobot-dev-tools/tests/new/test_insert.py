"""A new class among those that a module imports and lists."""

import pytest
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.new.insert import listed, registered

HEAD = '"""Contents."""\n\nfrom nautobot.apps.jobs import register_jobs\n\n'


def after(text: str, module: str = ".m.new", name: str = "New", width: int = 60) -> str:
    return registered(text.encode(), module, name, width).decode()


def body(text: str, **options) -> str:
    """What follows the head."""
    return after(HEAD + text, **options).removeprefix(HEAD)


CASES = {
    "the first line": (
        "from .x import X\n\nregister_jobs(X)\n",
        "from .m.new import New\nfrom .x import X\n\nregister_jobs(New, X)\n",
    ),
    "the last": (
        "from .a import A\n\nregister_jobs(\n    A,\n)\n",
        "from .a import A\nfrom .m.new import New\n\nregister_jobs(\n    A,\n    New,\n)\n",
    ),
    "in between, comments stay": (
        "from .a import A  # a\nfrom .x import X\n\nregister_jobs(\n    A,  # 1\n    # x\n    X,  # 2\n)  # e\n",
        "from .a import A  # a\nfrom .m.new import New\nfrom .x import X\n\nregister_jobs(\n    A,  # 1\n    # x\n    New,\n    X,  # 2\n)  # e\n",
    ),
    "after a comment": (
        "from .a import A\n\nregister_jobs(\n    A,  # first\n)\n",
        "from .a import A\nfrom .m.new import New\n\nregister_jobs(\n    A,  # first\n    New,\n)\n",
    ),
    "where there is no order, last": (
        "from .b import B\nfrom .a import A\n\nregister_jobs(B, A)\n",
        "from .b import B\nfrom .a import A\nfrom .m.new import New\n\nregister_jobs(B, A, New)\n",
    ),
    "too wide for one line": (
        "from .a import BBBBBBBBB, CCCCCCCCCC\n\nregister_jobs(BBBBBBBBB, CCCCCCCCCC)\n",
        "from .a import BBBBBBBBB, CCCCCCCCCC\nfrom .m.new import New\n\nregister_jobs(\n    BBBBBBBBB,\n    CCCCCCCCCC,\n    New,\n)\n",
    ),
    "several lines without a last comma": (
        "from .a import A\n\nregister_jobs(\n    A, f('3', B),\n    C\n)\n",
        "from .a import A\nfrom .m.new import New\n\nregister_jobs(A, f('3', B), C, New)\n",
    ),
    "a list": (
        "from .a import A\n\njobs = [A]\nregister_jobs(*jobs)\n",
        "from .a import A\nfrom .m.new import New\n\njobs = [A, New]\nregister_jobs(*jobs)\n",
    ),
    "a list of several lines": (
        "from .z import Z\n\njobs: list = [\n    Z,\n]\nregister_jobs(*jobs)\n",
        "from .m.new import New\nfrom .z import Z\n\njobs: list = [\n    New,\n    Z,\n]\nregister_jobs(*jobs)\n",
    ),
    "nothing yet": ("register_jobs()\n", "from .m.new import New\n\nregister_jobs(New)\n"),
    "by an attribute": (
        "from .a import A\n\njobs.register_jobs(A)\n",
        "from .a import A\nfrom .m.new import New\n\njobs.register_jobs(A, New)\n",
    ),
    "numbers by their value": (
        "from .m.a10 import A\nfrom .m.a9 import B\n\nregister_jobs(A, B)\n",
        "from .m.a10 import A\nfrom .m.a9 import B\nfrom .m.new import New\n\nregister_jobs(A, B, New)\n",
    ),
}


@pytest.mark.parametrize(("before", "expected"), CASES.values(), ids=CASES)
def test_registered(before, expected):
    assert body(before, width=40).lstrip("\n") == expected


def test_sorted_before_all_others_a_comment_stays_with_its_import():
    assert body("# ours\nfrom .b import B\n\nregister_jobs(B)\n", module=".a") == (
        "from .a import New\n# ours\nfrom .b import B\n\nregister_jobs(B, New)\n"
    )


def test_without_other_relative_imports_it_is_a_group_of_its_own():
    assert after("import os\n\nregister_jobs()\n").startswith("import os\n\nfrom .m.new import New\n")
    assert after("register_jobs()\n") == "from .m.new import New\n\nregister_jobs(New)\n"


def test_line_ends_and_coding_stay():
    raw = b"# coding: latin-1\r\nfrom .a import A  # \xfc\r\n\r\nregister_jobs(\r\n    A,\r\n)\r\n"

    made = registered(raw, ".m.new", "New", 60)

    assert made == (
        b"# coding: latin-1\r\nfrom .a import A  # \xfc\r\nfrom .m.new import New\r\n\r\nregister_jobs(\r\n    A,\r\n    New,\r\n)\r\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "for job in jobs:\n    register_jobs(job)\n",
        "register_jobs(A)\nregister_jobs(B)\n",
        "register_jobs(*jobs)\n",
        "register_jobs(*find())  # all\njobs = []\nregister_jobs(*jobs)\n",
        "register_jobs(\n    A  # without a comma\n)\n",
        "print 1\n",
    ],
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(DevToolsError, match="by hand"):
        after(text)


def test_listed():
    made = listed(b"from .a import A\n\nCHECKS = (A,)\n", ".new", "New", 80, "CHECKS")
    assert made == b"from .a import A\nfrom .new import New\n\nCHECKS = (A, New)\n"
    made = listed(b"CHECKS = ()\n", ".new", "New", 80, "CHECKS")
    assert made == b"from .new import New\n\nCHECKS = (New,)\n"
    made = listed(b"from .a import A\n\nCHECKS = A, B\n", ".new", "New", 80, "CHECKS")
    assert made == b"from .a import A\nfrom .new import New\n\nCHECKS = (A, B, New)\n"
