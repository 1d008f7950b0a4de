"""A small server of the Model Context Protocol for test_mcp.c and examples of misbehaviour.

mcp_server.py [modern|2024-11-05|2025-03-26|…|mute|future|pages|endless|nameless|broken|crash|…]
"""

import json
import os
import signal
import sys
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else "2025-06-18"
TOOLS = [
    {"name": "echo", "description": "says it\nagain", "inputSchema": {
        "type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}},
    {"name": "add", "description": "adds two numbers", "inputSchema": {
        "type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"], "additionalProperties": False}},
    {"name": "do.it", "inputSchema": {"type": "object"}},
]
ready = MODE == "modern"
calls = 0


def send(**message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def fail(number, code, text, **data):
    send(id=number, error={"code": code, "message": text, **({"data": data} if data else {})})


def text(number, words, **more):
    send(id=number, result={"content": [{"type": "text", "text": words}], **more})


def handshake(message):
    global ready
    method, number = message["method"], message.get("id")
    if method == "initialize":
        told = MODE if MODE[:2] == "20" else "1999-01-01" if MODE == "future" else "2025-06-18"
        send(id=number, result={"protocolVersion": told, "capabilities": {"tools": {}},
                                "serverInfo": {"name": "small", "version": "1"}})
    elif method == "notifications/initialized":
        ready = True
        send(id="server-1", method="ping")
        send(id=2, method="roots/list")
        send(method="notifications/message", params={"level": "info", "data": "hello"})
    elif method == "server/discover" and MODE != "mute":
        fail(number, -32601, "no such method")
    else:
        return False
    return True


def modern(message):
    meta = message.get("params", {}).get("_meta", {})
    method, number = message["method"], message["id"]
    if "io.modelcontextprotocol/clientCapabilities" not in meta:
        fail(number, -32602, "no _meta")
    elif method == "server/discover":
        send(id=number, result={"resultType": "complete", "supportedVersions": ["2026-07-28"],
                                "capabilities": {"tools": {}}})
    elif method == "initialize":
        fail(number, -32601, "no handshake here")
    else:
        return False
    return True


def list_tools(message):
    number, cursor = message["id"], message.get("params", {}).get("cursor")
    if MODE == "pages":
        at = int(cursor or 0)
        send(id=number, result={"tools": [TOOLS[at]],
                                **({"nextCursor": str(at + 1)} if at < 2 else {})})
    elif MODE == "endless":
        send(id=number, result={"tools": [], "nextCursor": "again"})
    elif MODE == "nameless":
        send(id=number, result={"tools": [{"inputSchema": {"type": "object"}}]})
    elif MODE == "broken":
        send(id=number, result={"tools": "none"})
    elif MODE == "empty":
        send(id=number, result={"tools": []})
    else:
        send(id=number, result={"tools": TOOLS})


def call(message):
    global calls
    number, params = message["id"], message["params"]
    arguments = params["arguments"]
    calls += 1
    if params["name"] == "add":
        text(number, str(arguments["a"] + arguments["b"]))
    elif params["name"] == "do.it":
        send(id=number, result={"content": [], "structuredContent": arguments})
    else:
        say(number, arguments["text"])


def say(number, words):
    if words == "error":
        text(number, "it went wrong", isError=True)
    elif words == "invalid":
        fail(number, -32602, "bad \x1b[1m arguments")
    elif words == "internal":
        fail(number, -32603, "broken inside")
    elif words == "die":
        print("last words", file=sys.stderr, flush=True)
        sys.exit(7)
    elif words == "stall":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(100)
    elif words == "late":
        send(method="notifications/progress", params={"progress": 1})
    elif words == "nonsense":
        print("this is no JSON\n\n[1, \"x\", null]\n{}\n{\"id\": 4000000000}", flush=True)
        text(number, "after nonsense")
    elif words == "flood":
        for _ in range(2000):
            print("no JSON")
        sys.stdout.flush()
        time.sleep(100)
    elif words == "no result":
        send(id=number)
    elif words == "more input":
        send(id=number, result={"resultType": "input_required", "inputRequests": {}})
    elif words == "picture":
        send(id=number, result={"content": [
            {"type": "text", "text": "one"}, {"type": "image", "mimeType": "image/png", "data": ""},
            {"type": "resource", "resource": {"uri": "file:///x", "text": "two"}}]})
    elif words == "batch":
        print(json.dumps([{"jsonrpc": "2.0", "method": "notifications/x"},
                          {"jsonrpc": "2.0", "id": number,
                           "result": {"content": [{"type": "text", "text": "of a batch"}]}}]),
              flush=True)
    elif words == "keys":
        text(number, ",".join(sorted(name for name in os.environ if "KEY" in name)))
    elif words == "count":
        text(number, f"call {calls}")
    else:
        text(number, words)


if MODE == "crash":
    print("cannot start", file=sys.stderr)
    sys.exit(1)
for line in sys.stdin:
    message = json.loads(line)
    if "method" not in message or message["method"] == "notifications/cancelled":
        continue
    if (modern if MODE == "modern" else handshake)(message):
        continue
    if MODE == "mute" and message["method"] == "server/discover":
        continue
    if not ready:
        fail(message.get("id"), -32600, "not initialized")
    elif message["method"] == "tools/list":
        list_tools(message)
    elif message["method"] == "tools/call":
        call(message)
