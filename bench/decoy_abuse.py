#!/usr/bin/env python3
"""Hostile visitors against a Telnet decoy of one's own, on loopback only, while a well-behaved visitor is timed.

  teiten sense --telnet 127.0.0.1:2323 --out out &
  bench/decoy_abuse.py --port 2323 --pid $!

Prints a line per scenario: what was sent, the decoy's resident memory and CPU time, and how long the other visitor
waited for each of its answers. Python 3.8+, standard library only.
"""

import argparse
import asyncio
import os
import resource
import time


def server(pid):
    with open("/proc/%d/status" % pid) as f:
        rss = next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return rss / 1024, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def connect(opt, number):
    source = "127.%d.%d.%d" % (2 + number // 62500, number // 250 % 250, 1 + number % 250)
    return await asyncio.wait_for(
        asyncio.open_connection("127.0.0.1", opt.port, local_addr=(source, 0)), 30)


async def until(reader, ending):
    text = b""
    while not text.rstrip(b"\0").endswith(ending):
        part = await asyncio.wait_for(reader.read(65536), 60)
        if not part:
            raise EOFError
        text = (text + part)[-65536:]
    return text


async def login(opt, number):
    reader, writer = await connect(opt, number)
    await until(reader, b"login: ")
    writer.write(b"root\r\n")
    await until(reader, b"assword: ")
    writer.write(b"root\r\n")
    await until(reader, b"# ")
    return reader, writer


async def visitor(opt, waits, stop):
    """Logs in, asks three things, leaves; again and again."""
    number = 900_000
    while not stop.is_set():
        try:
            number += 1
            start = time.perf_counter()
            reader, writer = await login(opt, number)
            waits["login"].append(time.perf_counter() - start)
            for command in (b"/bin/busybox ECCHI", b"cat /proc/mounts", b"uname -a"):
                start = time.perf_counter()
                writer.write(command + b"\r\n")
                await until(reader, b"# ")
                waits["command"].append(time.perf_counter() - start)
            writer.close()
        except (OSError, EOFError, asyncio.TimeoutError) as fault:
            waits["failed"].append(repr(fault))
        await asyncio.sleep(0.05)


async def half_open(opt):
    """Connections that say nothing, or one byte every two seconds."""
    held = []
    for number in range(opt.connections):
        held.append(await connect(opt, number))
    end = time.perf_counter() + opt.seconds
    while time.perf_counter() < end:
        for _, writer in held[::2]:
            try:
                writer.write(b"a")
            except OSError:
                pass
        await asyncio.sleep(2)
    closed = sum(1 for _, writer in held if writer.transport.is_closing())
    for _, writer in held:
        writer.transport.abort()
    return "%d connections, half of them one byte every 2 s; %d shown out" % (len(held), closed)


async def endless(opt, unit, total, logged_in):
    """Sends `unit` until `total` bytes are sent, over as many connections as that takes."""
    sent = connections = 0
    while sent < total:
        connections += 1
        try:
            reader, writer = await (login(opt, 500_000 + connections) if logged_in else connect(opt, connections))
            drain = asyncio.ensure_future(swallow(reader))
            while sent < total:
                writer.write(unit)
                await asyncio.wait_for(writer.drain(), 60)
                sent += len(unit)
                if reader.at_eof():
                    break
            writer.transport.abort()
            drain.cancel()
        except OSError:
            pass
    return "%.2f GB over %d connections" % (sent / 1e9, connections)


async def swallow(reader):
    try:
        while await reader.read(65536):
            pass
    except OSError:
        pass


async def scripts(opt):
    """Fork bombs, endless loops, recursion, doubling strings, from many sessions at once."""
    lines = (b"while :; do :; done", b"b() { b|b& }; b", b"x=a; while :; do x=$x$x; done",
             b"f() { f; }; f", b"yes | cat > /dev/null", b"cat /dev/zero > /tmp/z", b"cat /dev/zero",
             b"echo 'sh /tmp/r; sh /tmp/r' > /tmp/r; sh /tmp/r")
    end = time.perf_counter() + opt.seconds
    count = [0]

    async def one(number):
        while time.perf_counter() < end:
            try:
                reader, writer = await login(opt, number)
                for line in lines * 20:
                    writer.write(line + b"\r\n")
                    await until(reader, b"# ")
                    count[0] += 1
                    if time.perf_counter() > end:
                        break
                writer.transport.abort()
            except (OSError, EOFError, asyncio.TimeoutError):
                pass

    await asyncio.gather(*(one(700_000 + i) for i in range(opt.sessions)))
    return "%d bombs by %d sessions at once" % (count[0], opt.sessions)


def shown(values):
    if not values:
        return "none"
    ordered = sorted(values)
    pick = lambda q: 1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))]
    return "n %d p50 %.1f ms p99 %.1f ms max %.1f ms" % (len(ordered), pick(.5), pick(.99), pick(1))


async def scenario(opt, name, work):
    waits = {"login": [], "command": [], "failed": []}
    stop = asyncio.Event()
    peak = [0.0]

    async def watch():
        while not stop.is_set():
            peak[0] = max(peak[0], server(opt.pid)[0])
            await asyncio.sleep(0.2)

    before, start = server(opt.pid), time.perf_counter()
    others = [asyncio.ensure_future(visitor(opt, waits, stop)), asyncio.ensure_future(watch())]
    told = await work
    stop.set()
    await asyncio.gather(*others)
    after = server(opt.pid)
    print("%s: %s in %.0f s; resident %.0f MiB, peak %.0f MiB; CPU %.1f s; another visitor: command %s, login %s,"
          " failed %d %s" % (name, told, time.perf_counter() - start, before[0], peak[0], after[1] - before[1],
                          shown(waits["command"]), shown(waits["login"]), len(waits["failed"]),
                          waits["failed"][:1]), flush=True)


async def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--port", type=int, required=True)
    p.add_argument("--pid", type=int, required=True)
    p.add_argument("--connections", type=int, default=10_000)
    p.add_argument("--sessions", type=int, default=128)
    p.add_argument("--seconds", type=float, default=20)
    p.add_argument("--only", default="", help="scenarios whose name contains this")
    p.add_argument("--bytes", type=float, default=1e9)
    opt = p.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    scenarios = {
        "half-open and slow-loris": lambda: half_open(opt),
        "endless line before login": lambda: endless(opt, b"A" * 65536, opt.bytes, False),
        "lines without end": lambda: endless(opt, (b"echo " + b"A" * 28 + b"\r\n") * 1000, opt.bytes / 100, True),
        "option bomb": lambda: endless(opt, b"\xff\xfd\x01\xff\xfb\x21\xff\xfa\x18\x00\xff\xf0" * 4096, opt.bytes / 10, False),
        "scripts": lambda: scripts(opt),
    }
    for name, work in scenarios.items():
        if opt.only in name:
            await scenario(opt, name, work())


asyncio.run(main())
