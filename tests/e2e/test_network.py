"""The way to an endpoint: certificates, proxies, and which HTTP is spoken."""

import ctypes
import json
import os
import re
import shutil
import socket
import subprocess
import unittest

from endpoint import Endpoint, Proxy, make_certificate
from harness import Case


def libcurl_version():
    try:
        curl = ctypes.CDLL("libcurl.so.4")
    except OSError:
        raise unittest.SkipTest("no libcurl.so.4 here to ask for its version")
    curl.curl_version.restype = ctypes.c_char_p
    return tuple(map(int, re.match(rb"libcurl/(\d+)\.(\d+)", curl.curl_version()).groups()))


class Network(Case):
    def endpoint(self, **options):
        endpoint = Endpoint(**options)
        self.addCleanup(endpoint.close)
        return endpoint

    def proxy(self, port, **options):
        proxy = Proxy(port, **options)
        self.addCleanup(proxy.close)
        return proxy

    def use(self, url, **settings):
        self.env["A_KEY"] = "key-of-the-endpoint"
        return self.write_task(models={"meta": "builtin", "executor": {
            "model": "m", "base_url": url, "api_key_env": "A_KEY", "max_tokens": 64, **settings}})

    def write_flow(self, url, **settings):
        self.use(url, **settings)
        return self.write("flow.json", {"task": "task.json", "nodes": [
            {"id": "answer", "kind": "llm", "description": "Answer.", "prompt": "Answer.",
             "inputs": ["question"]}]})

    def ask(self, url, **settings):
        """One question by exec; (its line, what stands in it as the error)."""
        flow = self.write_flow(url, **settings)
        result = self.flowbot("exec", flow, stdin='{"question": "Which river?"}\n', code=None)
        return json.loads(result.out), result

    def expect_answer(self, url, **settings):
        line, _ = self.ask(url, **settings)
        self.assertEqual(line.get("output"), "an answer", line)

    def expect_refusal(self, url, *words, **settings):
        line, result = self.ask(url, **settings)
        self.assertNotEqual(result.code, 0)
        self.assertNotIn("key-of-the-endpoint", result.out + result.err)
        for word in words:
            self.assertIn(word, line["error"])
        return line["error"]

    def expect_list(self, url, **settings):
        self.assertIn("* m", self.flowbot("models", self.use(url, **settings)).out)


class Tls(Network):
    def setUp(self):
        super().setUp()
        self.certificate = make_certificate(self.folder, "localhost")
        self.server = self.endpoint(certificate=self.certificate)
        self.url = f"https://localhost:{self.server.port}/v1"

    def test_unknown_certificate(self):
        for name in ("models", "doctor"):
            result = self.flowbot(name, self.use(self.url), code=1)
            self.assertIn("self-signed certificate", result.out)
            self.assertIn("SSL_CERT_FILE", result.out)
        before = self.server.connections
        self.expect_refusal(self.url, "self-signed certificate", "SSL_CERT_FILE")
        self.assertEqual(self.server.connections, before + 1)  # waiting would not mend it
        self.assertEqual(self.server.requests, [])  # and the key was told to nobody

    def test_own_authority(self):
        self.env["SSL_CERT_FILE"] = self.certificate[0]
        self.expect_list(self.url)
        self.expect_answer(self.url)

    def test_folder_of_authorities(self):
        name = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", self.certificate[0]],
                              check=True, capture_output=True, text=True).stdout.strip()
        os.mkdir(self.path("authorities"))
        shutil.copy(self.certificate[0], self.path("authorities", name + ".0"))
        self.env["SSL_CERT_DIR"] = self.path("authorities")
        self.expect_answer(self.url)

    def test_wrong_name(self):
        self.env["SSL_CERT_FILE"] = self.certificate[0]
        url = f"https://127.0.0.1:{self.server.port}/v1"
        self.expect_refusal(url, "127.0.0.1", "does base_url have the name")
        self.assertEqual(self.server.requests, [])

    def test_file_that_is_none(self):
        self.env["SSL_CERT_FILE"] = self.path("nothing.pem")
        self.expect_refusal(self.url, "nothing.pem", "SSL_CERT_FILE")
        self.assertEqual(self.server.requests, [])

    def test_http2_only_where_libcurl_is_known_good(self):
        """Before 8.1 libcurl told some cut HTTP/2 bodies to be complete."""
        version = libcurl_version()
        self.env["SSL_CERT_FILE"] = self.certificate[0]
        server = self.endpoint(certificate=self.certificate, offers_http2=True)
        self.flowbot("models", self.use(f"https://localhost:{server.port}/v1"), code=None)
        wanted = "h2" if version >= (8, 1) else "http/1.1"
        self.assertEqual(set(server.protocols), {wanted})


