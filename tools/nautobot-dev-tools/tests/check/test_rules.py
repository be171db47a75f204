"""Every rule: its bad example violates it, its good one nothing; fixes mend; ids are unique and ordered."""

import re

import pytest
from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check, check_folder
from nautobot_dev_tools.check.examples import read, repository
from nautobot_dev_tools.check.output import rationale
from nautobot_dev_tools.check.rule import SEVERITIES
from nautobot_dev_tools.check.rules import RULES

EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def findings(example, config=None):
    """The findings of all rules on an example."""
    return check(read(repository(example)), config or Config()).findings


@EACH
def test_the_bad_example_violates_the_rule(rule):
    assert {each.rule.id for each in findings(rule.bad)} == {rule.id}, [each.found for each in findings(rule.bad)]


@EACH
def test_the_good_example_violates_nothing(rule):
    assert not findings(rule.good), [each.found for each in findings(rule.good)]


@EACH
def test_a_fix_mends(rule, tmp_path):
    fixable = [each for each in findings(rule.bad) if each.found.fix]
    if not fixable:
        return
    for path, text in repository(rule.bad).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    report = check_folder(tmp_path, Config(), fix=True)

    assert report.fixed
    assert not report.unfixed
    assert not [each.found for each in report.findings if each.found.fix]
    assert len(report.findings) == len(findings(rule.bad)) - len(fixable)


@EACH
def test_what_a_rule_says_of_itself(rule):
    assert re.fullmatch(r"JOB[0-7]\d\d", rule.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert rule.severity in SEVERITIES
    assert rule.title
    assert not rule.title.endswith(".")
    assert len(rationale(rule)) > 80
    # One rule a file, named as the rule is.
    assert type(rule).__module__.rpartition(".")[2] == rule.name.replace("-", "_")


def test_ids_and_names_are_unique_and_in_order():
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert len({rule.name for rule in RULES}) == len(RULES)
