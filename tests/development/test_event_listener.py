"""The example of a listener: real events out of a real Redis, and one request for a burst."""

import json
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from nautobot.core import events
from nautobot.extras.context_managers import web_request_context

LISTENER = Path(__file__).parents[2] / "development" / "event_listener.py"


@pytest.fixture
def nautobot():
    """A web server that notes what it is asked to do; the REST API itself is Nautobot's."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers["Authorization"], body))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def listener(nautobot):
    """The listener, which has subscribed, and Nautobot's own broker."""
    redis_url = settings.CACHES["default"]["LOCATION"]
    broker = events.RedisEventBroker(url=redis_url)
    environment = {
        "REDIS_URL": redis_url,
        "NAUTOBOT_URL": nautobot[0],
        "NAUTOBOT_TOKEN": "0123456789abcdef0123456789abcdef01234567",
        "NAUTOBOT_JOB": "the-job",
        "QUIET_SECONDS": "1",
    }
    process = subprocess.Popen([sys.executable, str(LISTENER)], env=environment)
    topic = "nautobot.update.dcim.device"
    until(lambda: dict(broker.connection.pubsub_numsub(topic)).get(topic.encode()))
    events.register_event_broker(broker)
    yield process
    events.deregister_event_broker(broker)
    process.terminate()
    process.wait(10)


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_one_run_for_a_burst(lab, superuser, nautobot, listener):
    _, asked = nautobot
    box = lab.device_type("Box")
    devices = [lab.device(f"sw-{number}", box) for number in range(3)]
    with web_request_context(superuser):
        for device in devices:
            device.comments = "together"
            device.validated_save()
    until(lambda: asked)
    [(path, token, body)] = asked
    assert path == "/api/extras/jobs/the-job/run/"
    assert token.startswith("Token ")
    assert body["data"] == {"locations": [str(lab.site.pk)], "record_compliance": True, "fail_at": "never"}
    time.sleep(1.5)
    assert len(asked) == 1
    assert listener.poll() is None