class Doctor(Network):
    """Each distinct set of settings is tried, and only what a run would ask for is to be mended."""

    def setUp(self):
        super().setUp()
        self.server = self.endpoint()
        self.url = f"http://127.0.0.1:{self.server.port}/v1"

    def model(self, **settings):
        return {"model": "m", "base_url": self.url, "max_tokens": 64, **settings}

    def examine(self, code, **models):
        self.server.requests.clear()
        return self.flowbot("doctor", self.write_task(models=models), code=code).out

    def test_executor_alone_needs_no_json(self):
        out = self.examine(0, meta="builtin", executor=self.model())
        self.assertRegex(out, r"note +JSON schema")
        self.assertIn("all is well", out)

    def test_meta_needs_json(self):
        out = self.examine(1, meta=self.model(), executor="builtin")
        self.assertRegex(out, r"FAIL +JSON schema .*; as meta model or judge use one")

    def test_same_settings_are_tried_once(self):
        out = self.examine(1, meta=self.model(), executor=self.model(), other=self.model(rpm=5))
        self.assertEqual(len(re.findall(r"model \"m\" \((?=.*executor)(?=.*meta)(?=.*other)", out)), 1)
        self.assertEqual(len(self.server.requests), 4)
        self.assertRegex(out, r"FAIL +JSON schema")

    def test_other_settings_are_tried_again(self):
        for other in ({"max_tokens": 24}, {"extra": {"top_k": 5}}, {"stream": False},
                      {"timeout_s": 30}):
            out = self.examine(1, meta=self.model(**other), executor=self.model())
            self.assertRegex(out, r"model \"m\" \(executor\)")
            self.assertRegex(out, r"model \"m\" \(meta\)")
            self.assertEqual(len(self.server.requests), 8, other)
            out = self.flowbot("models", self.path("task.json")).out
            self.assertEqual(out.count(self.url), 1)


class Proxies(Network):
    def test_tunnel(self):
        certificate = make_certificate(self.folder, "model.test")
        server = self.endpoint(certificate=certificate)
        proxy = self.proxy(server.port)
        self.env.update(https_proxy=proxy.url, SSL_CERT_FILE=certificate[0])
        self.expect_list("https://model.test/v1")
        self.expect_answer("https://model.test/v1")
        self.assertEqual([head.split()[:2] for head in proxy.heads],
                         [["CONNECT", "model.test:443"]] * 2)
        self.assertNotIn("key-of-the-endpoint", "".join(proxy.heads))
        self.assertEqual(len(server.requests), 2)

    def test_certificate_behind_the_tunnel(self):
        """A proxy that answers in the endpoint's place is found out."""
        server = self.endpoint(certificate=make_certificate(self.folder, "other.test"))
        proxy = self.proxy(server.port)
        self.env.update(https_proxy=proxy.url, SSL_CERT_FILE=self.path("other.test.pem"))
        self.expect_refusal("https://model.test/v1", "model.test", "does base_url have the name")
        self.assertEqual(server.requests, [])

    def test_plain(self):
        server = self.endpoint()
        proxy = self.proxy(server.port)
        self.env["http_proxy"] = proxy.url
        self.expect_answer("http://model.test:8000/v1", allow_plain_http=True)
        self.assertTrue(
            proxy.heads[0].startswith("POST http://model.test:8000/v1/chat/completions HTTP/1.1"))

    def test_no_proxy(self):
        name = socket.gethostname()
        try:
            server = self.endpoint(address=socket.gethostbyname(name))
        except OSError:
            self.skipTest("this machine does not know its own name")
        proxy = self.proxy(server.port, address=server.server_address[0])
        url = f"http://{name}:{server.port}/v1"
        self.env["http_proxy"] = proxy.url
        self.expect_answer(url, allow_plain_http=True)
        self.assertEqual(len(proxy.heads), 1)
        self.env["no_proxy"] = f"other.test,{name}"
        self.expect_answer(url, allow_plain_http=True)
        self.assertEqual(len(proxy.heads), 1)

    def test_loopback_goes_past_it(self):
        server = self.endpoint()
        proxy = self.proxy(server.port)
        self.env.update(http_proxy=proxy.url, https_proxy=proxy.url, all_proxy=proxy.url)
        for name in ("localhost", "127.0.0.1"):
            self.expect_answer(f"http://{name}:{server.port}/v1")
        self.assertEqual(proxy.heads, [])
        self.assertEqual(len(server.requests), 2)

    def test_refusing_proxy(self):
        for status, word in (("407 Proxy Authentication Required", "407"), ("403 Forbidden", "403")):
            proxy = self.proxy(1, refuses=status)
            self.env["https_proxy"] = proxy.url
            self.expect_refusal("https://model.test/v1", word, "proxy")
            self.assertEqual(len(proxy.heads), 1)  # asking again would not mend it
        proxy = self.proxy(1, refuses="502 Bad Gateway")
        self.env["https_proxy"] = proxy.url
        self.expect_refusal("https://model.test/v1", "502", "5 attempts")
        self.assertEqual(len(proxy.heads), 5)

    def test_proxy_that_is_not_there(self):
        proxy = Proxy(1)
        proxy.close()
        self.env["https_proxy"] = proxy.url.replace("//", "//user:my-secret@")
        error = self.expect_refusal("https://model.test/v1", "127.0.0.1")
        self.assertNotIn("my-secret", error)


if __name__ == "__main__":
    unittest.main()
