"""A crowd that sends files, in a process of its own: what it costs its sender must not slow down who measures.

Reads one JSON object from its first line of input (port, path, headers, files, at_once, every), sends until its
input ends, and writes one JSON list of (status, whether the answer offers to choose a file)."""

import http.client
import json
import sys
import threading
import time
from pathlib import Path

HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="f.xlsx"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"


def upload(port: int, path: str, headers: dict[str, str], data: bytes) -> tuple[int, bool]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("POST", path, data, headers | {"Content-Type": "multipart/form-data; boundary=edge"})
    answer = link.getresponse()
    said = answer.read()
    link.close()
    return answer.status, b'type="file"' in said


def main() -> None:
    task = json.loads(sys.stdin.readline())
    bodies = [HEAD + Path(name).read_bytes() + TAIL for name in task["files"]]
    answers: list[tuple[int, bool]] = []
    is_over = threading.Event()

    def attack(number: int) -> None:
        while not is_over.is_set():
            begun = time.monotonic()
            answers.append(upload(task["port"], task["path"], task["headers"], bodies[number % len(bodies)]))
            is_over.wait(max(0, task["every"] - (time.monotonic() - begun)))

    threads = [threading.Thread(target=attack, args=(number,)) for number in range(task["at_once"])]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    is_over.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
