/** What never stands in a log, at any level: texts of messages, and what proves who somebody is. */
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { DaemonNode, LineClient, RawPeer, chatFrame, frameBytes, loopbackHost, recorded, stringBytes, until } from '@dchat/e2e'

/** Every text and every wrong secret here begins with it, as errors quote beginnings. */
const MARK = 'sekrit'

let node: DaemonNode
let port: number
beforeEach(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true, args: ['-vvv'] })
  port = await node.rpcPort()
})
afterEach(() => node?.[Symbol.asyncDispose]())

const request = (method: string, params: unknown, id: unknown = 1): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`

/** Lines that hold the mark where a client may put it, right and wrong. */
const LINES = [
  request('send', [`${MARK} sent`]),
  request('send', { text: `${MARK} by name` }),
  request('chat.send', { text: `${MARK} chat` }),
  request('chat.send', { text: `${MARK} action`, kind: 'action' }),
  request('chat.send', { text: `${MARK} elsewhere`, room: `${MARK} room` }),
  request('chat.send', { text: `${MARK}`.repeat(20_000) }),
  request('chat.send', [`${MARK} too`, 'dchat', 'text', `${MARK} many`]),
  request('chat.send', { text: 1, [`${MARK}_key`]: `${MARK} value` }),
  request('chat.send', { text: `${MARK} to somebody`, to: `${MARK}` }),
  request('chat.send', { text: `${MARK} held`, to: 'ab'.repeat(32), hold: true }),
  request('room.create', { name: `${MARK}-room` }),
  request('room.create', { name: `${MARK}:room` }),
  request('room.accept', { invitation: `dchat-room:${MARK}:${MARK}` }),
  request('room.accept', { invitation: `dchat-room:${MARK}:${'A'.repeat(43)}` }),
  request('identity.export', { passphrase: `${MARK} passphrase` }),
  request('identity.import', { passphrase: `${MARK} passphrase`, data: `${MARK} data` }),
  request('recv', []),
  request('chat.history', { limit: 1000 }),
  request('chat.export', {}),
  request(`${MARK}.method`, [`${MARK} param`]),
  request('ping', [], `${MARK} id`),
  request('rpc.auth', [`${MARK} wrong`]),
  request('rpc.auth', { secret: `${MARK} wrong` }),
  request('rpc.auth', { cookie: `${MARK} wrong` }),
  `{"jsonrpc":"2.0","method":"send","params":["${MARK} unfinished"\n`,
  `{${MARK} is no JSON}\n`,
  `{"${MARK}": }\n`,
  `[${request('send', [`${MARK} in a batch`]).trim()}, "${MARK}"]\n`,
]

async function askByLines(target: { path: string } | { port: number; host: string }, first: readonly string[]): Promise<void> {
  await using client = await LineClient.connect(target)
  for (const line of [...first, ...LINES]) {
    client.write(line)
    await client.next()
  }
}

test('not what is sent, asked, or tried over any carrier, and not what peers send', async () => {
  const { cookie } = node
  await askByLines({ path: node.home.paths.socketPath }, [])
  await askByLines({ host: '127.0.0.1', port }, [request('rpc.auth', [`${MARK} wrong`]), request('rpc.auth', [cookie])])

  const post = (body: string, headers: Record<string, string>): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, headers }).then(({ status }) => status)
  const json = { 'content-type': 'application/json' }
  for (const line of LINES) await post(line, { ...json, authorization: `Bearer ${cookie}` })
  for (const authorization of [`Bearer ${MARK}`, `Basic ${btoa(`user:${MARK}`)}`, `Basic ${MARK}`, MARK, ''])
    expect(await post(LINES[0]!, { ...json, authorization })).toBe(401)
  expect(await post(`${MARK} form`, { 'content-type': MARK, authorization: `Bearer ${cookie}` })).toBeGreaterThan(0)

  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { authorization: `Bearer ${cookie}` } })
  await new Promise((resolve) => socket.once('open', resolve))
  for (const line of [request('chat.subscribe', { since: 0 }), ...LINES]) {
    const answered = new Promise((resolve) => socket.once('message', resolve))
    socket.send(line)
    await answered
  }
  socket.close()
  const refused = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { authorization: `Bearer ${MARK}` } })
  await new Promise((resolve) => refused.once('error', resolve))

  await using peer = await RawPeer.dial(await node.url(), loopbackHost())
  peer.write(recorded('dialer', 'version'))
  peer.write(recorded('dialer', 'verack'))
  await node.hasPeers(1)
  peer.write(chatFrame(`${MARK} from a peer`))
  await node.stores(`${MARK} from a peer`)
  await node.client.call('chat.send', { text: `${MARK} to a peer` })
  // The last one is a text that is none: the channel is closed for it.
  const broken = Buffer.concat([stringBytes(`${MARK} broken`), Buffer.of(1)])
  peer.write(frameBytes({ command: 'DchatMsg', payload: broken }))
  await until('the channel is closed', () => peer.isClosed)

  node.program.kill('SIGTERM')
  const { code, stderr } = await node.program.ended()
  expect(code).toBe(0)
  const lines = stderr.trimEnd().split('\n')
  expect(lines.filter((line) => line.toLowerCase().includes(MARK))).toEqual([])
  expect(lines.filter((line) => line.includes(cookie) || line.includes(btoa(`user:${MARK}`)))).toEqual([])
  expect(lines.filter((line) => secretsOnDisk().some((secret) => line.includes(secret)))).toEqual([])
  // It said a lot, at the finest level.
  expect(lines.some((line) => line.includes('"level":"debug"'))).toBe(true)
})

/** The own key and the private half of the box key, as they may be written. */
function secretsOnDisk(): string[] {
  const { identityPath, boxKeysPath } = node.home.paths
  const seed = createPrivateKey(readFileSync(identityPath)).export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  const { entries } = JSON.parse(readFileSync(boxKeysPath, 'utf8')) as { entries: { secret: string }[] }
  return [seed, ...entries.map(({ secret }) => Buffer.from(secret, 'hex'))].flatMap((secret) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding) => secret.toString(encoding).slice(0, 40)),
  )
}
