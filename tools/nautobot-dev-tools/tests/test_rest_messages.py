"""The REST client where the other end is no Nautobot, or one that says no: a small HTTP server gives the answers."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.rest import JobRecord, Rest, _is_uuid, _plurals, _seconds, _value

JOB = JobRecord("1", "Some", "own.jobs.Some", True, True)


class _Answers(BaseHTTPRequestHandler):
    def _answer(self):
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization")))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body = self.server.answers.get(f"{self.command} {self.path}", (404, "no such page"))
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        server.answers, server.seen = {}, []
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def rest(server):
    return Rest(server.url + "/", "secret")


def _record(name, slug="own"):
    return {
        "id": name,
        "name": name,
        "module_name": f"{slug}.jobs",
        "job_class_name": name,
        "enabled": False,
        "installed": True,
    }


def test_all_pages_of_the_jobs_are_read(server, rest):
    first = "/api/extras/jobs/?installed=true&limit=500"
    server.answers[f"GET {first}"] = (200, {"results": [_record("A")], "next": f"{server.url}/second"})
    server.answers["GET /second"] = (200, {"results": [_record("B"), _record("C", "owner")], "next": None})

    assert [job.class_path for job in rest.jobs("own")] == ["own.jobs.A", "own.jobs.B"]
    assert server.seen == [("GET", first, "Token secret"), ("GET", "/second", "Token secret")]


def test_a_refusal_is_told_in_the_words_of_the_server(server, rest):
    server.answers["POST /api/x/"] = (400, {"name": ["is taken"]})

    with pytest.raises(DevToolsError, match=r'^POST /api/x/: 400 \{"name": \["is taken"\]\}$'):
        rest.request("POST", "/api/x/", json={})


def test_an_answer_that_is_no_json_is_told(server, rest):
    server.answers["GET /api/status/"] = (200, "<html>a login page</html>")

    with pytest.raises(
        DevToolsError, match=r"GET /api/status/: the answer is no JSON; is it a Nautobot\? <html>a login"
    ):
        rest.workers()


def test_an_empty_answer_is_none(server, rest):
    server.answers["DELETE /api/x/1/"] = (200, "")

    assert rest.request("DELETE", "/api/x/1/") is None


@pytest.mark.parametrize(("status", "well"), [(200, True), (500, False), (503, False)])
def test_health_is_the_status_of_the_page(server, rest, status, well):
    server.answers["GET /health/?format=json"] = (status, {})

    assert rest.health() is well


def test_a_run_that_does_not_end(server, rest):
    server.answers["GET /api/extras/job-results/7/"] = (200, {"status": {"value": "STARTED"}})

    with pytest.raises(DevToolsError, match=r"^The run 7 was not ready within 0 s\.$"):
        rest.wait("7", timeout=0)


def test_a_job_that_awaits_an_approval(server, rest):
    server.answers["POST /api/extras/jobs/1/run/"] = (201, {"job_result": None, "scheduled_job": {"id": "2"}})

    with pytest.raises(DevToolsError, match=r"own\.jobs\.Some was not started, but scheduled: it awaits an approval"):
        rest.start(JOB, {})


def test_a_job_that_stays_disabled(server, rest):
    server.answers["PATCH /api/extras/jobs/1/"] = (200, {"enabled": False})

    with pytest.raises(DevToolsError, match=r"own\.jobs\.Some could not be enabled"):
        rest.enable(JOB)


def test_a_file_as_it_is_and_one_that_is_gone(server, rest):
    server.answers["GET /files/1"] = (200, "a,b\n")

    assert rest.download("/files/1") == b"a,b\n"
    with pytest.raises(DevToolsError, match=r"^GET /files/2: 404 no such page$"):
        rest.download("/files/2")


def test_small_functions():
    assert "ipaddresses" in _plurals("ipaddress")
    assert "devicefamilies" in _plurals("devicefamily")
    assert _value("info") == _value({"value": "info", "label": "Info"}) == "info"
    assert _seconds("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.500000Z") == 1.5
    assert _seconds("2026-01-01T00:00:00Z", None) is None
    assert _is_uuid("9d9f4c9c-6c39-4a8a-9a3c-0f6ad5d6f1ba")
    assert not _is_uuid("AMS01")
