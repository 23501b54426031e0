/** A real server on a free port and a temporary Unix socket. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RpcAddress } from '@dchat/rpc'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { createRpcServer } from '../server.ts'
import type { RpcServer, RpcServerOptions } from '../server-options.ts'
import { newTestState, testMethods } from './test-methods.ts'
import type { TestState } from './test-methods.ts'

export interface TestServer {
  readonly server: RpcServer
  readonly state: TestState
  readonly clock: ManualClock
  readonly logger: MemoryLogger
  readonly port: number
  readonly socketPath: string
  readonly cookie: string
  readonly folder: string
  [Symbol.asyncDispose](): Promise<void>
}

export const TEST_COOKIE: string = 'c0ffee'.repeat(10)

export async function startServer(overrides: Partial<RpcServerOptions> = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-rpc-'))
  const socketPath = join(folder, 'rpc.sock')
  const state = newTestState()
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const server = createRpcServer({
    listen: [
      { kind: 'tcp', host: '127.0.0.1', port: 0, tls: false },
      { kind: 'unix', path: socketPath },
    ],
    methods: testMethods(state),
    auth: { cookie: TEST_COOKIE, cookiePath: '/run/dchat/cookie' },
    serverInfo: { name: 'test', version: '0.0.0' },
    clock,
    logger,
    ...overrides,
  })
  await server.start()
  const tcp = server.addresses.find((address): address is RpcAddress & { kind: 'tcp' } => address.kind === 'tcp')
  return {
    server,
    state,
    clock,
    logger,
    socketPath,
    folder,
    port: tcp?.port ?? 0,
    cookie: TEST_COOKIE,
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
