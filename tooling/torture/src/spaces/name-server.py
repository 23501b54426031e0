"""A DNS server whose moods are told on stdin: "answer", "silent", "fail" (SERVFAIL) or "unknown" (NXDOMAIN).

Arguments: the address to listen at, then NAME=ADDRESS for each address of a name, IPv4 or IPv6. It says "ready" once it listens.
"""
import select
import socket
import struct
import sys

A, AAAA = 1, 28
CODES = {"answer": 0, "fail": 2, "unknown": 3}


def read_name(query, at):
    labels = []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    return ".".join(labels), at + 1


def answer(query, names, mood):
    name, at = read_name(query, 12)
    kind = struct.unpack_from(">H", query, at)[0]
    family = {A: socket.AF_INET, AAAA: socket.AF_INET6}.get(kind)
    found = [to for to in names.get(name, []) if family == (socket.AF_INET6 if ":" in to else socket.AF_INET)] if mood == "answer" else []
    code = CODES[mood] if mood != "answer" or name in names else CODES["unknown"]
    header = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(found), 0, 0)
    packed = [socket.inet_pton(family, to) for to in found]
    # A life of 0 s: nobody keeps what may change.
    return header + query[12 : at + 4] + b"".join(struct.pack(">HHHIH", 0xC00C, kind, 1, 0, len(ip)) + ip for ip in packed)


def main():
    names = {}
    for word in sys.argv[2:]:
        name, to = word.split("=")
        names.setdefault(name, []).append(to)
    server = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    mood = "answer"
    print("ready", flush=True)
    while True:
        readable, _, _ = select.select([server, sys.stdin], [], [])
        if sys.stdin in readable:
            mood = sys.stdin.readline().strip()
            if not mood:
                return
        if server in readable:
            query, sender = server.recvfrom(512)
            if mood != "silent":
                server.sendto(answer(query, names, mood), sender)


main()
