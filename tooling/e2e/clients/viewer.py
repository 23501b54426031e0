"""A network viewer as the reference's: it asks what there is, switches events on, subscribes, and reads lines for ever.

Written from docs/rpc.md. Usage: viewer.py HOST PORT node|seed; prints what it understood, one JSON value a line. Whatever it is
sent goes through the same few tests, as there: a result is looked at with `in`, which throws for a boolean or a number.
"""

import asyncio
import json
import random
import sys


def request(method, params):
    return (json.dumps({"jsonrpc": "2.0", "id": random.randint(0, 2**32), "method": method, "params": params}) + "\n").encode()


def show(what, value):
    print(json.dumps([what, value]), flush=True)


def understand(data):
    if "result" in data:
        result = data["result"]
        if "channels" in result:
            channels = {channel["id"]: (channel["url"], channel["session"]) for channel in result["channels"]}
            show("channels", list(channels))
            show("slots", [None if slot == 0 else channels[slot] for slot in result.get("outbound_slots", [])])
        elif "spawns" in result:
            for spawn in result["spawns"]:
                show("spawn", [spawn["name"], spawn["urls"], spawn["whitelist"], spawn["greylist"], spawn["goldlist"]])
        else:
            show("subscribed", True)
    elif "params" in data:
        for event in data["params"]:
            show(event["event"], event["info"])
    else:
        raise ValueError("what is this? %r" % data)


async def view(host, port, kind):
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request("spawns" if kind == "seed" else "p2p.get_info", []))
    understand(json.loads(await reader.readline()))
    writer.write(request("dnet.switch", [True]))
    await reader.readline()
    writer.write(request("dnet.subscribe_events", []))
    while line := await reader.readline():
        understand(json.loads(line))


if __name__ == "__main__":
    asyncio.run(view(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
