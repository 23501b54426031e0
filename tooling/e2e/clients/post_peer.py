"""A peer that speaks posts, written from docs/wire.md and docs/chat.md alone, to try dchatd from outside.

Usage: post_peer.py dial|listen HOST PORT [--from HOST] [--key TEXT] [--plain]

`--plain` announces no feature, as a reference node does. Prints a JSON value a line; the first is {"ready": PORT}. Then takes a JSON
object a line on stdin, {"id": N, "do": COMMAND, ...}, and answers each with {"id": N, "result": ...} or {"id": N, "error": TEXT}.
By itself it answers ping, getaddr, want, page and sync, and asks for what a `have` tells of after 150 ms.
"""

import argparse
import json
import os
import socket
import struct
import sys
import threading
import time

import negentropy
import sealed
from posts_wire import (
    APP_NAME, BOX_KEY, DIRECT, FEATURE, LAST_ID, LAST_TIME, PRIVATE, PROFILE, TEXT, Fields, Key, Post, byte_string, compact, frame,
    ids, private_body, read_frame, room_of, semver, string, write_post,
)

PAGE_POSTS = 200
UNASKED_PER_S, UNASKED_BURST = 16, 150
HAVE_IDS = 256
WANT_DELAY_S = 0.15
WAIT_S = 30
DIRECT_ROOM = "_dm"
MEMBER = 32


