"""HTTP/2 as a server speaks it that nobody here wrote: nghttpx (Debian's nghttp2-proxy), in front of
the endpoint of the other tests.

Where nghttpx is not installed, or libcurl is older than flowbot speaks HTTP/2 with, the tests are
skipped, and say so.
"""

import json
import shutil
import socket
import subprocess
import time
import unittest

from endpoint import make_certificate
from test_network import Network, libcurl_version

START_S, CONCURRENCY = 20, 24


class Http2(Network):
    @classmethod
    def setUpClass(cls):
        if libcurl_version() < (8, 1):
            raise unittest.SkipTest("libcurl is older than 8.1: flowbot speaks HTTP/1.1 with it")
        if shutil.which("nghttpx") is None:
            raise unittest.SkipTest("nghttpx is not installed (Debian's package nghttp2-proxy)")

    def setUp(self):
        super().setUp()
        certificate, key = make_certificate(self.folder, "localhost")
        self.env["SSL_CERT_FILE"] = certificate
        self.server = self.endpoint()
        self.port = self.free_port()
        self.url = f"https://localhost:{self.port}/v1"
        self.log = self.path("access.log")
        self.front = subprocess.Popen(
            ["nghttpx", "--conf=/dev/null", "--single-process", f"--frontend=127.0.0.1,{self.port}",
             f"--backend=127.0.0.1,{self.server.port}", f"--accesslog-file={self.log}",
             "--accesslog-format=$protocol_version $remote_port $status", key, certificate],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end_front)
        self.await_front()

    @staticmethod
    def free_port():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]

    def await_front(self):
        end = time.monotonic() + START_S
        while self.front.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        self.fail("nghttpx does not start")

    def end_front(self):
        self.front.kill()
        self.front.wait()

    def served(self):
        """What nghttpx served: (protocol, port of the connection, status) of each request."""
        with open(self.log, encoding="utf-8") as file:
            return [tuple(line.split()) for line in file]

    def expect_answers(self, count):
        lines = "".join(f'{{"question": "Which river is number {i}?"}}\n' for i in range(count))
        result = self.flowbot("exec", self.write_flow(self.url), "--concurrency", str(CONCURRENCY),
                              stdin=lines)
        self.assertEqual([json.loads(line).get("output") for line in result.out.splitlines()],
                         ["an answer"] * count)

    def test_it_is_spoken(self):
        self.expect_list(self.url)
        self.expect_answer(self.url)
        self.assertEqual({(protocol, status) for protocol, _, status in self.served()},
                         {("HTTP/2", "200")})

    def test_many_at_once(self):
        """Calls share connections; those that start before one stands open their own."""
        self.expect_answers(150)
        self.assertEqual(len(self.server.requests), 150)
        self.assertEqual({protocol for protocol, _, _ in self.served()}, {"HTTP/2"})
        self.assertLessEqual(len({port for _, port, _ in self.served()}), CONCURRENCY)

    def test_cut_replies(self):
        """A stream that the server breaks off is no answer, though all bytes of one have come."""
        self.server.cuts = 5
        self.expect_answers(30)
        self.assertEqual(len(self.server.requests), 30 + 5)


if __name__ == "__main__":
    unittest.main()
