#!/usr/bin/env python3
"""Measures how long `zhubi lsp` takes from a key to the diagnostics, as an editor sees it.

Each case is a draft that is open. A character is typed, and the time until its diagnostics are there is taken; the median and
the 95th percentile of 200 keys all over the draft are printed, beside the time of the first check. The messages go through pipes and are
parsed after the clock has stopped. On a busy machine only the CPU time means something: it is that of the server, all threads
together.
"""

import argparse
import json
import statistics
import subprocess
import time
from pathlib import Path

import measure
import texts


class Server:
    """A server with one document."""

    def __init__(self, zhubi):
        command = [zhubi, "lsp", "--no-config"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.send("initialize", {"capabilities": {}}, 1)
        self.receive()
        self.send("initialized", {})

    def send(self, method, params, number=None):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline()) != b"\r\n":
            length = int(line.split(b":")[1])
        return self.process.stdout.read(length)

    def timed(self, method, params):
        started = time.perf_counter()
        self.send(method, params)
        body = self.receive()
        elapsed = (time.perf_counter() - started) * 1000
        return elapsed, json.loads(body)["params"]["diagnostics"]

    def open(self, language, text):
        document = {"uri": "untitled:1", "languageId": language, "version": 1, "text": text}
        return self.timed("textDocument/didOpen", {"textDocument": document})

    def type(self, version, line):
        place = {"line": line, "character": 0}
        change = {"range": {"start": place, "end": place}, "text": "好"}
        document = {"uri": "untitled:1", "version": version}
        return self.timed("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def cpu(self):
        """Returns the CPU time of all threads so far, in ms."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def in_articles(text):
    """Makes every headline that of an article."""
    return text.replace("## ", "# ")


def cases():
    return [
        ("one page, plain text", "plaintext", texts.newscast(6_000, 1)),
        ("one page with errors, Markdown", "markdown", texts.page(18_000, 1)),
        ("1 MB in articles, Markdown", "markdown", in_articles(texts.markdown(1_000_000, 1))),
        ("1 MB in articles with errors, Markdown", "markdown", in_articles(texts.page(1_000_000, 1))),
        ("1 MB as one article, plain text", "plaintext", texts.newscast(1_000_000, 1)),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=200, help="how many keys (default: %(default)s)")
    parser.add_argument("--zhubi", default="target/release/zhubi", help="the program (default: %(default)s)")
    options = parser.parse_args()
    measure.check_built(options.zhubi)
    print(f"{measure.describe_machine()}\n")
    print("| draft | bytes | findings | opened, ms | a key, CPU ms | a key, median ms | 95th percentile, ms |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, language, text in cases():
        server = Server(options.zhubi)
        opened, found = server.open(language, text)
        lines = text.count("\n")
        # Keys all over the draft: each is in an article that was not the last.
        before = server.cpu()
        keys = [server.type(2 + key, (key * 7919) % lines)[0] for key in range(options.keys)]
        cpu = (server.cpu() - before) / options.keys
        slow = sorted(keys)[options.keys * 95 // 100]
        size = len(text.encode())
        print(f"| {name} | {size:,} | {len(found):,} | {opened:.1f} | {cpu:.1f} | {statistics.median(keys):.1f} | {slow:.1f} |")
        server.close()


if __name__ == "__main__":
    main()
