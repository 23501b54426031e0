/** What experiments rest on: spaces reach each other, and the bridge between them loses, delays and cuts what it is told to. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lacking } from '../src/needs.ts'
import type { NetSpace } from '../src/spaces/net-space.ts'
import { SpaceNetwork } from '../src/spaces/space-network.ts'

/** Answers every datagram, at every address of its space. */
const ECHO = `
import socket
echo = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
echo.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
echo.bind(('::', 7))
print('ready', flush=True)
while True:
    data, sender = echo.recvfrom(2048)
    echo.sendto(data, sender)
`

/** Sends datagrams to a host, all at once; prints how many came back before a second of silence, and after how many ms the first and the last did. */
const ASK = `
import socket, sys, time
host, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
asker = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, socket.SOCK_DGRAM)
asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
asker.settimeout(1)
began = time.monotonic()
for _ in range(count):
    asker.sendto(bytes(size), (host, 7))
times = []
try:
    while len(times) < count:
        asker.recv(2048)
        times.append(round((time.monotonic() - began) * 1000))
except TimeoutError:
    pass
print(len(times), *times[:1], *times[-1:])
`

interface Answers {
  readonly count: number
  readonly firstMs: number | undefined
  readonly lastMs: number | undefined
}

async function ask(space: NetSpace, host: string, { count = 1, size = 64 } = {}): Promise<Answers> {
  const said = await space.run(['python3', '-c', ASK, host, String(count), String(size)])
  const [answers, firstMs, lastMs] = said.trim().split(' ').map(Number)
  return { count: answers!, firstMs, lastMs }
}

describe.skipIf(lacking(['nft']).length > 0)('a network of spaces', () => {
  const stack = new AsyncDisposableStack()
  let network: SpaceNetwork
  let [near, far, plain]: NetSpace[] = []

  beforeAll(async () => {
    network = stack.use(await SpaceNetwork.create())
    near = await network.add({ isSlow: true })
    far = await network.add({ isSlow: true })
    plain = await network.add({ ipv4: '44.1.7.9' })
    for (const space of [near, far, plain]) {
      const echo = spawn('ip', [...space.within.slice(1), 'python3', '-c', ECHO], { stdio: ['ignore', 'pipe', 'inherit'] })
      stack.defer(async () => {
        const exited = once(echo, 'exit')
        echo.kill('SIGKILL')
        await exited
      })
      await once(echo.stdout, 'data')
    }
  })
  afterAll(() => stack.disposeAsync())

  test('hosts reach each other over IPv4 and IPv6, and nothing else', async () => {
    expect(await ask(near!, far!.ipv4)).toMatchObject({ count: 1 })
    expect(await ask(plain!, near!.ipv6)).toMatchObject({ count: 1 })
    await expect(ask(near!, '192.0.2.1')).rejects.toThrow(/unreachable/)
  })

  test('a block of addresses that a host owns is its own', async () => {
    await far!.own('45.9.0.0/24')
    expect(await ask(plain!, '45.9.0.77')).toMatchObject({ count: 1 })
  })

  test('a slow cable holds each frame for as long as it is told, each way', async () => {
    near!.setDelay(40)
    far!.setDelay(60)
    const { count, firstMs } = await ask(near!, far!.ipv4, { count: 20 })
    expect(count).toBe(20)
    expect(firstMs).toBeGreaterThanOrEqual(200)
    near!.setDelay(0)
    far!.setDelay(0)
    await expect(ask(near!, far!.ipv4)).resolves.toMatchObject({ count: 1 })
  })

  test('a partition cuts its parts from each other and from nobody else, until it heals', async () => {
    await network.partition([near!], [far!])
    expect(await ask(near!, far!.ipv4)).toMatchObject({ count: 0 })
    expect(await ask(near!, plain!.ipv4)).toMatchObject({ count: 1 })
    await network.heal()
    expect(await ask(near!, far!.ipv4)).toMatchObject({ count: 1 })
  })

  test('a part of the frames is lost, each way', async () => {
    // Neighbours have to find each other first.
    await ask(plain!, near!.ipv4)
    await network.setLoss(20)
    const { count } = await ask(plain!, near!.ipv4, { count: 400 })
    await network.setLoss(0)
    // 256 are expected to come back; once in a thousand million runs it is further off than 60.
    expect(Math.abs(count - 256)).toBeLessThan(60)
    expect(await ask(plain!, near!.ipv4, { count: 100 })).toMatchObject({ count: 100 })
  })

  test('a rate bounds what a host sends', async () => {
    await plain!.setRate(256)
    const { count, lastMs } = await ask(plain!, near!.ipv4, { count: 32, size: 1_000 })
    await plain!.setRate(undefined)
    expect(count).toBe(32)
    // 16 KiB go at once, the rest of 33 KB takes half a second.
    expect(lastMs).toBeGreaterThanOrEqual(400)
  })

  test('a host that is unplugged has no network, and the same addresses once it is plugged in', async () => {
    await plain!.setPlugged(false)
    await expect(ask(plain!, near!.ipv4)).rejects.toThrow(/unreachable/)
    await plain!.setPlugged(true)
    expect(await ask(plain!, near!.ipv4)).toMatchObject({ count: 1 })
    expect(await ask(near!, plain!.ipv6)).toMatchObject({ count: 1 })
  })

  test('a host without one kind of address has none of that kind', async () => {
    await using other = await SpaceNetwork.create()
    const [four, six, both] = [await other.add({ ipv6: false }), await other.add({ ipv4: false }), await other.add()]
    await expect(ask(four, both.ipv6)).rejects.toThrow(/Cannot assign|unreachable/)
    await expect(ask(six, both.ipv4)).rejects.toThrow(/unreachable/)
    expect(() => six.ipv4).toThrow('no IPv4')
  })

  test('nothing is left behind', async () => {
    const ours = (): string[] => readdirSync('/run/netns').filter((name) => name.startsWith(`dchat-${process.pid}-`))
    const before = ours()
    {
      await using other = await SpaceNetwork.create()
      await other.add({ isSlow: true })
      expect(ours().length).toBe(before.length + 2)
    }
    expect(ours()).toEqual(before)
  })
})
