/** A real SOCKS5 proxy (microsocks) for tests of what dials through one. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'

const PROGRAM = 'microsocks'

/**
 * Whether the proxy is installed.
 * @throws Error when it is not and this is CI, where nothing may be skipped
 */
export function hasMicrosocks(): boolean {
  const isThere = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, PROGRAM)))
  const text = `${PROGRAM} is not installed: apt-get install ${PROGRAM}, as .ci/run does`
  if (!isThere && process.env['CI'] !== undefined) throw new Error(text)
  if (!isThere) process.stderr.write(`Tests through a SOCKS5 proxy are skipped: ${text}\n`)
  return isThere
}

export interface Microsocks extends AsyncDisposable {
  /** Canonical, `socks5://127.0.0.1:port/`. */
  readonly url: string
}

/** Starts a proxy on a free port of 127.0.0.1; resolves once it answers. */
export async function startMicrosocks(): Promise<Microsocks> {
  for (;;) {
    const port = await freePort()
    const child = spawn(PROGRAM, ['-i', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    // Another process may have taken the port meanwhile: then it exits, and the next port is tried.
    if (!(await answers(port, child))) continue
    return {
      url: `socks5://127.0.0.1:${port}/`,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGKILL')
        await exited
      },
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null) {
    if (await greets(port)) return true
    await new Promise((resolve) => setImmediate(resolve))
  }
  return false
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (isProxy: boolean): void => {
      socket.destroy()
      resolve(isProxy)
    }
    socket.on('error', () => settle(false)).on('close', () => settle(false))
    socket.on('connect', () => socket.write(Uint8Array.of(5, 1, 0)))
    socket.on('data', (answer: Buffer) => settle(answer[0] === 5))
  })
}
