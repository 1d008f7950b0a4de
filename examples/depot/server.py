#!/usr/bin/env python3
"""A tiny Model Context Protocol server over stdio: one tool, search_goods, over the records of goods.csv.

It speaks the revisions with a handshake (2024-11-05 to 2025-11-25). Python's library is all it needs.
"""

import csv
import json
import os
import re
import sys

GOODS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "goods.csv")
REVISIONS = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
TOOL = {
    "name": "search_goods",
    "description": "searches the records of the depots: those that share most words with the query, best first",
    "inputSchema": {"type": "object", "required": ["query"], "additionalProperties": False,
                    "properties": {"query": {"type": "string", "description": "goods and depot"}}},
}


def words(text):
    return set(re.findall(r"[a-z]+", text.lower())) - {"the", "of", "in", "how", "many", "were", "was"}


def search_goods(records, query):
    wanted = words(query)
    best = sorted(records, key=lambda record: -len(wanted & words(" ".join(record.values()))))[:3]
    return "\n".join(
        f"[{number}] {record['goods']} | The depot of {record['depot']} holds {record['crates']} crates of "
        f"{record['goods'].lower()}. They were delivered in {record['year']} by {record['carrier']}."
        for number, record in enumerate(best, 1))


def answer(message, records):
    method, params = message["method"], message.get("params", {})
    if method == "initialize":
        told = params.get("protocolVersion")
        return {"protocolVersion": told if told in REVISIONS else REVISIONS[0], "capabilities": {"tools": {}},
                "serverInfo": {"name": "depot", "version": "1"}}
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [TOOL]}
    if method == "tools/call" and params.get("name") == TOOL["name"]:
        text = search_goods(records, params["arguments"]["query"])
        return {"content": [{"type": "text", "text": text}]}
    return None


def main():
    with open(GOODS, encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message or "method" not in message:
            continue
        result = answer(message, records)
        reply = {"jsonrpc": "2.0", "id": message["id"]}
        if result is None:
            reply["error"] = {"code": -32601, "message": f"{message['method']}: not known"}
        else:
            reply["result"] = result
        print(json.dumps(reply), flush=True)


main()
