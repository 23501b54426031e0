/** A transport of a program's own, under a name of its own: what it has to pass, and two nodes that talk over it. */
import { expect, test } from 'vitest'
import { HostColor, P2p, SESSION_DEFAULT } from './index.ts'
import type { Settings, TransportStream } from './index.ts'
import { ownGetaddr } from './own-getaddr.ts'
import { PipeTransport } from './pipe-transport.test-util.ts'
import { line } from './testing/line-message.ts'
import { describeTransport } from './transports/describe-transport.test-util.ts'

type World = Map<string, (stream: TransportStream) => void>

const pipes = new PipeTransport('alice', new Map())
describeTransport('a transport from outside', () => ({ transport: pipes, anyUrl: 'pipe://alice:0' }))

interface Running extends AsyncDisposable {
  readonly p2p: P2p
  readonly heard: string[]
}

/** A node that has pipes and nothing else, and answers each line with its name. */
async function run(name: string, world: World, settings: Partial<Settings> = {}): Promise<Running> {
  const heard: string[] = []
  const transports = new Map([['pipe', new PipeTransport(name, world)]])
  const p2p = P2p.create({ activeProfiles: ['pipe'], outboundConnections: 0, ...settings }, { transports })
  p2p.protocols.register(SESSION_DEFAULT, (channel) => {
    const lines = channel.subscribe(line)
    const hear = ({ text }: { text: string }): void => {
      heard.push(text)
      if (text === 'who is there?') channel.post(line, { text: name })
    }
    return { start: () => lines.handle(hear) }
  })
  await p2p.start()
  void p2p.run()
  await p2p.untilState('run')
  return { p2p, heard, [Symbol.asyncDispose]: () => p2p.stop() }
}

test('nodes talk over it, by `connect` and by `peers`, and each spelling of an address is one peer', async () => {
  const world: World = new Map()
  await using alice = await run('alice', world, { inbound: ['PIPE://Alice:7/'] })
  expect(alice.p2p.listenUrls).toEqual(['pipe://alice:7'])
  await using bob = await run('bob', world)
  const channel = await bob.p2p.connect('pipe://ALICE:7/')
  expect(channel.info).toMatchObject({ url: 'pipe://alice:7', resolvedUrl: 'pipe://alice:7' })
  await channel.send(line, { text: 'who is there?' })
  await expect.poll(() => [alice.heard, bob.heard]).toEqual([['who is there?'], ['alice']])
  await expect(bob.p2p.connect('pipe://alice:7')).rejects.toMatchObject({ code: 'NET_HOST_STATE_BLOCKED' })

  const connected = alice.p2p.events.once('connected', new AbortController().signal)
  await using carol = await run('carol', world, { peers: ['Pipe://Alice:7'] })
  expect((await connected).info.url).toMatch(/^pipe:\/\/carol:\d+$/)
  await expect.poll(() => carol.p2p.peerCount).toBe(1)
  expect(carol.p2p.broadcast(line, { text: 'who is there?' }).written).toHaveLength(1)
  await expect.poll(() => carol.heard).toEqual(['alice'])
})

test('its addresses are neither told to peers, asked of them, nor taken from them', async () => {
  const world: World = new Map()
  await using alice = await run('alice', world, { inbound: ['pipe://alice:7'], externalAddrs: ['pipe://alice:7'] })
  await using bob = await run('bob', world)
  await bob.p2p.connect('pipe://alice:7')
  const { hosts, settings } = bob.p2p
  hosts.container.store(HostColor.White, 'pipe://alice:7', Math.floor(Date.now() / 1000))
  expect(hosts.answerGetaddr({ max: 8, transports: ['pipe', 'tcp'] })).toEqual([])
  expect(alice.p2p.hosts.externalAddrs).toEqual([])
  expect(ownGetaddr({ ...settings, outboundConnections: 8 }, new Map([['pipe', pipes]]), false)).toEqual({
    max: 8,
    transports: [],
  })
  const told = [{ url: 'pipe://carol.example:7', lastSeenSec: 1 }]
  expect(hosts.insertFromPeer(told, 'pipe://alice:7')).toEqual({ added: 0, dropped: { 'unknown-scheme': 1 } })
})
