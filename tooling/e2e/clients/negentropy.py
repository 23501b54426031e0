"""Negentropy version 1, both roles, written from docs/chat.md, *Negentropy v1, the facts needed*, to be plain rather than fast.

Usage: negentropy.py VECTORS.json runs the reconciliations of that file and prints what differs from it, as JSON: [] is right.
"""

import hashlib
import json
import sys

VERSION = 0x61
SKIP, FINGERPRINT, ID_LIST = 0, 1, 2
LISTED_BELOW = 32
PARTS = 16
INFINITY = float("inf")
MAX_RANGES = 1024


class Malformed(Exception):
    """The other side sent what is no frame."""


def varint(number):
    digits = [number & 0x7F]
    while number > 0x7F:
        number >>= 7
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0
        self.seconds = 0

    @property
    def is_done(self):
        return self.at == len(self.data)

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Malformed("the frame ends early")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def varint(self):
        number = 0
        while True:
            byte = self.take(1)[0]
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                return number

    def bound(self):
        code = self.varint()
        self.seconds = INFINITY if code == 0 else self.seconds + code - 1
        length = self.varint()
        if length > 32:
            raise Malformed("a prefix longer than an id")
        # Missing bytes are 0, so a prefix compares as the whole id.
        return (self.seconds, self.take(length).ljust(32, b"\0"), length)


class Writer:
    """Ranges of a frame. Each is put down whole; `room_for` says whether one more fits beside what ends a full frame."""

    def __init__(self, max_bytes):
        self.max_bytes = max_bytes
        self.data = bytearray([VERSION])
        self.seconds = 0
        self.skipped = None
        self.ranges = 0

    def room_for(self, payload):
        return len(self.data) + 2 * 45 + payload + 64 <= self.max_bytes and self.ranges + 4 <= MAX_RANGES

    def skip(self, bound):
        self.skipped = bound

    def range(self, bound, mode, payload):
        if self.skipped is not None:
            skipped, self.skipped = self.skipped, None
            self.range(skipped, SKIP, b"")
        seconds, prefix, length = bound
        code = 0 if seconds == INFINITY else seconds - self.seconds + 1
        self.seconds = seconds
        self.data += varint(code) + varint(length) + prefix[:length] + varint(mode) + payload
        self.ranges += 1


