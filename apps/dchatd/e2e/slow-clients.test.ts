/** A swarm of clients that never finish what they begin: the owner's own clients are answered meanwhile, and nothing stays. */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { DaemonNode, until } from '@dchat/e2e'
import { RpcClient } from '@dchat/rpc'

const SWARM = 1_000
/** As many at once as the system holds for a busy daemon: it forgets others, and a silent client never learns of that. */
const WAVE = 100
/** What they begin with: nothing, a line, a request line, headers, a body, a handshake of TLS. */
const BEGINNINGS = [
  '',
  '{"jsonrpc"',
  'POST / HT',
  'GET /ws HTTP/1.1\r\nHost: ',
  'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n',
  '\x16\x03',
]

async function slow(port: number, beginning: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {}) // being cut is what they get
  await once(socket, 'connect')
  socket.write(beginning)
  socket.resume()
  return socket
}

test(`${SWARM} of them keep nobody else waiting, and are cut`, async () => {
  await using node = await DaemonNode.running({ hasTcpRpc: true })
  const port = await node.rpcPort()
  const openFiles = (): number => readdirSync(`/proc/${node.program.pid}/fd`).length
  await node.client.call('chat.send', { text: 'before' })
  const before = openFiles()
  const swarm: Socket[] = []
  while (swarm.length < SWARM) {
    const wave = Array.from({ length: WAVE }, (_, index) => slow(port, BEGINNINGS[index % BEGINNINGS.length]!))
    swarm.push(...(await Promise.all(wave)))
  }
  for (let round = 0; round < 50; round += 1) {
    const client = await RpcClient.connect({ kind: 'unix', path: node.home.paths.socketPath })
    expect(await client.call('ping', [])).toBe('pong')
    expect((await client.call('chat.send', { text: `meanwhile ${round}` })).text).toBe(`meanwhile ${round}`)
    await client.close()
  }
  expect(openFiles()).toBeLessThan(before + 100) // no more than the places there are
  await until('all of them are cut', () => swarm.every(({ closed }) => closed), { timeoutMs: 60_000 })
  await until('nothing of them is left', () => openFiles() <= before)
  expect((await node.history()).map(({ text }) => text)).toHaveLength(51)
})
