/** A real dchatd for a screen to look at. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RpcClient, RpcUnreachable } from '@dchat/rpc'
import { TestHome } from './tui-process.ts'

const LAUNCHER = fileURLToPath(new URL('../../dchatd/bin/dchatd.js', import.meta.url))

export class RealDaemon implements AsyncDisposable {
  readonly home: TestHome = new TestHome()
  /** The address it listens on, from the first start on. */
  url = 'tcp://127.0.0.1:0/'
  #child: ChildProcess | undefined

  constructor(nick: string) {
    const lines = [
      '[rpc]',
      'rpc_listen = ""',
      '[net]',
      'localnet = true',
      'outbound_connections = 0',
      '[net.profiles."tcp"]',
      'outbound_connect_timeout = 1',
      '[chat]',
    ]
    writeFileSync(join(this.home.path, 'dchatd.toml'), [...lines, `nick = "${nick}"`].join('\n'))
  }

  /** Starts it, at the address it had before; resolves when it listens. */
  async start(): Promise<void> {
    this.#child = spawn(process.execPath, [LAUNCHER, '--home', this.home.path, '--accept', this.url], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await using client = await this.#connect(this.#child)
    for (let url: string | undefined; url === undefined; [url] = (await client.call('node.get_info', [])).listen) {
      if (this.#child.exitCode !== null) throw new Error('dchatd ended')
    }
    ;[this.url] = (await client.call('node.get_info', [])).listen as [string]
  }

  /** A connection to it, as another client has one. */
  client(): Promise<RpcClient> {
    return RpcClient.connect({ kind: 'unix', path: this.home.socketPath })
  }

  /** Sends it a signal that it lives through. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child!.kill(signal)
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    child.kill('SIGCONT') // one that stands still cannot end
    await exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    this.home[Symbol.dispose]()
  }

  async #connect(child: ChildProcess): Promise<RpcClient> {
    for (;;) {
      try {
        return await RpcClient.connect({ kind: 'unix', path: this.home.socketPath })
      } catch (error) {
        if (!(error instanceof RpcUnreachable) || child.exitCode !== null) throw error
        await new Promise(setImmediate)
      }
    }
  }
}
