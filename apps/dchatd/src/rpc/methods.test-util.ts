/** Gives each test of the file that imports it a server of the daemon's methods over a real socket, on a backend of arrays. */
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RpcClient, RpcError } from '@dchat/rpc'
import { createRpcServer } from '@dchat/rpc-server'
import type { RpcServer } from '@dchat/rpc-server'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { createMethods } from './methods.ts'
import { TestBackend } from './testing/test-backend.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

let folder = ''
export let backend: TestBackend
export let clock: ManualClock
export let logger: MemoryLogger
export let server: RpcServer
export let client: RpcClient

export const path = (): string => join(folder, 'rpc.sock')
export const connect = (): Promise<RpcClient> => RpcClient.connect({ kind: 'unix', path: path() })
export const soon = (read: () => unknown, wanted: unknown): Promise<void> =>
  expect.poll(read, { timeout: 10_000, interval: 2 }).toEqual(wanted)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-methods-'))
  backend = new TestBackend()
  clock = new ManualClock()
  logger = new MemoryLogger()
  server = createRpcServer({
    listen: [{ kind: 'unix', path: path() }],
    methods: createMethods({ backend, clock, logger }),
    clock,
    logger,
    serverInfo: { name: 'dchatd', version: '0.1.0' },
  })
  await server.start()
  client = await connect()
  await client.call('ping', []) // a connection that says nothing is ended after a while
})
afterEach(async () => {
  await client.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  const left = clock.pendingTimers + backend.events.listenerCount()
  if (left > 0) throw new Error(`${left} timers and listeners are left after the stop`)
})

/** The error a call ends with. */
export async function failure(method: string, params: unknown): Promise<RpcError> {
  try {
    await client.callRaw(method, params)
  } catch (error) {
    if (error instanceof RpcError) return error
    throw error
  }
  throw new Error(`${method} was answered without an error`)
}

/** What a client hears from now on. */
export function listen(to: RpcClient): { method: string; params: unknown }[] {
  const heard: { method: string; params: unknown }[] = []
  to.onNotification((method, params) => heard.push({ method, params }))
  return heard
}

export function fetchOverUnix(body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: path(), method: 'POST', agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
