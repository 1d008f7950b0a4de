# Runs a program together with its tests and says, on the line that begins with the mark, how it ended.
# The program can write what it likes: its output goes nowhere, and its input is closed.
import ast, builtins, io, json, os, shutil, signal, subprocess, sys

FILE = "<program>"


class NoInput(io.StringIO):
    def read(self, *args):
        raise OSError("there is no input")

    readline = readlines = read

    def readable(self, *args):
        return False


class TimeIsUp(Exception):
    pass


def on_alarm(signum, frame):
    raise TimeIsUp()


def short(value, limit=200):
    try:
        text = value if isinstance(value, str) else repr(value)
    except BaseException:
        text = "(no representation)"
    return text if len(text) <= limit else text[:limit] + "…"


def broken_frame(error):
    # The innermost frame of the program that stands at an assertion, else its innermost one.
    found, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            found = trace
        trace = trace.tb_next
    return found


def sides(line, frame, tree):
    # Both sides of `assert a == b`, worked out once more.
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.lineno <= line <= node.end_lineno:
            test = node.test
            if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
                return {}
            names = {}
            for name, part in (("got", test.left), ("expected", test.comparators[0])):
                code = compile(ast.Expression(part), FILE, "eval")
                names[name] = short(repr(eval(code, frame.f_globals, frame.f_locals)))
            return names
    return {}


def describe(error, source):
    verdict = {"result": "failed", "error": short(type(error).__name__ + ": " + short(str(error)))}
    trace = broken_frame(error)
    if trace is None:
        return verdict
    line = trace.tb_lineno
    lines = source.split("\n")
    if 0 < line <= len(lines):
        verdict["line"] = short(lines[line - 1].strip())
    if isinstance(error, AssertionError):
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.5)
            verdict.update(sides(line, trace.tb_frame, ast.parse(source)))
        except BaseException:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return verdict


def guard():
    # What HumanEval's own runner takes away from programs.
    for name in ("exit", "quit", "help"):
        setattr(builtins, name, None)
    for name in ("kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames truncate "
                 "replace unlink fchmod fchown chmod chown chroot lchflags lchmod lchown getcwd chdir").split():
        setattr(os, name, None)
    for name in ("rmtree", "move", "chown"):
        setattr(shutil, name, None)
    subprocess.Popen = None
    for name in ("ipdb", "joblib", "resource", "psutil", "tkinter"):
        sys.modules[name] = None


def main(mark, seconds, source):
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
    sys.stdout = sys.stderr = io.StringIO()
    sys.stdin = NoInput()
    sys.argv = [""]
    signal.signal(signal.SIGALRM, on_alarm)
    guard()
    try:
        code = compile(source, FILE, "exec")
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            exec(code, {})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        verdict = {"result": "passed"}
    except TimeIsUp:
        verdict = {"result": "timed out"}
    except BaseException as error:
        verdict = describe(error, source)
    out.write("\n" + mark + json.dumps(verdict) + "\n")
    out.flush()


