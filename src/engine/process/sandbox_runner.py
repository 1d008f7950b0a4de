# The first program of a sandbox: says that it is ready, waits for one program on its input, puts the limits
# on itself and becomes that program. What sandbox.c sends: a line of numbers, then the bytes that they count.
import builtins
import os
import resource
import sys

PACKAGES = "/usr/lib/python3/dist-packages"  # of the system, where there are any
SPARE = 8 << 20  # bytes: when memory has come to an end, saying so takes some (since Python 3.13)


def read_exactly(count):
    parts = []
    while count > 0:
        part = os.read(0, min(count, 1 << 16))
        if not part:
            os._exit(0)  # nobody wants anything any more
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_line():
    line = b""
    while not line.endswith(b"\n"):
        line += read_exactly(1)
    return [int(word) for word in line.split()]


def lower(limit, soft, hard):
    most = resource.getrlimit(limit)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(limit, (soft, hard))


def receive():
    walled, cpu, memory, processes, files, program, given, args = read_line()
    program, given, args = read_exactly(program), read_exactly(given), read_exactly(args)
    if not walled:  # a folder for itself, that the parent removes
        os.mkdir(str(os.getpid()), 0o700)
        os.chdir(str(os.getpid()))
    with open("program.py", "wb") as file:
        file.write(program)
    stdin = os.memfd_create("stdin")
    with open(stdin, "wb", closefd=False) as file:
        file.write(given)
    os.lseek(stdin, 0, os.SEEK_SET)
    os.dup2(stdin, 0)
    os.close(stdin)
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass
    lower(resource.RLIMIT_CORE, 0, 0)
    lower(resource.RLIMIT_CPU, cpu, cpu + 1)
    lower(resource.RLIMIT_FSIZE, files, files)
    lower(resource.RLIMIT_NOFILE, 64, 64)
    lower(resource.RLIMIT_AS, memory, memory)
    if walled:  # counted within the sandbox: bubblewrap's own process and this one are there already
        lower(resource.RLIMIT_NPROC, processes + 1, processes + 1)
    return program, args.decode("utf-8", "surrogateescape").split("\0")[:-1]


def main():
    os.closerange(3, 1 << 20)
    os.write(1, b"R")
    program, args = receive()
    sys.stdout.reconfigure(line_buffering=True)  # what it said before a limit ended it is kept
    path = os.path.join(os.getcwd(), "program.py")
    sys.argv = [path] + args
    sys.path[0] = os.getcwd()
    if os.path.isdir(PACKAGES):
        sys.path.append(PACKAGES)
    builtins.exit = builtins.quit = sys.exit
    module = type(sys)("__main__")
    module.__dict__.update(__builtins__=__builtins__, __file__=path)
    sys.modules["__main__"] = module
    spare = bytearray(SPARE)
    try:
        exec(compile(program, path, "exec", dont_inherit=True), module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        del spare
        trace = error.__traceback__
        sys.excepthook(type(error), error.with_traceback(trace.tb_next), trace.tb_next)
        sys.exit(1)


main()
