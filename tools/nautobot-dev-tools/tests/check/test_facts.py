"""What rules say of Nautobot is so in the Nautobot installed: read from its source, as on 2.4 so on 3.x."""

import ast
import importlib.util
from pathlib import Path

import pytest
from nautobot_dev_tools.check.rules import class_path_too_long, limit_against_default, title_too_long, v1_import, v1_log
from nautobot_dev_tools.check.rules.lifecycle_signature import SIGNATURES
from nautobot_dev_tools.check.rules.meta_attribute_unknown import ATTRIBUTES
from nautobot_dev_tools.check.rules.meta_type_wrong import KINDS
from nautobot_dev_tools.check.rules.reserved_name import RESERVED
from nautobot_dev_tools.check.rules.variable_option import OPTIONS
from nautobot_dev_tools.source.contracts import LIFECYCLE

NAUTOBOT = Path(importlib.util.find_spec("nautobot").origin).parent
JOBS = ast.parse((NAUTOBOT / "extras" / "jobs.py").read_text())
CLASSES = {node.name: node for node in JOBS.body if isinstance(node, ast.ClassDef)}
# Of one version only: 2.4 has the one, 3.x the others.
OF_SOME = {
    "approval_required",
    "as_execution_form",
    "console_log_default",
    "template_name",
    "singleton_cache_key",
    "prepare_job_kwargs",
}


def methods(name):
    """The methods of a class in nautobot.extras.jobs, by name."""
    return {each.name: each for each in CLASSES[name].body if isinstance(each, ast.FunctionDef)}


def parameters(function):
    """Names of the parameters of a function or method, without self."""
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs) if each.arg != "self"]


def constant(path, name):
    """The source of what a module of Nautobot binds a name to."""
    tree = ast.parse((NAUTOBOT / path).read_text())
    bound = (node for node in tree.body if isinstance(node, ast.Assign))
    return next(ast.unparse(node.value) for node in bound if ast.unparse(node.targets[0]) == name)


def test_reserved_names():
    there = {name for name in methods("BaseJob") if not name.startswith("_")} - set(LIFECYCLE)
    assert there <= RESERVED
    # These two are set when a Job is made and started.
    assert RESERVED - there - OF_SOME == {"logger", "request"}


def test_attributes_of_meta_and_their_types():
    asked = {}
    for method in methods("BaseJob").values():
        for node in ast.walk(method):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "cls._get_meta_attr_and_assert_type":
                kind = next(each.value for each in node.keywords if each.arg == "expected_type")
                asked[node.args[0].value] = ast.unparse(kind)
    assert set(asked) <= ATTRIBUTES
    assert ATTRIBUTES - set(asked) <= OF_SOME
    names = {bool: "bool", int: "int", str: "str", tuple: "(list, tuple)"}
    assert asked == {name: names[KINDS[name][0]] for name in asked}
    assert set(KINDS) == ATTRIBUTES


@pytest.mark.parametrize("kind", sorted(OPTIONS))
def test_options_of_variables(kind):
    taken, name = set(), kind
    while name:
        taken |= set(parameters(methods(name)["__init__"])) if "__init__" in methods(name) else set()
        base = CLASSES[name].bases
        name = ast.unparse(base[0]) if base else None
    assert taken == OPTIONS[kind]


def test_bounds_of_zero_are_passed_over():
    tests = [ast.unparse(node.test) for node in ast.walk(CLASSES["IntegerVar"]) if isinstance(node, ast.If)]
    assert tests == ["min_value", "max_value"]


def test_signatures_of_special_methods():
    assert {name: tuple(parameters(methods("BaseJob")[name])) for name in SIGNATURES} == SIGNATURES


def test_signatures_of_receivers():
    assert parameters(methods("JobHookReceiver")["receive_job_hook"]) == ["change", "action", "changed_object"]
    assert parameters(methods("JobButtonReceiver")["receive_job_button"]) == ["obj"]
    assert parameters(methods("JobHookReceiver")["run"]) == ["object_change"]
    assert parameters(methods("JobButtonReceiver")["run"]) == ["object_pk", "object_model_name"]


def test_lengths():
    assert constant("extras/constants.py", "JOB_MAX_NAME_LENGTH") == str(class_path_too_long.MOST)
    assert constant("core/constants.py", "CHARFIELD_MAX_LENGTH") == str(title_too_long.MOST_OF_GROUP)


def test_limits_of_time():
    for name, seconds in (("SOFT_TIME_LIMIT", limit_against_default.SOFT), ("TIME_LIMIT", limit_against_default.HARD)):
        assert f"str({seconds // 60} * 60)" in constant("core/settings.py", f"CELERY_TASK_{name}")


def test_what_went_with_nautobot_2_is_not_there():
    for name in v1_import.GONE:
        path = NAUTOBOT.parent.joinpath(*name.split("."))
        assert not path.exists()
        assert not path.with_suffix(".py").exists()
        assert name.rpartition(".")[2] not in CLASSES
    assert not set(v1_log.NEW) & set(methods("BaseJob"))
