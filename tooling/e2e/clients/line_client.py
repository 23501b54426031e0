"""A command line client as the reference's tutorial has one: a connection for each call, one line out, one line in.

Written from docs/rpc.md. Usage: line_client.py HOST PORT METHOD [PARAMETER...]; prints the answer's result, or fails with its error.
"""

import json
import random
import socket
import sys


def call(host, port, method, params):
    request = {"jsonrpc": "2.0", "id": random.randint(0, 2**32), "method": method, "params": params}
    with socket.create_connection((host, port)) as connection:
        connection.sendall((json.dumps(request) + "\n").encode())
        with connection.makefile(encoding="utf-8", newline="\r\n") as lines:
            answer = json.loads(lines.readline())
    if answer["id"] != request["id"]:
        raise ValueError("the answer is for another request: %r" % answer)
    if "error" in answer:
        sys.exit("error %d: %s" % (answer["error"]["code"], answer["error"]["message"]))
    return answer["result"]


if __name__ == "__main__":
    _, host, port, method, *params = sys.argv
    print(json.dumps(call(host, int(port), method, params)))