class Reconciler:
    """Records are (seconds, id); the list given is the whole set, in any order."""

    def __init__(self, records, max_bytes=60 * 1024):
        self.records = sorted(records)
        self.max_bytes = max_bytes

    def initiate(self):
        writer = Writer(self.max_bytes)
        self.split(writer, 0, len(self.records), (INFINITY, b"", 0))
        return bytes(writer.data)

    def respond(self, frame):
        """The answer to a frame of an initiator."""
        if frame[:1] != bytes([VERSION]):
            return bytes([VERSION])
        return self.answer(frame, lambda writer, lower, upper, bound, ids: self.list(writer, lower, upper, bound))

    def learn(self, frame):
        """What an answer tells: (the next frame or None, ids that only this side has, ids that only the other has)."""
        have, need = [], []

        def compare(writer, lower, upper, bound, ids):
            own = [identity for _, identity in self.records[lower:upper]]
            have.extend(identity for identity in own if identity not in ids)
            need.extend(identity for identity in ids if identity not in set(own))
            writer.skip(bound)
            return upper

        if frame[:1] != bytes([VERSION]):
            raise Malformed("another version")
        reply = self.answer(frame, compare)
        return (None if len(reply) == 1 else reply), have, need

    def answer(self, frame, take_list):
        reader, writer = Reader(frame), Writer(self.max_bytes)
        reader.take(1)
        lower, ranges = 0, 0
        while not reader.is_done:
            ranges += 1
            if ranges > MAX_RANGES:
                raise Malformed("too many ranges")
            bound = reader.bound()
            mode = reader.varint()
            upper = self.index_of(bound, lower)
            if mode == SKIP:
                writer.skip(bound)
                end = upper
            elif mode == FINGERPRINT:
                if reader.take(16) == self.fingerprint(lower, upper):
                    writer.skip(bound)
                    end = upper
                else:
                    end = self.split(writer, lower, upper, bound)
            elif mode == ID_LIST:
                ids = dict.fromkeys(reader.take(32) for _ in range(reader.varint()))
                end = take_list(writer, lower, upper, bound, ids)
            else:
                raise Malformed("a mode that nobody knows")
            if end is None or end < upper:
                start = lower if end is None else end
                writer.range((INFINITY, b"", 0), FINGERPRINT, self.fingerprint(start, len(self.records)))
                break
            lower = upper
        return bytes(writer.data)

    def split(self, writer, lower, upper, bound):
        """Tells records by their ids or in parts. Answers up to which one there was room, None when there was none at all."""
        count = upper - lower
        if count < LISTED_BELOW:
            return self.list(writer, lower, upper, bound)
        done = None
        for part in range(PARTS):
            start = lower + part * (count // PARTS) + min(part, count % PARTS)
            end = lower + (part + 1) * (count // PARTS) + min(part + 1, count % PARTS)
            if not writer.room_for(16):
                return done
            writer.range(bound if end == upper else self.bound_at(end), FINGERPRINT, self.fingerprint(start, end))
            done = end
        return done

    def list(self, writer, lower, upper, bound):
        fits = [end for end in range(lower, upper + 1) if writer.room_for(3 + 32 * (end - lower))]
        if not fits or (fits[-1] == lower and lower < upper):
            return None
        end = fits[-1]
        ids = b"".join(identity for _, identity in self.records[lower:end])
        writer.range(bound if end == upper else self.bound_at(end), ID_LIST, varint(end - lower) + ids)
        return end

    def index_of(self, bound, lower):
        seconds, prefix, _ = bound
        index = lower
        while index < len(self.records) and self.records[index] < (seconds, prefix):
            index += 1
        return index

    def bound_at(self, index):
        """The shortest bound between a record and the one before it."""
        (before_seconds, before), (seconds, identity) = self.records[index - 1], self.records[index]
        if before_seconds != seconds:
            return (seconds, b"", 0)
        shared = next(at for at in range(32) if before[at] != identity[at])
        return (seconds, identity, shared + 1)

    def fingerprint(self, lower, upper):
        total = sum(int.from_bytes(identity, "little") for _, identity in self.records[lower:upper]) % 2**256
        return hashlib.sha256(total.to_bytes(32, "little") + varint(upper - lower)).digest()[:16]


def records_of(keys):
    """Those of the vectors: item k is of second 1700000000 + k // 3, its id SHA-256 of 'item k'."""
    if isinstance(keys, dict):
        keys = [key for key in range(*keys["range"]) if key not in keys["without"]]
    return [(1700000000 + key // 3, hashlib.sha256(b"item %d" % key).digest()) for key in keys]


def check(case):
    """What a reconciliation gives that differs from the recorded one."""
    initiator, responder = Reconciler(records_of(case["initiator_keys"])), Reconciler(records_of(case["responder_keys"]))
    frames, have, need = [], [], []
    frame = initiator.initiate()
    while frame is not None:
        answer = responder.respond(frame)
        frames += [frame.hex(), answer.hex()]
        frame, new_have, new_need = initiator.learn(answer)
        have += new_have
        need += new_need
    expected = {"frames": [one["hex"] for one in case["frames"]], "have": sorted(case["have"]), "need": sorted(case["need"])}
    got = {"frames": frames, "have": sorted(one.hex() for one in have), "need": sorted(one.hex() for one in need)}
    return [{"case": case["name"], "what": what, "got": got[what]} for what in expected if got[what] != expected[what]]


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    print(json.dumps([difference for case in vectors["cases"] for difference in check(case)]))
