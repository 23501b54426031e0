/** All hosts of a space that owns whole networks: each accepts everybody, and tells addresses. Some dial the node and flood it. */
import { createServer, connect } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { RawPeer, frameBytes } from '@dchat/e2e'
import { addr } from '@dchat/net/internal'
import { handshakeFrames, messageFrame } from '@dchat/net/testing'
import { PEER_PORT } from '../../spaces/space-daemon.ts'
import { ownTask, serveOrders } from '../child.ts'
import { PingScanner } from '../floods/ping-scanner.ts'
import type { CrowdOrder, CrowdReport, CrowdTask } from './crowd.ts'

/** Of one message. */
const BATCH = 1_000
/** In ten seconds, from one channel: below what the metering bans. */
const MESSAGES = 15

const task = ownTask<CrowdTask>()
let told = 0

function addrFrame(urls: readonly string[]): Buffer {
  const nowSec = BigInt(Math.floor(Date.now() / 1000))
  return messageFrame(addr, { addrs: urls.map((url) => [url, nowSec] as const) })
}

/** Exchanges versions, and answers pings and questions for addresses with its own kind. */
function behave(socket: Socket): void {
  const scanner = new PingScanner((command, payload) => {
    if (command === 'ping') socket.write(frameBytes({ command: 'pong', payload: Buffer.from(payload) }))
  })
  socket.on('error', () => {}) // that it is gone is the node's choice
  socket.on('data', (chunk: Buffer) => scanner.push(chunk))
  socket.write(handshakeFrames())
  if (task.urls.length > 0) socket.write(addrFrame(task.urls.slice(0, BATCH)))
}

/** One host that dials: tells addresses of the crowd and invented ones of the whole world. Resolves when the node has handled them. */
async function flood(url: string, host: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), localAddress: host, noDelay: true })
  const peer = new RawPeer(socket)
  await once(socket, 'connect')
  peer.write(handshakeFrames())
  await peer.payload('ping')
  const group = Number(host.split('.')[1])
  for (let message = 0; message < MESSAGES; message += 1) {
    const invented = (index: number): string =>
      `tcp://${32 + (index & 7)}.${(index >> 3) & 255}.${message}.${group}:${1_000 + group}/`
    const urls = Array.from({ length: BATCH }, (_, index) => (message === 0 ? task.urls[index] : undefined) ?? invented(index))
    peer.write(addrFrame(urls))
    told += BATCH
  }
  peer.write(frameBytes({ command: 'ping', payload: Buffer.of(7, group) }))
  await peer.payload('pong')
}

const server = createServer(behave)
server.listen(PEER_PORT, '0.0.0.0')
const listening = once(server, 'listening')

serveOrders<CrowdOrder, CrowdReport>(async ({ flood: from, url }) => {
  await listening
  await Promise.all(from.map((host) => flood(url, host)))
  return { told }
})
