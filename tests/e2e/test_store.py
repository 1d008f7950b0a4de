"""Trouble with the run's file: damaged, newer, read-only, full."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import unittest

from harness import BINARY, Case


class Damage(Case):
    def setUp(self):
        super().setUp()
        self.whole = self.run_json()
        self.file = os.path.join(self.store, self.whole.run + ".flowbot")

    def refused(self, code, *words):
        result = self.resume_json(self.whole.run, code=code)
        self.assert_says(result, *words)
        self.assertEqual(result.out, "")
        return result

    def listed(self):
        return json.loads(self.flowbot("runs", "--json").out)

    def test_newer_version(self):
        shutil.copy(self.file, self.path("copy"))
        with sqlite3.connect(self.file) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            db.execute(f"PRAGMA user_version = {version + 7}")
        self.refused(2, "newer", str(version + 7), str(version))
        self.assertEqual(self.listed()["state"], "unreadable")
        self.assertIn("newer", self.listed()["problem"])
        shutil.copy(self.path("copy"), self.file)
        self.assert_same_run(self.whole.facts, self.resume_json(self.whole.run).facts)

    def test_no_store_at_all(self):
        for content in (b"", b"not a database, but long enough to look at " * 40):
            with open(self.file, "wb") as file:
                file.write(content)
            self.refused(2, self.file)
            self.assertEqual(self.listed()["state"], "unreadable")

    def test_cut(self):
        size = os.path.getsize(self.file)
        for share in (0.2, 0.5, 0.9):
            shutil.copy(self.file, self.path("copy"))
            os.truncate(self.file, int(size * share) // 4096 * 4096)
            self.refused(2, self.file, "damaged")
            shutil.copy(self.path("copy"), self.file)
        self.resume_json(self.whole.run)

    def test_flipped_bytes(self):
        """Wherever a byte differs: a clear error, or the same run. Never another run."""
        size = os.path.getsize(self.file)
        with open(self.file, "rb") as file:
            good = file.read()
        for at in range(120, size, size // 15):
            bad = bytearray(good)
            bad[at] ^= 0x55
            with open(self.file, "wb") as file:
                file.write(bad)
            result = self.resume_json(self.whole.run, code=None)
            if result.code == 0:
                self.assert_same_run(self.whole.facts, result.facts)
            else:
                self.assertIn(result.code, (1, 2))
                self.assert_says(result)

    def test_read_only(self):
        if os.geteuid() == 0:
            mounted = subprocess.run(
                ["unshare", "-m", "sh", "-c",
                 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$0" resume last --json',
                 BINARY, self.store], env=self.env, capture_output=True, check=False)
            if b"unshare" in mounted.stderr or b"mount:" in mounted.stderr:
                self.skipTest("no mount name space can be made here: " + mounted.stderr.decode())
            result = self.check(mounted.returncode, mounted.stdout, mounted.stderr)
        else:
            os.chmod(self.store, 0o500)
            self.addCleanup(os.chmod, self.store, 0o700)
            result = self.resume_json("last", code=None)
        self.assertEqual(result.code, 1)
        self.assert_says(result, self.store)


class FullDisk(Case):
    def limited(self, *args, bytes_left):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))

        return self.finish(self.start(*args, preexec_fn=limit))

    def check_full(self, run_full):
        """At every size a clear error or the whole run; what was written serves the next sitting."""
        whole = self.run_json("--store", self.path("other"))
        failures = 0
        for size in (5_000, 40_000, *range(80_000, 900_000, 75_000)):
            shutil.rmtree(self.store, ignore_errors=True)
            result = run_full(size)
            if result.code == 0:  # then it is all there
                listed = json.loads(self.flowbot("runs", "--json").out)
                self.assertEqual((listed["state"], listed["facts"]), ("done", len(whole.facts)))
                break
            failures += 1
            self.assertEqual(result.code, 1, result.err)
            self.assert_says(result)
            stored = [name for name in os.listdir(self.store) if name.endswith(".flowbot")]
            if stored:
                self.assert_same_run(whole.facts, self.resume_json("last").facts)
        self.assertGreater(failures, 3)

    def test_file_size(self):
        self.flowbot("run", self.task, "--dry-run")  # the search index is there
        self.check_full(lambda size: self.limited("run", self.task, "--json", bytes_left=size))

    def test_file_system(self):
        script = ('mount -t tmpfs -o size=$2,mode=700 none "$1" || exit 77; "$0" run "$3" --json;'
                  'code=$?; mkdir -p "$4"; cp -a "$1"/. "$4"/; exit $code')
        self.flowbot("run", self.task, "--dry-run")

        def run_full(size):
            mount = self.path("mount")
            os.makedirs(mount, exist_ok=True)
            size = (size + 4095) // 4096 * 4096
            done = subprocess.run(
                ["unshare", "-m", "sh", "-c", script, BINARY, mount, str(size), self.task, self.store],
                env={**self.env, "FLOWBOT_STORE": mount}, capture_output=True, check=False,
                cwd=self.folder)
            if done.returncode == 77 or b"unshare" in done.stderr:
                self.skipTest("no file system can be mounted here: " + done.stderr.decode())
            return self.check(done.returncode, done.stdout, done.stderr)

        self.check_full(run_full)


if __name__ == "__main__":
    unittest.main()
