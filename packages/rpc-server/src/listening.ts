/** Opens listening sockets: TCP, and Unix sockets that only their owner (or group) can open, from their first moment on. */
import { lstatSync, unlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { dirname } from 'node:path'
import { formatRpcAddress } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import { makeFolder } from '@dchat/system'
import { RpcServerError } from './errors.ts'

/** Connections the system holds for us while we are busy. */
const BACKLOG = 128

export interface Listening {
  /** With the port the system chose, if 0 was asked for. */
  readonly address: RpcAddress
  /** Accepts nothing more and, for a Unix socket, takes its file away. Resolves when all its connections have ended. */
  close(): Promise<void>
}

export interface ListenOptions {
  /** Of a Unix socket: 0o600 or 0o660. A folder that is made for it has 0700 or 0750. */
  readonly socketMode: number
  readonly onConnection: (socket: Socket) => void
}

/**
 * Listens on one address. A socket file that nobody answers at is left by a daemon that died, and replaced.
 * @throws {RpcServerError} RPC_ADDRESS_IN_USE, RPC_LISTEN_FAILED
 */
export async function listen(address: RpcAddress, { socketMode, onConnection }: ListenOptions): Promise<Listening> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
  server.on('connection', onConnection)
  try {
    if (address.kind === 'tcp')
      await bind(server, () => server.listen({ host: address.host, port: address.port, backlog: BACKLOG, exclusive: true }))
    else await bindUnix(server, address.path, socketMode)
  } catch (cause) {
    throw describe(address, cause as NodeJS.ErrnoException)
  }
  return { address: boundAddress(server, address), close: () => close(server) }
}

function bind(server: Server, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => (): void => {
      server.removeAllListeners('listening')
      server.removeAllListeners('error')
      then()
    }
    server.once('listening', settle(resolve))
    server.once('error', (error) => settle(() => reject(error))())
    begin()
  })
}

async function bindUnix(server: Server, path: string, mode: number): Promise<void> {
  makeFolder(dirname(path), mode === 0o600 ? 0o700 : 0o750)
  try {
    await bind(server, () => listenPrivately(server, path, mode))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || (await isAnswering(path))) throw error
    removeSocketFile(path)
    await bind(server, () => listenPrivately(server, path, mode))
  }
}

/** The file is made while `listen` runs, so that the mask is in force for it and for nothing else. */
function listenPrivately(server: Server, path: string, mode: number): void {
  const before = process.umask(0o777 & ~mode)
  try {
    server.listen({ path, backlog: BACKLOG, exclusive: true })
  } finally {
    process.umask(before)
  }
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path })
    const settle = (answers: boolean): void => {
      probe.destroy()
      resolve(answers)
    }
    probe.once('connect', () => settle(true))
    probe.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'))
  })
}

/** Takes away nothing but a socket. */
function removeSocketFile(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat?.isSocket() === true) unlinkSync(path)
}

function boundAddress(server: Server, asked: RpcAddress): RpcAddress {
  return asked.kind === 'unix' ? asked : { ...asked, port: (server.address() as AddressInfo).port }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function describe(address: RpcAddress, cause: NodeJS.ErrnoException): RpcServerError {
  const text = formatRpcAddress(address)
  if (cause.code === 'EADDRINUSE') return new RpcServerError('RPC_ADDRESS_IN_USE', { address: text }, { cause })
  return new RpcServerError('RPC_LISTEN_FAILED', { address: text, reason: cause.code ?? cause.message }, { cause })
}
