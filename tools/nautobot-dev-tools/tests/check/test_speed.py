"""A hundred files in two seconds, whatever they have in them: the time of this process, which others do not lengthen."""

import time

from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check_folder
from nautobot_dev_tools.check.examples import repository
from nautobot_dev_tools.check.rules import RULES

FILES, SECONDS = 100, 2


def test_a_hundred_files(tmp_path):
    """Each has the Jobs of several bad examples: where nothing is found it is quicker."""
    examples = [repository(rule.bad).get("jobs/example.py") for rule in RULES]
    texts = [text for text in examples if text]
    (tmp_path / "jobs").mkdir()
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "jobs" / "__init__.py").write_text("")
    lines = 0
    for number in range(FILES - 2):
        text = "\n\n".join(texts[(number + offset) % len(texts)] for offset in range(8))
        (tmp_path / "jobs" / f"module_{number}.py").write_text(text)
        lines += text.count("\n")

    started = time.process_time()
    report = check_folder(tmp_path, Config())
    seconds = time.process_time() - started

    assert report.files == FILES
    assert lines > 100 * FILES
    assert report.findings
    assert seconds < SECONDS
