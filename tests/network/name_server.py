"""A DNS server with zones of a test's own: Debian's nsd where it is installed, else one on dnspython."""

import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from socketserver import BaseRequestHandler, ThreadingUDPServer

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.zone

NSD = shutil.which("nsd", path="/usr/sbin:/sbin") or shutil.which("nsd")
HEAD = """$TTL 300
@ IN SOA ns1.example.com. hostmaster.example.com. 1 3600 600 86400 300
@ IN NS ns1.example.com.
"""


@contextmanager
def serving(folder, zones):
    """Serve zones: names to whole files, or to records without a head; yields the port on 127.0.0.1."""
    folder.mkdir()
    for name, records in zones.items():
        whole = records if records.startswith("$ORIGIN") else f"$ORIGIN {name}.\n{HEAD}{records}\n"
        (folder / f"{name}.zone").write_text(whole)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (_nsd if NSD else _own)(folder, zones, port):
        yield port


@contextmanager
def _nsd(folder, zones, port):
    parts = [f'zone:\n  name: "{name}"\n  zonefile: "{folder}/{name}.zone"\n' for name in zones]
    (folder / "nsd.conf").write_text(
        f"""server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  server-count: 1
  database: ""
  zonesdir: "{folder}"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
remote-control:
  control-enable: no
"""
        + "".join(parts)
    )
    process = subprocess.Popen([NSD, "-d", "-c", str(folder / "nsd.conf")])
    try:
        _wait(process, folder, next(iter(zones)), port)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait(process, folder, zone, port):
    question, end = dns.message.make_query(zone, "SOA"), time.monotonic() + 10
    while time.monotonic() < end and process.poll() is None:
        try:
            dns.query.udp(question, "127.0.0.1", timeout=0.2, port=port)
        except (dns.exception.DNSException, OSError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError((folder / "nsd.log").read_text())


@contextmanager
def _own(folder, zones, port):
    served = {name: dns.zone.from_file(str(folder / f"{name}.zone"), origin=name, relativize=False) for name in zones}

    class Handler(BaseRequestHandler):
        def handle(self):
            content, line = self.request
            question = dns.message.from_wire(content)
            answer = dns.message.make_response(question)
            wanted = question.question[0]
            zone = next((zone for zone in served.values() if wanted.name.is_subdomain(zone.origin)), None)
            if zone is None:
                answer.set_rcode(dns.rcode.REFUSED)
            else:
                answer.flags |= dns.flags.AA
                if wanted.name not in zone.nodes:
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                elif found := zone.get_rrset(wanted.name, wanted.rdtype):
                    answer.answer.append(found)
            line.sendto(answer.to_wire(), self.client_address)

    with ThreadingUDPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()
