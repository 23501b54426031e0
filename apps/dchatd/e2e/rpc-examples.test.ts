/** The examples of docs/rpc.md, called on a running daemon; every answer is as the contract describes it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DaemonNode, printedExamples } from '@dchat/e2e'
import type { PrintedExample } from '@dchat/e2e'
import { METHODS, isOfSchema } from '@dchat/rpc/schemas'

/** A daemon that knows a host, has a peer, a line and a ban; and one to connect to. */
let node: DaemonNode
let peer: DaemonNode
let subscription = ''
let backups = 0
const PASSPHRASE = 'correct horse battery staple'

/** A private room of one's own. */
const room = () => node.client.call('room.create', { name: 'cats' })

/** A post that no peer has yet. */
const post = () => node.client.call('chat.send', { text: 'an example' })

/** Parameters that name something of the running daemon. */
const OWN: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  'p2p.connect': async () => ({ url: await peer.url() }),
  'p2p.disconnect': async () => ({ channel: (await node.client.call('p2p.get_info', [])).channels[0]!.id }),
  'chat.unsubscribe': () => Promise.resolve({ subscription }),
  'chat.retract': async () => ({ id: (await post()).id }),
  'chat.delivery': async () => ({ seq: (await post()).seq }),
  'chat.retry': async () => ({ seq: (await post()).seq }),
  'chat.cancel': async () => ({ seq: (await post()).seq }),
  'room.invite': async () => ({ room: await room(), to: (await node.client.call('identity.get', [])).key }),
  'room.members': async () => ({ room: await room() }),
  'room.rekey': async () => ({ room: await room(), without: [] }),
  'room.invitation': async () => ({ room: await room() }),
  'room.forget': async () => ({ room: await room() }),
  'identity.import': async () => ({
    passphrase: PASSPHRASE,
    data: await node.client.call('identity.export', { passphrase: PASSPHRASE }),
  }),
  'store.backup': () => Promise.resolve({ path: join(node.home.path, `copy-${(backups += 1)}.db`) }),
}

const { examples, last } = split(printedExamples().filter(({ method }) => METHODS.get(method)!.programs.includes('dchatd')))

/** `node.stop` comes last. */
function split(all: PrintedExample[]): { examples: PrintedExample[]; last: PrintedExample } {
  return { examples: all.filter(({ method }) => method !== 'node.stop'), last: all.find(({ method }) => method === 'node.stop')! }
}

beforeAll(async () => {
  peer = await DaemonNode.running()
  node = new DaemonNode({ hasTcpRpc: true, config: { net: ['outbound_connections = 0'] } }) // what it knows is not dialled
  mkdirSync(node.home.paths.dataDir, { mode: 0o700 })
  node.home.write('data/hostlist.tsv', 'gold\ttcp://203.0.113.9:1/\t1795687200\n')
  await node.start()
  await node.reaches('run')
  await node.client.call('chat.send', { text: 'hello from the first line' })
  await node.client.call('bans.add', { target: '203.0.113.1' })
})

afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await peer?.[Symbol.asyncDispose]()
})

async function callAs({ method, params }: PrintedExample, form: 'by name' | 'by position'): Promise<unknown> {
  const given = (await OWN[method]?.()) ?? params
  const { order } = METHODS.get(method)!
  const result = await node.client.callRaw(method, form === 'by name' ? given : order.map((name) => given[name] ?? null))
  if (method === 'chat.subscribe') subscription = result as string
  return result
}

test('the document has an example of every method', () => {
  expect(printedExamples().map(({ method }) => method)).toEqual([...METHODS.keys()])
})

test.each(['by name', 'by position'] as const)('every example is answered %s, as its schema says', async (form) => {
  for (const example of examples) {
    const result = await callAs(example, form)
    expect([example.method, isOfSchema(METHODS.get(example.method)!.result, result), result]).toEqual([
      example.method,
      true,
      result,
    ])
  }
})

test('lists that were checked were not empty', async () => {
  const { client } = node
  expect((await client.call('chat.history', { since: 0 })).messages).not.toEqual([])
  expect(await client.call('bans.list', [])).toMatchObject([{ target: '203.0.113.1', count: 1, reason: 'operator' }])
  expect(await client.call('hosts.list', { color: 'gold' })).toEqual([
    { url: 'tcp://203.0.113.9:1/', last_seen: 1_795_687_200, color: 'gold' },
  ])
  expect((await node.info()).commit).toMatch(/^[0-9a-f]{40}(-dirty)?$/)
})

test('rpc.discover has exactly what the contract says that dchatd offers', async () => {
  const { methods } = (await node.client.call('rpc.discover', [])) as { methods: { name: string }[] }
  const offered = [...METHODS.values()].filter(({ programs }) => programs.includes('dchatd')).map(({ name }) => name)
  expect(methods.map(({ name }) => name).toSorted()).toEqual(offered.toSorted())
})

test('node.stop is answered, and the daemon ends', async () => {
  expect(await callAs(last, 'by name')).toBe(true)
  expect(await node.program.ended()).toMatchObject({ code: 0 })
})
