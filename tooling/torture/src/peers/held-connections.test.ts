import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { until } from '@dchat/e2e'
import { HeldConnections, heldAt } from './held-connections.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100012C:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71 1 0000000000000000 100 0 0 10 0
   1: 0100012C:1F90 01020382:C350 01 00000000:00000000 00:00000000 00000000     0        0 72 1 0000000000000000 20 4 30 10 -1
   2: 0100012C:1F90 01020382:C351 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1
   3: 0100012C:1F91 01020382:C352 08 00000000:00000000 00:00000000 00000000     0        0 73 1 0000000000000000 20 4 30 10 -1
`

test('what a process holds at a port: neither what listens nor what it has closed', () => {
  expect(heldAt(TABLE, new Set([8080]))).toEqual(['130.3.2.1:50000'])
  expect(heldAt(TABLE, new Set([8080, 8081]))).toEqual(['130.3.2.1:50000', '130.3.2.1:50002'])
})

test('a life lasts from the first look that sees it to the last', async () => {
  const accepted: Socket[] = []
  const server = createServer((socket) => accepted.push(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const held = new HeldConnections(process.pid, [port])
  const isOurs = (host: string): boolean => host === '127.0.0.1'
  const socket = connect({ host: '127.0.0.1', port }).on('error', () => {})
  await until('it is accepted', () => accepted.length === 1)
  for (const nowMs of [1_000, 1_500]) held.look(nowMs)
  expect(held.countOf(isOurs)).toBe(1)
  expect(held.countOf((host) => host === '127.0.0.2')).toBe(0)
  accepted[0]!.destroy()
  await once(socket.resume(), 'close')
  held.look(9_000)
  expect([held.countOf(isOurs), held.livesOf(isOurs)]).toEqual([0, { count: 1, longestMs: 500 }])
  server.close()
})
