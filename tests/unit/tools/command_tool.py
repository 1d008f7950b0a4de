"""A program for test_command.c: answers lines of JSON, or misbehaves as its input says."""

import json
import os
import signal
import sys
import time

calls = 0
for line in sys.stdin:
    request = json.loads(line)
    word = request.get("input", "")
    calls += 1
    if "arguments" in request:
        answer = {"result": request["arguments"]}
    elif word == "count":
        answer = {"result": f"call {calls}"}
    elif word == "env":
        answer = {"result": sorted(name for name in os.environ if "KEY" in name or "WANTED" in name)}
    elif word == "wrong":
        answer = {"error": "that was wrong"}
    elif word == "die":
        print("last words", file=sys.stderr)
        sys.exit(3)
    elif word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "stall":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(100)
    elif word == "nonsense":
        answer = None
        print("this is \x1b[1m no JSON")
    elif word == "empty":
        answer = {}
    elif word == "twice":
        print(json.dumps({"result": "first"}))
        answer = {"result": "second"}
    elif word == "huge":
        answer = {"result": "x" * 1000000}
    elif word == "endless":
        while True:
            sys.stdout.write("x" * 65536)
    elif word == "slow":
        time.sleep(0.1)
        answer = {"result": "slow"}
    else:
        answer = {"result": word.upper()}
    if answer is not None:
        print(json.dumps(answer))
    sys.stdout.flush()
