"""A chat endpoint on this machine for the end-to-end tests: deterministic answers, and a log of
every request."""

import hashlib
import http.server
import json
import threading


class Loopback:
    """`answer(request)` makes a reply's text from the request's JSON; the default one is a word that
    the messages decide. While `stalled`, requests are taken and never answered."""

    def __init__(self, answer=None, usage=True):
        self.requests, self.headers, self.lock = [], [], threading.Lock()
        self.answer = answer or self.word
        self.usage = usage
        self.stalled = False
        self.released = threading.Event()
        loopback = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                loopback.reply(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    @property
    def bodies(self):
        with self.lock:
            return [json.dumps(request["messages"]) for request in self.requests]

    @staticmethod
    def word(request):
        digest = hashlib.sha256(json.dumps(request["messages"]).encode()).hexdigest()
        return "word" + digest[:6]

    def reply(self, handler):
        request = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self.lock:
            self.requests.append(request)
            self.headers.append(dict(handler.headers))
        if self.stalled:
            self.released.wait(60)
            handler.close_connection = True
            return
        body = {"id": "1", "object": "chat.completion", "model": request["model"], "choices": [
            {"index": 0, "finish_reason": "stop",
             "message": {"role": "assistant", "content": self.answer(request)}}]}
        if self.usage:
            body["usage"] = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        body = json.dumps(body).encode()
        try:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:  # the client is gone
            handler.close_connection = True

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