class Channel:
    """One connection: says who it is, reads on a thread of its own, and keeps what came."""

    def __init__(self, connection, url, is_dialler, arguments):
        self.connection = connection
        self.url = url
        self.is_dialler = is_dialler
        self.key = Key(arguments.key)
        self.features = [] if arguments.plain else [FEATURE]
        self.their_features = None
        self.lock = threading.Condition()
        self.sending = threading.Lock()
        self.posts = {}
        self.seen = {}
        self.refused = []
        self.rooms = {}
        self.chat = []
        self.answers = {}
        self.next_number = 1
        self.budget, self.budget_at = UNASKED_BURST, time.monotonic()
        self.ended = None
        self.pages = {}
        self.box_secrets = []
        self.private_rooms = {}

    @property
    def is_featured(self):
        return FEATURE in self.features and FEATURE[0] in dict(self.their_features or [])

    # What goes out

    def send(self, command, payload):
        with self.sending:
            self.connection.sendall(frame(command, payload))

    def greet(self):
        there = b"\x01" + string(self.url) if self.is_dialler else b"\x00"
        features = compact(len(self.features)) + b"".join(string(name) + struct.pack("<I", version) for name, version in self.features)
        version = string("") + string(APP_NAME) + semver(0, 4, 1) + struct.pack("<Q", int(time.time()))
        self.send("version", version + string(self.url) + there + compact(0) + features)

    def send_post(self, post):
        self.send("post", byte_string(post.data))

    def send_unasked(self, post):
        """Within what a sender may put on a channel of posts that nobody wanted."""
        while True:
            now = time.monotonic()
            self.budget = min(UNASKED_BURST, self.budget + (now - self.budget_at) * UNASKED_PER_S)
            self.budget_at = now
            if self.budget >= 1:
                break
            time.sleep((1 - self.budget) / UNASKED_PER_S)
        self.budget -= 1
        self.send_post(post)

    # What comes in

    def read(self):
        try:
            with self.connection.makefile("rb") as stream:
                for command, payload in iter(lambda: read_frame(stream), None):
                    self.take(command, Fields(payload))
            end = "closed"
        except (OSError, ValueError) as error:
            end = "%s: %s" % (type(error).__name__, error)
        with self.lock:
            self.ended = end
            self.lock.notify_all()

    def take(self, command, fields):
        handle = getattr(self, "on_" + command.lower(), None)
        with self.lock:
            self.seen[command] = self.seen.get(command, 0) + 1
            if handle is None:
                self.refused.append(command)
                return
        handle(fields)
        fields.end()
        with self.lock:
            self.lock.notify_all()

    def on_version(self, fields):
        fields.string(), fields.string()
        read_semver(fields)
        fields.number("Q")
        fields.string()
        if fields.number("B"):
            fields.string()
        for _ in range(fields.compact()):
            fields.string()
        self.their_features = [(fields.string(), fields.number("I")) for _ in range(fields.compact())]
        self.send("verack", semver(0, 4, 1) + string(APP_NAME))

    def on_verack(self, fields):
        read_semver(fields)
        fields.string()

    def on_ping(self, fields):
        self.send("pong", fields.take(2))

    def on_pong(self, fields):
        fields.take(2)

    def on_getaddr(self, fields):
        fields.number("I")
        for _ in range(fields.compact()):
            fields.string()
        self.send("addr", compact(0))

    def on_addr(self, fields):
        for _ in range(fields.compact()):
            fields.string(), fields.number("Q")

    def on_dchatmsg(self, fields):
        self.chat.append(fields.string())

    def on_post(self, fields):
        post = Post(fields.byte_string())
        with self.lock:
            self.posts[post.id] = post
            for page in self.pages.values():
                page.append(post)

    def on_have(self, fields):
        told = fields.ids()
        timer = threading.Timer(WANT_DELAY_S, self.want_missing, [told])
        timer.daemon = True
        timer.start()

    def on_want(self, fields):
        for identity in fields.ids():
            if identity in self.posts:
                self.send_post(self.posts[identity])

    def on_rooms(self, fields):
        for _ in range(fields.compact()):
            room = fields.string()
            newest, low, posts = fields.number("Q"), fields.number("Q"), fields.number("I")
            self.rooms[room] = {"newest": newest, "low": low, "posts": posts}

    def on_page(self, fields):
        request, room = fields.number("I"), fields.string()
        before = (fields.number("Q"), fields.take(32))
        limit = fields.number("H")
        older = [post for post in self.newest_first(room) if post.place < before]
        for post in older[:limit]:
            self.send_post(post)
        self.send("pageend", struct.pack("<IHB", request, len(older[:limit]), len(older) > limit))

    def on_pageend(self, fields):
        request, count, more = fields.number("I"), fields.number("H"), fields.number("B")
        self.answers["page", request] = (count, bool(more))

    def on_sync(self, fields):
        session, room = fields.number("I"), fields.string()
        since, until = fields.number("Q"), fields.number("Q")
        data = fields.byte_string()
        # Nothing but the number tells an answer from what the other side begins.
        if ("sync", session) in self.answers:
            self.answers["sync", session] = (since, data)
            return
        answer = self.reconciler(room, since, until).respond(data)
        self.send("sync", sync(session, room, since, until, answer))

    # What is held

    def newest_first(self, room):
        with self.lock:
            return sorted((post for post in self.posts.values() if post.room == room), key=lambda post: post.place, reverse=True)

    def reconciler(self, room, since, until):
        chosen = [post for post in self.newest_first(room) if since <= post.time <= until]
        return negentropy.Reconciler([(post.time // 1000, post.id) for post in chosen])

    def want_missing(self, identities):
        missing = [identity for identity in identities if identity not in self.posts]
        for start in range(0, len(missing), HAVE_IDS):
            self.send("want", ids(missing[start : start + HAVE_IDS]))

    def wait(self, what, is_there):
        with self.lock:
            self.lock.wait_for(lambda: is_there() or self.ended is not None, WAIT_S)
            if not is_there():
                raise RuntimeError("%s did not come (%s)" % (what, self.ended or "in time"))

    def number(self):
        self.next_number += 1
        return self.next_number

    # What is asked for on stdin

    def do_make(self, kind=0, room="dchat", body="", at=None, count=1, step_ms=1, key=None, ciphertext=None):
        """Writes posts and keeps them. `key` writes in another's name; `ciphertext` is that of a private room of that name."""
        author = self.key if key is None else Key(key)
        begin = int(time.time() * 1000) if at is None else at
        made = []
        for index in range(count):
            when = begin + index * step_ms
            text = body.replace("#", str(index))
            if ciphertext is not None:
                secret = Key("room " + room)
                made.append(write_post(author, room_of(secret), kind, when, private_body(secret, author, when, ciphertext.encode())))
            else:
                made.append(write_post(author, room, kind, when, text))
        with self.lock:
            self.posts.update((post.id, post) for post in made)
        return [post.id.hex() for post in made]

    def do_send(self, posts):
        for identity in posts:
            self.send_unasked(self.posts[bytes.fromhex(identity)])

    def do_have(self, posts):
        self.send("have", ids([bytes.fromhex(identity) for identity in posts]))

    def do_want(self, posts):
        identities = [bytes.fromhex(identity) for identity in posts]
        self.want_missing(identities)
        self.wait("all posts", lambda: all(identity in self.posts for identity in identities))

    def do_tell_rooms(self):
        self.send("rooms", self.rooms_entries())

    def rooms_entries(self):
        names = sorted({post.room for post in self.posts.values()})
        entries = []
        for room in names:
            posts = self.newest_first(room)
            entries.append(string(room) + struct.pack("<QQI", posts[0].time, 0, len(posts)))
        return compact(len(entries)) + b"".join(entries)

    def do_page(self, room, limit=PAGE_POSTS):
        """Pages a room from its newest post to its oldest. Answers the ids of each page."""
        before, pages = (LAST_TIME, LAST_ID), []
        while True:
            request = self.number()
            with self.lock:
                self.pages[request] = []
            self.send("page", struct.pack("<I", request) + string(room) + struct.pack("<Q", before[0]) + before[1] + struct.pack("<H", limit))
            self.wait("the end of a page", lambda: ("page", request) in self.answers)
            count, more = self.answers["page", request]
            arrived = [post for post in self.pages.pop(request) if post.room == room and post.place < before]
            page = longest_falling(arrived)[:count]
            if len(page) != count:
                raise RuntimeError("of %d posts %d came as a page of %d, newest first" % (len(arrived), len(page), count))
            pages.append([post.id.hex() for post in page])
            if not more:
                return pages
            before = page[-1].place

    def do_sync(self, room, since=0, until=LAST_TIME, limit=60 * 1024):
        """Reconciles a room as initiator, sends what the other side lacks and fetches what it has."""
        session = self.number()
        result = {"restarts": 0, "round_trips": 0, "have": 0, "need": 0}
        frame_bytes = None
        while True:
            reconciler = self.reconciler(room, since, until)
            reconciler.max_bytes = limit
            data = reconciler.initiate() if frame_bytes is None else frame_bytes
            self.answers["sync", session] = None
            self.send("sync", sync(session, room, since, until, data))
            self.wait("an answer", lambda: self.answers["sync", session] is not None)
            their_since, answer = self.answers["sync", session]
            result["round_trips"] += 1
            if answer == b"":
                if their_since <= since:
                    raise RuntimeError("told to start again where it began")
                since, frame_bytes = their_since, None
                result["restarts"] += 1
                continue
            frame_bytes, have, need = reconciler.learn(answer)
            result["have"] += len(have)
            result["need"] += len(need)
            for identity in have:
                self.send_unasked(self.posts[identity])
            self.want_missing(need)
            self.wait("what was wanted", lambda: all(identity in self.posts for identity in need))
            if frame_bytes is None:
                del self.answers["sync", session]
                return result

    def do_ids(self, room):
        return [post.id.hex() for post in self.newest_first(room)]

    def do_posts(self, room):
        return [{"id": post.id.hex(), "kind": post.kind, "body": post.body, "author": post.author.hex()} for post in self.newest_first(room)]

    def do_data(self, post):
        """The whole bytes of a post that is held."""
        return self.posts[bytes.fromhex(post)].data.hex()

    def do_say(self, text):
        self.send("DchatMsg", string(text))

    # Encrypted kinds

    def keep(self, *made):
        with self.lock:
            self.posts.update((post.id, post) for post in made)
        for post in made:
            self.send_unasked(post)
        return [post.id.hex() for post in made]

    def now(self):
        return int(time.time() * 1000)

    def do_introduce(self, nick):
        """Publishes a profile and a new box key; those of earlier calls stay live."""
        self.box_secrets.insert(0, os.urandom(32))
        at, public = self.now(), sealed.public_of(self.box_secrets[0])
        made = [write_post(self.key, "", PROFILE, at, nick), write_post(self.key, "", BOX_KEY, at, public.hex())]
        return self.keep(*made)

    def do_write(self, to, text, kind=TEXT):
        """A direct message to the newest box key of `to` that is held, or comes."""
        to, at = bytes.fromhex(to), self.now()
        self.wait("a box key", lambda: any(post.kind == BOX_KEY and post.author == to for post in self.posts.values()))
        newest = next(post for post in self.newest_first("") if post.kind == BOX_KEY and post.author == to)
        aad = sealed.direct_aad(self.key.public, at, to)
        body = sealed.seal_direct(sealed.write_inner(kind, text), aad, bytes.fromhex(newest.body), os.urandom(32))
        return self.keep(write_post(self.key, DIRECT_ROOM, DIRECT, at, body))[0]

    def do_mail(self):
        """What opens of the direct messages held, oldest first."""
        opened = []
        for post in reversed(self.newest_first(DIRECT_ROOM)):
            aad = sealed.direct_aad(post.author, post.time, self.key.public)
            tries = [sealed.tried(sealed.open_direct, post.body, aad, secret) for secret in self.box_secrets]
            for kind, text in filter(None, tries):
                opened.append({"id": post.id.hex(), "author": post.author.hex(), "kind": kind, "text": text})
        return opened

    def do_accept(self, invitation):
        return self.enter(*sealed.read_invitation(invitation))

    def do_create(self, name):
        return self.enter(name, os.urandom(32))

    def enter(self, name, secret):
        room, author = sealed.Room(secret), Key(os.urandom(32).hex())
        self.private_rooms[room.id] = (room, author)
        return {"room": room.id, "invitation": sealed.invitation_text(name, secret), "author": author.public.hex()}

    def do_vouch(self, room):
        """Tells a private room which identity its author key here belongs to."""
        author = self.private_rooms[room][1].public
        return self.do_tell(room, sealed.member_text(self.key, room, author), MEMBER)

    def do_tell(self, room, text, kind=TEXT):
        there, author = self.private_rooms[room]
        at = self.now()
        body = there.seal(sealed.write_inner(kind, text), author.public, at, os.urandom(24))
        return self.keep(write_post(author, room, PRIVATE, at, body))[0]

    def do_read(self, room):
        """What stands in a private room, oldest first; a post that is against its rules is an error."""
        there, said, vouched = self.private_rooms[room][0], [], {}
        for post in reversed(self.newest_first(room)):
            kind, text = there.open(post.body, post.author, post.time)
            if kind == MEMBER:
                vouched[post.author] = sealed.member_of(text, room, post.author).hex()
            said.append((post, kind, text))
        return [
            {"id": post.id.hex(), "author": post.author.hex(), "identity": vouched.get(post.author), "kind": kind, "text": text}
            for post, kind, text in said
        ]

    def do_state(self):
        with self.lock:
            return {
                "featured": self.is_featured, "seen": dict(self.seen), "unknown": list(self.refused), "rooms": dict(self.rooms),
                "chat": list(self.chat), "ended": self.ended, "key": self.key.public.hex(), "private": room_of(Key("room secret")),
            }


def longest_falling(posts):
    """The most of them that came newest first. Posts that nobody asked for may come among those of a page, and be the same ones."""
    falling = []
    for post in reversed(posts):
        falling.append([post, *max((rest for rest in falling if rest[0].place < post.place), key=len, default=[])])
    return max(falling, key=len, default=[])


def read_semver(fields):
    for _ in range(3):
        fields.number("Q")
    fields.string(), fields.string()


def sync(session, room, since, until, data):
    return struct.pack("<I", session) + string(room) + struct.pack("<QQ", since, until) + byte_string(data)


def tell(value):
    print(json.dumps(value), flush=True)


def connect(arguments):
    if arguments.how == "dial":
        connection = socket.create_connection((arguments.host, arguments.port), source_address=(arguments.source, 0))
        tell({"ready": connection.getsockname()[1]})
        return connection, "tcp://%s:%d/" % (arguments.host, arguments.port)
    with socket.create_server((arguments.host, arguments.port)) as server:
        tell({"ready": server.getsockname()[1]})
        connection, (host, port) = server.accept()
    return connection, "tcp://%s:%d/" % (host, port)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("how", choices=["dial", "listen"])
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--from", dest="source", default="127.0.0.1")
    parser.add_argument("--key", default="a peer")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--make", default="[]", help="what to hold from the start: a JSON list of parameters of `make`")
    arguments = parser.parse_args()
    connection, url = connect(arguments)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    channel = Channel(connection, url, arguments.how == "dial", arguments)
    for parameters in json.loads(arguments.make):
        channel.do_make(**parameters)
    channel.greet()
    threading.Thread(target=channel.read, daemon=True).start()
    channel.wait("the version exchange", lambda: "version" in channel.seen and "verack" in channel.seen)
    if channel.is_featured:
        channel.do_tell_rooms()
    tell({"greeted": True})
    for line in sys.stdin:
        request = json.loads(line)
        number, command = request.pop("id"), request.pop("do")
        try:
            tell({"id": number, "result": getattr(channel, "do_" + command)(**request)})
        except (OSError, RuntimeError, ValueError, KeyError, sealed.Refused) as error:
            tell({"id": number, "error": "%s: %s" % (type(error).__name__, error)})
    connection.close()
    os._exit(0)


if __name__ == "__main__":
    main()
