/**
 * A stop while everybody wants something: it ends by itself with 0, which it does only within its own ten seconds (then it would
 * end with 1), and what was promised until then is there.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import {
  DaemonNode,
  Follower,
  HTTP,
  LineBook,
  LineClient,
  RawPeer,
  Sender,
  WEB_SOCKET,
  WireClient,
  chatFrame,
  loopbackHost,
  until,
} from '@dchat/e2e'

/** More than the daemon's own bound: what is looked at is how it ends. */
const ENDING_MS = 20_000
const PROMISES = 500

test.each(['SIGTERM', 'SIGINT', 'node.stop'] as const)('%s under load', async (how) => {
  await using load = new AsyncDisposableStack()
  const net = ['outbound_connections = 0']
  const node = load.use(await DaemonNode.running({ hasTcpRpc: true, config: { net, chat: ['rate_limit = 0'] } }))
  const { socketPath, cookiePath, storePath, runtimeDir } = node.home.paths
  const book = new LineBook()
  let lines = 0
  const nextText = (from: string): string => book.sending(`${from} ${(lines += 1)} ${'x'.repeat(lines % 50 === 0 ? 8_000 : 100)}`)

  // Followers: one that reads, and some that never do, over lines, WebSocket and SSE.
  load.use(await Follower.subscribed(socketPath, book))
  const subscribe = '{"jsonrpc":"2.0","id":1,"method":"chat.subscribe","params":{"since":0}}'
  const events = 'GET /events?since=0 HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n'
  load.adopt(deafClient(socketPath, events).resume(), (socket) => void socket.destroy())
  for (const first of [`${subscribe}\n`, `${subscribe}\n`, events])
    load.adopt(deafClient(socketPath, first), (socket) => void socket.destroy())
  const onWs = await WireClient.connect(socketPath, WEB_SOCKET, () => {})
  load.defer(() => onWs.end())
  onWs.send([Buffer.from(subscribe)], () => 1_000)
  // One that waits for a line of a room that has none.
  const waiting = load.use(await LineClient.connect({ path: socketPath }))
  waiting.send({ jsonrpc: '2.0', id: 1, method: 'chat.history', params: { since: 0, room: 'nobody', wait_ms: 30_000 } })

  // Senders over each carrier.
  const tcp = { endpoint: { host: '127.0.0.1', port: await node.rpcPort() }, cookie: readFileSync(cookiePath, 'utf8').trim() }
  // Once the daemon stops they are told so, again and again.
  const onError = (error: { data: { kind: string } }): void => expect(error.data.kind).toBe('stopping')
  const senders = [{ endpoint: { path: socketPath } }, { endpoint: { path: socketPath } }, tcp].map((where) =>
    load.use(new Sender({ ...where, witness: book, nextText: () => nextText('rpc'), onError })),
  )
  for (const wire of [HTTP, WEB_SOCKET]) {
    const request = (): Buffer =>
      Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'chat.send', params: [nextText('web')] }))
    const client = await WireClient.connect(socketPath, wire, (text) => {
      if (!text.startsWith('{')) return // the end of a WebSocket
      const { id, result } = JSON.parse(text)
      if (id !== 2 || result === undefined) return
      book.promised(result.seq, result.text)
      client.send([request()], () => 1_000)
    })
    load.defer(() => client.end())
    client.send(Array.from({ length: 8 }, request), () => 100_000)
  }

  // Peers that flood, and one that reads nothing of what it is sent.
  const url = await node.url()
  for (let index = 0; index < 3; index += 1) {
    const peer = load.use(await RawPeer.dial(url, loopbackHost()))
    await peer.greet('dialer')
    const flood = setInterval(() => {
      for (let count = 0; count < 50 && !peer.isClosed; count += 1) peer.write(chatFrame(nextText('peer')))
    }, 10)
    load.defer(() => clearInterval(flood))
  }

  await until('many lines are promised', () => book.promises > PROMISES)
  await until('peers are connected', async () => (await node.peerCount()) >= 3)
  const { program } = node
  if (how === 'node.stop') await node.client.call('node.stop', [])
  else program.kill(how)
  expect(await program.ended(ENDING_MS)).toMatchObject({ code: 0, signal: null, stderr: expect.stringContaining('Stopped') })
  await Promise.all(senders.map((sender) => sender.ended()))

  expect(readdirSync(runtimeDir)).toEqual([])
  for (const end of ['-wal', '-shm']) expect(existsSync(storePath + end) && statSync(storePath + end).size > 0).toBe(false)
  const db = new DatabaseSync(storePath, { readOnly: true })
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  db.close()
  await node.start()
  book.readBack(await node.history())
  expect(book.faults).toEqual([])
  expect(book.promises).toBeGreaterThan(PROMISES)
})

/** A client that reads nothing, ever. */
function deafClient(path: string, first: string): Socket {
  const socket = connect({ path })
  socket.on('error', () => {}) // it is cut in the end
  socket.pause()
  socket.write(first)
  return socket
}
