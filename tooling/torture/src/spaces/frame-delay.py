"""A cable that takes its time: frames that enter at one end leave at the other after a delay.

The ends are two network devices of this namespace, named by the arguments, which are made here and may be moved to other namespaces.
It says "ready" once they are there. Each line of stdin, written at once, is the delay in milliseconds from then on; the end of stdin ends it.
"""
import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x1002
FRAME_BYTES = 65536
# Of one direction, as a router's buffer holds; what comes while it is full is lost.
WAITING_FRAMES = 10000


def open_end(name):
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return end


def take_frames(end, waiting, delay):
    """Takes what has come, one frame a read, and notes when it is due. The order stays when the delay shrinks."""
    for _ in range(256):
        try:
            frame = os.read(end, FRAME_BYTES)
        except OSError:  # nothing left, or the device is down
            return
        if len(waiting) < WAITING_FRAMES:
            due = time.monotonic() + delay
            waiting.append((max(due, waiting[-1][0]) if waiting else due, frame))


def hand_on(end, waiting):
    while waiting and waiting[0][0] <= time.monotonic():
        try:
            os.write(end, waiting.popleft()[1])
        except OSError:  # a device that is down takes nothing: the frame is lost, as on a cable that is not plugged in
            pass


def main():
    ends = [open_end(name) for name in sys.argv[1:3]]
    waiting = {end: collections.deque() for end in ends}
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    delay = 0.0
    print("ready", flush=True)
    while True:
        dues = [frames[0][0] for frames in waiting.values() if frames]
        timeout = max(0.0, min(dues) - time.monotonic()) if dues else None
        readable, _, _ = select.select([*ends, 0], [], [], timeout)
        if 0 in readable:
            lines = os.read(0, 4096).split()
            if not lines:
                return
            delay = float(lines[-1]) / 1000
        for end in ends:
            if end in readable:
                take_frames(end, waiting[end], delay)
        for end in ends:
            hand_on(other[end], waiting[end])


main()
