"""A loopback endpoint and a loopback proxy for the end-to-end tests, on threads of their own."""

import http.server
import json
import socket
import ssl
import subprocess
import threading

REPLY = {"object": "chat.completion", "model": "m", "choices": [{"index": 0, "finish_reason": "stop",
         "message": {"role": "assistant", "content": "an answer"}}],
         "usage": {"prompt_tokens": 3, "completion_tokens": 2}}


def make_certificate(folder, name):
    """A certificate of its own CA for one name: paths of certificate and key."""
    cert, key = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert,
                    "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"],
                   check=True, capture_output=True)
    return cert, key


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value, is_cut=False):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if is_cut:
            self.send_header("Transfer-Encoding", "chunked")
            body = b"%x\r\n%s\r\n" % (len(body), body)
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.requests.append(self.requestline)
        self.answer({"object": "list", "data": [{"id": "m", "object": "model"}]})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(self.requestline)
        self.answer(REPLY, self.server.take_cut())


class Endpoint(http.server.ThreadingHTTPServer):
    """Lists one model, "m", and answers every chat completion. `requests` has the request lines,
    `protocols` what each TLS connection agreed on (None: nothing), `connections` counts them all.
    It speaks HTTP/1.1; with `offers_http2` it says that it could do more, which is a lie. The next
    `cuts` chat completions lack the end: the last chunk, which is empty."""

    daemon_threads = True

    def __init__(self, certificate=None, address="127.0.0.1", offers_http2=False):
        super().__init__((address, 0), Handler)
        self.requests, self.protocols, self.connections = [], [], 0
        self.cuts, self.lock = 0, threading.Lock()
        self.tls = None
        if certificate is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*certificate)
            self.tls.set_alpn_protocols((["h2"] if offers_http2 else []) + ["http/1.1"])
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def finish_request(self, request, client_address):
        self.connections += 1
        if self.tls is None:
            return super().finish_request(request, client_address)
        try:
            request = self.tls.wrap_socket(request, server_side=True)
        except OSError:
            return None  # the client did not like the certificate
        self.protocols.append(request.selected_alpn_protocol())
        with request:
            return super().finish_request(request, client_address)

    def take_cut(self):
        with self.lock:
            is_cut = self.cuts > 0
            self.cuts -= is_cut
            return is_cut

    def handle_error(self, request, client_address):
        pass  # a client that goes is no error

    @property
    def port(self):
        return self.server_address[1]

    def close(self):
        self.shutdown()
        self.server_close()


class Proxy:
    """Takes CONNECT and plain requests; whatever they name is at one port of one address.
    `heads` has what it was asked; with `refuses`, a status line, it only says that."""

    def __init__(self, port, refuses=None, address="127.0.0.1"):
        self.target, self.refuses, self.heads = (address, port), refuses, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.take, args=(client,), daemon=True).start()

    def take(self, client):
        with client:
            data = b""
            while b"\r\n\r\n" not in data:
                piece = client.recv(65536)
                if not piece:
                    return
                data += piece
            head, rest = data.split(b"\r\n\r\n", 1)
            self.heads.append(head.decode())
            if self.refuses is not None:
                client.sendall(f"HTTP/1.1 {self.refuses}\r\nContent-Length: 0\r\n\r\n".encode())
                return
            with socket.create_connection(self.target) as server:
                if head.startswith(b"CONNECT "):
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    server.sendall(rest)
                else:
                    # one request a connection is enough here
                    line, headers = head.split(b"\r\n", 1)
                    method, address, version = line.split(b" ")
                    path = b"/" + address.split(b"/", 3)[3]
                    server.sendall(b" ".join([method, path, version]) + b"\r\n" + headers +
                                   b"\r\nConnection: close\r\n\r\n" + rest)
                back = threading.Thread(target=self.copy, args=(server, client), daemon=True)
                back.start()
                self.copy(client, server)
                back.join()

    @staticmethod
    def copy(source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of the two has gone

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # ends accept, too
        self.listener.close()
