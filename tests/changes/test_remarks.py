"""What a plan remarks without changing anything."""

import json


def test_remarks_stand_in_the_files(execute, db):
    run = execute(lambda plan: [plan.remark(f"remark {number}") for number in range(60)])
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)
    assert json.loads(run.files["plan.json"])["remarks"] == [f"remark {number}" for number in range(60)]
    assert b"remark 59" in run.files["plan.html"]
    assert "undo.json" not in run.files
    logged = [message for message in run.messages() if message.startswith("remark ")]
    assert len(logged) == 50
