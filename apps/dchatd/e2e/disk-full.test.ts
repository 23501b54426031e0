/** A disk without room under the whole home of a daemon: it goes on, loses nothing, and works again once there is room. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DaemonNode, LineClient, Program, RawPeer, chatFrame, loopbackHost, until } from '@dchat/e2e'
import { isRoot } from './testing/is-root.ts'
import { LineBook } from './testing/line-book.ts'
import { Sender } from './testing/load.ts'
import { SmallDisk } from './testing/small-disk.ts'

/** How soon storing works again. Source: docs/decisions/0015-what-the-daemon-is-tried-with.md. */
const RECOVERY_MS = 5_000
/** Far more hosts than fit into what is left of a disk that is full. */
const HOSTS = Array.from({ length: 400 }, (_, index) => `grey\ttcp://10.${index >> 8}.${index & 255}.1:9999/\t1700000000`)

let running: AsyncDisposableStack
let node: DaemonNode
let disk: SmallDisk

beforeEach(async () => {
  running = new AsyncDisposableStack()
  node = running.use(new DaemonNode({ hasTcpRpc: true, config: { net: ['outbound_connections = 0'], chat: ['rate_limit = 0'] } }))
  const { configFile, dataDir, hostlistPath } = node.home.paths
  const config = readFileSync(configFile)
  disk = running.use(new SmallDisk(node.home.path))
  writeFileSync(configFile, config)
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(hostlistPath, `${HOSTS.join('\n')}\n`)
  await node.start()
  await node.reaches('run')
})

afterEach(() => running.disposeAsync())

const ask = async (method: string, params: unknown[]): Promise<Record<string, unknown>> => {
  await using client = await LineClient.connect({ path: node.home.paths.socketPath })
  return await client.ask(method, params)
}

/** Sends long lines until one is refused. @returns the error */
async function sendUntilFull(book: LineBook): Promise<Record<string, unknown>> {
  let refused: Record<string, unknown> | undefined
  let lines = 0
  await using sender = new Sender({
    endpoint: { path: node.home.paths.socketPath },
    witness: book,
    nextText: () => book.sending(`${(lines += 1)} ${'x'.repeat(8_000)}`),
    onError: (error) => (refused ??= error),
  })
  await until('a line is refused', () => refused !== undefined)
  await sender.stop()
  return refused!
}

const STORE_FAILED = {
  code: -32_007,
  message: 'store failed',
  data: { kind: 'store_failed', retryable: true, hint: expect.any(String) },
}

test.skipIf(!isRoot)('sending fails with an error, the rest goes on, and all works again by itself', async () => {
  const book = new LineBook()
  book.promised((await node.client.call('chat.send', { text: book.sending('before') })).seq, 'before')
  await using peer = await RawPeer.dial(await node.url(), loopbackHost())
  await peer.greet('dialer')

  disk.fill()
  const error = await sendUntilFull(book)
  expect(error).toEqual(STORE_FAILED)
  expect(JSON.stringify(error)).not.toMatch(/\/|sqlite/i)
  expect(await ask('send', ['y'.repeat(60_000)])).toEqual({ jsonrpc: '2.0', id: 1, error: STORE_FAILED })
  expect(await ask('chat.set_nick', ['n'.repeat(32)])).toSatisfy(
    ({ result, error: why }) => result !== undefined || why.code === -32_007,
  )

  // Reads, peers and new connections go on.
  book.readBack(await node.history())
  expect(book.faults).toEqual([])
  peer.write(chatFrame('lost, or not'))
  book.sending('lost, or not')
  await using newcomer = await RawPeer.dial(await node.url(), loopbackHost())
  await newcomer.greet('dialer')
  expect(await node.info()).toMatchObject({ state: 'run', peers: { inbound: 2 } })
  expect(peer.isClosed).toBe(false)

  disk.free()
  const text = book.sending('room again')
  const { seq } = await until('storing works again', () => node.client.call('chat.send', { text }).catch(() => undefined), {
    timeoutMs: RECOVERY_MS,
  })
  book.promised(seq, text)
  peer.write(chatFrame(book.sending('of a peer')))
  await node.stores('of a peer')
  await node.kill('SIGKILL')
  await node.start()
  book.readBack(await node.history(book.lastSeq))
  book.checkAll(await node.history())
  expect(book.faults).toEqual([])
  expect(node.program.stderr).not.toContain('damaged')
})

test.skipIf(!isRoot)('a stop cuts no file short, and a start says what is missing', async () => {
  const book = new LineBook()
  const { configFile, hostlistPath, storePath } = node.home.paths
  const config = readFileSync(configFile, 'utf8')
  disk.fill()
  await sendUntilFull(book)
  book.readBack(await node.history())
  await node.kill('SIGTERM')
  expect(readFileSync(configFile, 'utf8')).toBe(config)
  const hosts = readFileSync(hostlistPath, 'utf8').trim().split('\n')
  expect(hosts.length).toBe(HOSTS.length)

  disk.fill()
  const ending = await Program.run('dchatd', ['--home', node.home.path])
  expect(ending).toMatchObject({ code: 5, stderr: expect.stringContaining('no room on the disk') })
  expect(readFileSync(configFile, 'utf8')).toBe(config)
  expect(readFileSync(storePath).length).toBeGreaterThan(0)

  disk.free()
  await node.start()
  book.checkAll(await node.history())
  expect(book.faults).toEqual([])
})
