/** Every method of the contract, called as a command line calls it, against running programs. */
import { join } from 'node:path'
import { METHODS, isOfSchema } from '@dchat/rpc/schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DaemonNode, Program, SeedNode, until } from '@dchat/e2e'
import type { Ending } from '@dchat/e2e'

let node: DaemonNode
/** Connected with node. */
let peer: DaemonNode

beforeAll(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true, config: { net: ['outbound_connections = 0'] } })
  peer = await DaemonNode.running({ config: { net: ['outbound_connections = 0', `peers = ["${await node.url()}"]`] } })
  await peer.hasPeers(1)
  await until('node has peer', async () => (await node.peerCount()) === 1)
})

afterAll(() => Promise.all([node?.[Symbol.asyncDispose](), peer?.[Symbol.asyncDispose]()]))

const KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const PASSPHRASE = 'correct horse battery staple'
const room = () => node.client.call('room.create', { name: 'cats' })
const said = () => node.client.call('chat.send', { text: 'an own post' })

const cli = (...args: string[]): Promise<Ending> => node.cli(args)

/** Words after the method, in an order in which each finds what it needs. Those that are `rpc` are commands of the same name. */
const CALLS: Readonly<Record<string, () => string[] | Promise<string[]>>> = {
  ping: () => [],
  send: () => ['["from rpc"]'],
  recv: () => [],
  help: () => ['["ping"]'],
  'p2p.get_info': () => [],
  'dnet.switch': () => ['true'],
  'chat.send': () => ['room=dchat', '--', 'a=b'],
  'chat.history': () => ['since=0', 'limit=5', 'room=dchat'],
  'chat.search': () => ['query=a=b', 'limit=5'],
  'chat.export': () => ['format=txt'],
  'chat.join': () => ['cats'],
  'chat.topic': () => ['cats', 'whiskers'],
  'chat.mark_read': () => ['dchat', '1', 'client=phone'],
  'chat.mute': () => ['cats', 'level=mentions'],
  'chat.rooms': () => ['client=phone'],
  'chat.forget': () => ['cats'],
  'chat.leave': () => ['cats'],
  'chat.retract': async () => [(await said()).id!],
  'chat.pending': () => [],
  'chat.delivery': async () => [String((await said()).seq)],
  'chat.retry': async () => [String((await said()).seq)],
  'chat.set_nick': () => ['ann'],
  'chat.ignore': () => [KEY, 'on=true'],
  'chat.ignored': () => [],
  'chat.set_highlights': () => ['words:=["cat food"]'],
  'chat.highlights': () => [],
  'room.create': () => ['cats'],
  'room.members': async () => [await room()],
  'room.invite': async () => [await room(), `to=${(await node.client.call('identity.get', [])).key}`],
  'room.invitation': async () => [await room()],
  'room.accept': async () => {
    const text = await node.client.call('room.invitation', { room: await room() })
    return [`invitation=@${node.home.write('invitation', text)}`]
  },
  'room.rekey': async () => [await room(), 'without:=[]'],
  'room.forget': async () => [await room()],
  'identity.get': () => [],
  'identity.export': () => [`passphrase=@${node.home.write('word', PASSPHRASE)}`],
  'identity.import': async () => [
    `data=@${node.home.write('key', await node.client.call('identity.export', { passphrase: PASSPHRASE }))}`,
    `passphrase=@${node.home.write('word', PASSPHRASE)}`,
  ],
  'identity.verify': () => [KEY],
  'identity.pin': () => [KEY, 'on=true'],
  'store.check': () => [],
  'store.backup': () => [join(node.home.path, 'copy.db')],
  'p2p.connect': async () => [(await peer.url()).replace(/\/$/, '')],
  'p2p.disconnect': async () => [String((await node.client.call('p2p.get_info', [])).channels[0]!.id)],
  'net.status': () => [],
  'net.page': () => [],
  'hosts.list': () => ['color=gold'],
  'bans.add': () => ['target=203.0.113.7', 'hours=1'],
  'bans.list': () => [],
  'bans.remove': () => ['203.0.113.7'],
  'node.get_info': () => [],
  'node.metrics': () => [],
  'log.set_level': () => ['level=debug', 'module=net'],
  'rpc.auth': () => ['cookie=-'],
  'rpc.discover': () => [],
}
const COMMANDS_OF_THAT_NAME = new Set(['send', 'recv', 'help'])

/** They are not one answer: tested below. */
const OTHERS = [
  'chat.subscribe',
  'chat.unsubscribe',
  'chat.cancel',
  'dnet.subscribe_events',
  'net.subscribe',
  'spawns',
  'node.stop',
]

test.each(Object.entries(CALLS))('%s gives what the contract says', async (method, words) => {
  const start = COMMANDS_OF_THAT_NAME.has(method) ? ['rpc', method] : [method]
  const args = [...start, ...(await words())]
  const { code, stdout, stderr } = await cli('--json', ...args)
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(1)
  expect(isOfSchema(METHODS.get(method)!.result, JSON.parse(lines[0]!))).toBe(true)
})

test('what people see of a result', async () => {
  expect((await cli('chat.history', 'limit=1', 'room=dchat')).stdout).toMatch(
    /^more +(true|false)\nlast_seq +\d+\n\nmessages:\n {2}\d{4}-.*> an own post\n$/,
  )
  expect((await cli('node.get_info')).stdout).toMatch(/^state +run$/m)
})

test('subscriptions are followed until SIGINT', async () => {
  await using chat = new Program('dchat-cli', ['chat.subscribe', 'since=0', '--json', '--home', node.home.path])
  await chat.says('a=b')
  await using dnet = new Program('dchat-cli', ['dnet.subscribe_events', '--home', node.home.path])
  await dnet.says('dnet')
  await using net = new Program('dchat-cli', ['net.subscribe', '--home', node.home.path])
  await net.says('net')
  await node.client.call('chat.send', { text: 'heard' })
  await chat.says('heard')
  await net.says('net.event')
  for (const program of [chat, dnet, net]) {
    program.kill('SIGINT')
    expect(await program.ended()).toMatchObject({ code: 130, stderr: '' })
  }
  expect(await cli('chat.unsubscribe', 'chat-1')).toMatchObject({ code: 1, stderr: expect.stringContaining('-32004') as string })
})

test('chat.cancel takes back what no peer has, once', async () => {
  await using alone = await DaemonNode.running({ listens: false })
  const { seq } = await alone.client.call('chat.send', { text: 'better not' })
  const cancel = () => alone.cli(['chat.cancel', String(seq)])
  expect(await cancel()).toMatchObject({ code: 0, stdout: 'true\n' })
  expect(await cancel()).toMatchObject({ code: 1, stderr: expect.stringContaining('not found (-32004)') as string })
})

test('spawns is of a seed node, node.stop stops', async () => {
  await using seed = await SeedNode.started()
  const spawns = await Program.run('dchat-cli', ['spawns', '--json', '--rpc', `unix://${seed.home.paths.runtimeDir}/lilith.sock`])
  expect(isOfSchema(METHODS.get('spawns')!.result, JSON.parse(spawns.stdout))).toBe(true)
  await using other = await DaemonNode.running({ listens: false })
  expect(await other.cli(['node.stop'])).toMatchObject({ code: 0, stdout: 'true\n' })
  expect(await other.program.ended()).toMatchObject({ code: 0 })
})

test('no method is left out', () => {
  expect([...Object.keys(CALLS), ...OTHERS].sort()).toEqual([...METHODS.keys()].sort())
})
