// bench/endpoint's client in JavaScript with the official `openai` package: the same requests, the same streams, each
// reply appended to a file. Arguments and output as those of endpoint_load.h; the package is found from the working folder.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "x.js"));
const OpenAI = require("openai").default;
const [port, calls, concurrency] = process.argv.slice(2, 5).map(Number);
const client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "none" });
const words = "the quick brown fox jumps over the lazy dog and ".repeat(40);
const out = fs.createWriteStream(path.join(process.argv[5], "openai.txt"));
let next = 0, answered = 0, bytes = 0;

async function ask(number) {
  const prompt = `Question ${number}: ${words}`.slice(0, 1500);
  const stream = await client.chat.completions.create({
    model: "loopback",
    messages: [{ role: "user", content: prompt }],
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "", finished = false;
  for await (const chunk of stream) {
    for (const choice of chunk.choices) {
      text += choice.delta.content ?? "";
      finished ||= choice.finish_reason !== null;
    }
  }
  if (!finished) throw new Error("cut short");
  return text;
}

async function work() {
  while (next < calls) {
    const text = await ask(next++);
    out.write(text + "\n");
    answered++;
    bytes += Buffer.byteLength(text);
  }
}

const begun = performance.now(), before = process.cpuUsage();
await Promise.all(Array.from({ length: concurrency }, work));
await new Promise((done) => out.end(done));
const wall = (performance.now() - begun) / 1000, used = process.cpuUsage(before);
const peak = Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
console.log(JSON.stringify({ calls: answered, bytes, wall, cpu: (used.user + used.system) / 1e6, mib: peak }));
