/** What an operator does with a running node: bans, log levels, an export; and that no error says where files lie. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DaemonNode, until } from '@dchat/e2e'
import { RpcError } from '@dchat/rpc'
import { METHODS } from '@dchat/rpc/schemas'

test('a ban closes the channel, keeps the host out and survives a restart; lifted, it comes back', async () => {
  await using node = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
  await using peer = await DaemonNode.running({
    config: { net: [`peers = ["${await node.url()}"]`], 'net.profiles."tcp"': ['outbound_connect_timeout = 1'] },
  })
  await node.hasPeers(1)
  const [channel] = (await node.client.call('p2p.get_info', [])).channels
  const target = /^tcp:\/\/([^:]+):/.exec(channel!.url)![1]!

  await node.client.call('bans.add', { target, hours: 2 })
  expect(await node.peerCount()).toBe(0)
  const [ban] = await node.client.call('bans.list', [])
  expect(ban).toMatchObject({ target, count: 1, reason: 'operator' })
  expect(ban!.until - Date.now() / 1_000).toBeGreaterThan(3_600)
  await until('the peer has lost it', async () => (await peer.peerCount()) === 0)

  await node.kill('SIGTERM')
  expect(readFileSync(`${node.home.paths.dataDir}/bans.tsv`, 'utf8')).toContain(`${target}\t${ban!.until}\t1\toperator`)
  await node.start()
  await node.reaches('run')
  expect(await node.client.call('bans.list', [])).toEqual([ban])

  expect(await node.client.call('bans.remove', { target })).toBe(true)
  await expect(node.client.call('bans.remove', { target })).rejects.toMatchObject({ code: -32_004 })
  expect(await node.client.call('bans.list', [])).toEqual([])
  expect(await node.client.call('p2p.connect', { url: await peer.url() })).toBe(true)
})

test('log.set_level hides and shows lines of a running daemon', async () => {
  await using node = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
  await using peer = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
  const count = (line: string): number => node.program.stderr.split(line).length - 1
  await node.client.call('log.set_level', { level: 'error', module: 'net' })
  await node.client.call('p2p.connect', { url: await peer.url() })
  const [channel] = (await node.client.call('p2p.get_info', [])).channels
  await node.client.call('log.set_level', { level: 'info' })
  await node.client.call('p2p.disconnect', { channel: channel!.id })
  await until('it says that it lost the peer', () => count('Disconnected: no peer is left') === 1)
  await peer.client.call('p2p.connect', { url: await node.url() })
  await until('it says that it has a peer', () => count('Connected: there is a peer') > 0)
  expect(count('Connected: there is a peer')).toBe(1)
})

test('an export of many pages is the history', async () => {
  await using node = await DaemonNode.running({ listens: false })
  const texts = Array.from({ length: 25 }, (_value, index) => `line ${index}\nand more`)
  for (const text of texts) await node.client.call('chat.send', { text })
  let jsonl = ''
  let txt = ''
  for (let since = 0, more = true; more;) {
    const page = await node.client.call('chat.export', { since, limit: 10 })
    jsonl += page.text
    txt += (await node.client.call('chat.export', { since, limit: 10, format: 'txt' })).text
    ;({ next: since, more } = page)
  }
  const lines = jsonl.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(await node.history())
  expect(txt.trimEnd().split('\n')).toHaveLength(texts.length)
})

test('no error has a path, a stack or a code of the inside in it', async () => {
  await using node = await DaemonNode.running({ listens: false })
  const failures: unknown[] = []
  const nonsense = [
    [1, 2, 3, 4, 5, 6],
    ['\ud800'],
    [{}],
    ['x'.repeat(2_000)],
    ['no address'],
    [''],
    [-1],
    [4_000_000_000],
    { a: 1 },
  ]
  for (const name of METHODS.keys()) {
    if (name === 'node.stop') continue
    for (const params of nonsense) {
      await node.client.callRaw(name, params).catch((error: unknown) => failures.push(error))
    }
  }
  await node.client.callRaw('nothing', []).catch((error: unknown) => failures.push(error))
  expect(failures.length).toBeGreaterThan(METHODS.size * 6)
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(RpcError)
    const { message, data } = failure as RpcError
    expect(data).toEqual({ kind: expect.any(String), hint: expect.any(String), retryable: expect.any(Boolean) })
    expect(`${message} ${data!.hint}`).not.toMatch(/dchat-e2e-|\.ts\b|\.js\b|\bat [\w.]+ \(|NET_|STORE_|SERIAL_|SQLITE/)
  }
})
