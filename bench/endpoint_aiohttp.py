"""bench/endpoint's client in Python with aiohttp: the same requests, the same streams, each reply appended to a file.
Arguments and output as those of endpoint_load.h."""

import asyncio
import json
import os
import resource
import sys
import time

import aiohttp

port, calls, concurrency, folder = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
url = f"http://127.0.0.1:{port}/v1/chat/completions"
words = "the quick brown fox jumps over the lazy dog and " * 40
answered = size = 0


async def ask(session, number):
    prompt = f"Question {number}: {words}"[:1500]
    body = {"model": "loopback", "messages": [{"role": "user", "content": prompt}], "stream": True,
            "stream_options": {"include_usage": True}}
    text, finished = [], False
    async with session.post(url, json=body) as response:
        async for line in response.content:
            if not line.startswith(b"data: {"):
                continue
            for choice in json.loads(line[6:])["choices"]:
                text.append(choice["delta"].get("content") or "")
                finished = finished or choice["finish_reason"] is not None
    assert finished
    return "".join(text)


async def work(session, numbers, out):
    global answered, size
    for number in numbers:
        text = await ask(session, number)
        out.write(text + "\n")
        answered += 1
        size += len(text.encode())


async def main(out):
    numbers = iter(range(calls))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(work(session, numbers, out) for _ in range(concurrency)))


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


begun, begun_cpu = time.monotonic(), cpu()
with open(os.path.join(folder, "aiohttp.txt"), "w") as file:
    asyncio.run(main(file))
wall, used = time.monotonic() - begun, cpu() - begun_cpu
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
print(json.dumps({"calls": answered, "bytes": size, "wall": wall, "cpu": used, "mib": peak}))
