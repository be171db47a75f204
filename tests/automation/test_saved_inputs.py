"""Saved inputs: links on a Job's page, which open its form as a manifest says, exported and refused."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
import yaml
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict
from nautobot.dcim.models import Device
from nautobot.extras.models import CustomLink, Job
from nautobot.ipam.models import Prefix

from jobs.automation.export_manifest import ExportAutomationManifest
from jobs.automation.manifest_saved import GROUP

VARIABLES = """
saved_inputs:
  "All <b>kinds</b> & \\"quotes\\" {{ of }} {% them %} Ночь 🚀":
    job: .examples.every_variable.EveryVariable
    inputs:
      string: "edge"
      text: "two lines\\nwith & = % # + ; {{ 7 * 7 }} {% x %}"
      integer: 7
      boolean: false
      choice: n
      choices: [w, e]
      location: {name: AMS01, parent__name: EMEA}
      devices: [sw-02, sw-01]
      network: 198.51.100.0/24
  Some:
    job: .examples.every_variable.EveryVariable
    inputs: {boolean: true, location: AMS01}
"""


class Form(HTMLParser):
    """What a browser would send of the fields on a page."""

    def __init__(self, html):
        super().__init__()
        self.sent, self._select, self._text = QueryDict(mutable=True), None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "input" and has.get("name") and (has.get("type") not in ("checkbox", "file") or "checked" in has):
            self.sent.appendlist(has["name"], has.get("value", "on"))
        elif tag == "select":
            self._select = has.get("name")
        elif tag == "option" and self._select and "selected" in has:
            self.sent.appendlist(self._select, has.get("value", ""))
        elif tag == "textarea":
            self._text = (has.get("name"), [])

    def handle_data(self, data):
        if self._text:
            self._text[1].append(data)

    def handle_endtag(self, tag):
        if tag == "textarea":
            # The first line break after the tag is none of the text's.
            self.sent.appendlist(self._text[0], re.sub(r"\A\r?\n", "", "".join(self._text[1])))
            self._text = None


@pytest.fixture
def opened(client, superuser):
    """A function that opens the page of a Job, follows the link with a text, and returns what the form there would send."""

    def run(name, text):
        client.force_login(superuser)
        page = client.get(Job.objects.get(job_class_name=name).get_absolute_url()).content.decode()
        links = {
            unescape(shown): unescape(url) for url, shown in re.findall(r'href="([^"]*/run/\?[^"]*)">([^<]*)</a>', page)
        }
        assert GROUP in page
        form = client.get(links[text])
        assert form.status_code == 200
        return Form(form.content.decode()).sent

    return run


@pytest.fixture
def switches(lab):
    kind = lab.device_type("Switch")
    return [lab.device(name, kind) for name in ("sw-01", "sw-02")]


def test_the_form_is_filled_in(applied, comes_back, opened, lab, switches):
    with comes_back() as change:
        change.run = applied(VARIABLES)
        code = Job.objects.get(job_class_name="EveryVariable").job_class
        kinds = code.as_form_class()(opened("EveryVariable", 'All <b>kinds</b> & "quotes" {{ of }} {% them %} Ночь 🚀'))
        assert kinds.is_valid(), kinds.errors
        values = kinds.cleaned_data
        assert (values["string"], values["integer"], values["boolean"], values["choice"]) == ("edge", 7, False, "n")
        assert values["text"].replace("\r\n", "\n") == "two lines\nwith & = % # + ; {{ 7 * 7 }} {% x %}"
        assert (sorted(values["choices"]), values["location"]) == (["e", "w"], lab.site)
        assert sorted(values["devices"].values_list("name", flat=True)) == ["sw-01", "sw-02"]
        assert (str(values["network"]), str(values["ip_address"])) == ("198.51.100.0/24", "192.0.2.10")
        some = opened("EveryVariable", "Some")
        assert ("boolean" in some, some["location"], some["string"]) == (True, str(lab.site.pk), "core")
        assert not some.getlist("devices")


@pytest.mark.parametrize(("dryrun", "ticked"), [("true", True), ("false", False), ("False", False), ('"false"', False)])
def test_whether_it_is_a_dry_run(applied, opened, db, dryrun, ticked):
    inputs = f"{{dryrun: {dryrun}, everything: true, template: x}}"
    applied(f"saved_inputs:\n  Ports: {{job: .changes.rename.RenameByTemplate, inputs: {inputs}}}")
    assert ("dryrun" in opened("RenameByTemplate", "Ports")) is ticked


def test_the_link_is_on_the_page_of_its_job_alone(applied, client, superuser, switches):
    applied(VARIABLES)
    client.force_login(superuser)
    assert GROUP not in client.get(Job.objects.get(job_class_name="HelloWorld").get_absolute_url()).content.decode()


def test_exported_and_applied_again(applied, exported, switches):
    applied(VARIABLES)
    text = exported(sections=["saved_inputs"])
    found = yaml.safe_load(text)["saved_inputs"]
    assert found["Some"] == {
        "job": ".examples.every_variable.EveryVariable",
        "inputs": {"boolean": True, "location": "AMS01"},
    }
    (kinds,) = (found[name]["inputs"] for name in found if name != "Some")
    assert (kinds["devices"], kinds["boolean"], kinds["integer"]) == (["sw-01", "sw-02"], False, 7)
    assert applied(text.partition("\n\n")[2]).result["changes"] == 0


def test_changed_and_removed(applied, comes_back, switches):
    applied(VARIABLES)
    saved = CustomLink.objects.get(name="Some").target_url
    with comes_back() as change:
        change.run = applied(
            "saved_inputs:\n  Some: {job: .examples.every_variable.EveryVariable, inputs: {integer: 9}}", prune=True
        )
        assert list(CustomLink.objects.values_list("name", flat=True)) == ["Some"]
        assert CustomLink.objects.get().target_url.endswith("?integer=9")
        assert not saved.endswith("?integer=9")


def test_a_link_that_somebody_made_is_left_out_and_named(applied, run_job, exported, switches):
    applied(VARIABLES)
    of_jobs = ContentType.objects.get_for_model(Job)
    for name, values in {
        "By hand": {"group_name": GROUP, "text": "x", "target_url": "/"},
        "Elsewhere": {"group_name": "", "text": "x", "target_url": "/"},
    }.items():
        CustomLink(name=name, content_type=of_jobs, new_window=False, **values).validated_save()
    Job.objects.filter(job_class_name="EveryVariable").update(installed=False)
    run = run_job(ExportAutomationManifest, {"sections": ["saved_inputs"]})
    told = "\n".join(run.messages("warning"))
    assert ("By hand, which no manifest has made" in told, "Some, whose Job is not installed" in told) == (True, True)
    assert "Elsewhere" not in told


@pytest.mark.parametrize(
    ("job", "inputs", "told"),
    [
        (
            ".examples.every_variable.EveryVariable",
            "{json_data: {a: 1}}",
            "an address cannot fill in a variable of JSON",
        ),
        (".examples.every_variable.EveryVariable", "{devices: []}", "an address cannot empty a list"),
        (".examples.every_variable.EveryVariable", "{choices: [1, n]}", "1 is not one of the available choices"),
        (".examples.every_variable.EveryVariable", "{file: x}", "files cannot be kept"),
        (".examples.every_variable.EveryVariable", "{integer: 5000}", "less than or equal to 4094"),
        (".examples.every_variable.EveryVariable", "{location: Nowhere}", "there is no location Nowhere"),
        (".examples.every_variable.EveryVariable", "{nothing: 1}", "the Job has no variable nothing"),
        (".examples.every_variable.EveryVariable", f"{{text: {'x' * 500}}}", "does not fit into a custom link"),
        (".examples.button.WhatUsesThis", "{a: 1}", "is started by a hook or a button, and has no form"),
        (".examples.no.Such", "{a: 1}", "there is no Job"),
    ],
)
def test_refused(refused, db, job, inputs, told):
    text = refused(f"saved_inputs:\n  Some: {{job: {job}, inputs: {inputs}}}")
    assert (told in text, "automation.yml, line 3" in text) == (True, True), text


def test_sensitive_variables_are_refused(refused, db):
    Job.objects.filter(job_class_name="EveryVariable").update(
        has_sensitive_variables=True, has_sensitive_variables_override=True
    )
    told = refused("saved_inputs:\n  Some: {job: .examples.every_variable.EveryVariable, inputs: {string: hunter}}")
    assert "has sensitive variables" in told


@pytest.mark.parametrize("query", ["locations=AMS01", "first_number=many"])
def test_a_link_that_somebody_has_changed_is_left_out_and_named(applied, run_job, db, query):
    applied("saved_inputs:\n  Some: {job: .changes.rename.RenameByTemplate, inputs: {first_number: 2}}")
    CustomLink.objects.update(target_url=f"{{{{ obj.get_absolute_url() }}}}run/?{query}")
    run = run_job(ExportAutomationManifest, {"sections": ["saved_inputs"]})
    assert (run.status, run.exception, run.result.get("saved_inputs", 0)) == ("SUCCESS", None, 0)
    assert "Some, whose address somebody has changed" in "\n".join(run.messages("warning"))


def test_a_custom_link_of_other_objects_is_not_taken(refused, db):
    kind = ContentType.objects.get_for_model(Device)
    CustomLink(name="Some", content_type=kind, text="x", target_url="/", new_window=False).validated_save()
    told = refused("saved_inputs:\n  Some: {job: .examples.every_variable.EveryVariable, inputs: {integer: 1}}")
    assert "there is a custom link of this name on other objects" in told


def test_it_takes_the_permission_to_make_one(refused, make_user, db):
    allowed = ["extras.view_job", "extras.view_metadatatype", "extras.view_objectmetadata", "extras.view_customlink"]
    one = "saved_inputs:\n  Some: {job: .examples.every_variable.EveryVariable, inputs: {integer: 1}}"
    assert "extras.view_customlink" in refused(one, user=make_user(permissions=dict.fromkeys(allowed[:3])))
    assert "extras.add_customlink" in refused(one, user=make_user("another", permissions=dict.fromkeys(allowed)))


def test_objects_with_numbers_as_keys_and_no_name(applied, exported, db):
    models = "[{app_label: dcim, model: device}, {app_label: ipam, model: prefix}]"
    applied(f"saved_inputs:\n  Some: {{job: .automation.change_digest.ChangeDigest, inputs: {{models: {models}}}}}")
    text = exported(sections=["saved_inputs"])
    keys = yaml.safe_load(text)["saved_inputs"]["Some"]["inputs"]["models"]
    assert set(keys) == {str(ContentType.objects.get_for_model(model).pk) for model in (Device, Prefix)}
    assert applied(text.partition("\n\n")[2]).result["changes"] == 0
