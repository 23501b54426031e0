/** A real SOCKS5 proxy, the program microsocks, in a process of its own. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { loopbackHost, until } from '@dchat/e2e'

/** Whether the tests that need it can run: on a CI machine they fail without it, elsewhere they are skipped with a word. */
export function hasMicrosocks(): boolean {
  if (spawnSync('microsocks', ['-h']).error === undefined) return true
  const message = 'microsocks is not installed (apt-get install microsocks): tests through a proxy cannot run'
  if (process.env['CI'] !== undefined) throw new Error(message)
  console.warn(message)
  return false
}

export class Microsocks implements AsyncDisposable {
  /** Where it takes clients. */
  readonly host: string
  readonly port: number
  /** Whom those it connects to see. */
  readonly exitHost: string
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  private constructor(at: { host: string; port: number; exitHost: string }) {
    this.host = at.host
    this.port = at.port
    this.exitHost = at.exitHost
    const args = ['-i', at.host, '-p', String(at.port), '-b', at.exitHost]
    this.#child = spawn('microsocks', args, { stdio: 'ignore' })
    this.#ended = once(this.#child, 'exit')
  }

  static async started(): Promise<Microsocks> {
    const host = loopbackHost()
    const proxy = new Microsocks({ host, port: await freePort(host), exitHost: loopbackHost() })
    await until('microsocks listens', () => {
      if (proxy.#child.exitCode !== null) throw new Error(`microsocks ended with ${proxy.#child.exitCode}`)
      return isListening(host, proxy.port)
    })
    return proxy
  }

  /** `socks5://host:port`, as settings name a proxy. */
  get url(): string {
    return `socks5://${this.host}:${this.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/** It takes no port 0: one that was free a moment ago, on an address that nobody else has. */
async function freePort(host: string): Promise<number> {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false // refused: not yet
  } finally {
    socket.destroy()
  }
}
