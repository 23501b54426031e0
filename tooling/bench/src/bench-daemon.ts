/** The daemon that the benches measure, as built, in a process of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RpcClient, RpcUnreachable, dchatPaths } from '@dchat/rpc'
import { cpuMs, memoryMib } from './process-figures.ts'
import { BenchError } from './rows.ts'

const APP = new URL('../../../apps/dchatd/', import.meta.url)
const DCHATD = fileURLToPath(new URL('bin/dchatd.js', APP))

/** @throws {BenchError} BENCH_NOT_BUILT */
export function checkBuilt(): void {
  if (existsSync(new URL('dist/main.js', APP))) return
  throw new BenchError('BENCH_NOT_BUILT', 'dchatd is not built: run "npx -y pnpm@12 build" once, or leave the part "dchatd" out.')
}

/** What is kept of a dchatd's last words. */
const MAX_SAID_CHARS = 2_000

/** A dchatd with a home of its own, and its log there; its RPC is on the Unix socket, and on a free TCP port without a cookie. */
export class BenchDaemon implements AsyncDisposable {
  readonly home: string = mkdtempSync(join(tmpdir(), 'dchat-bench-'))
  client!: RpcClient
  firstAnswerMs = 0
  #child!: ChildProcess

  /** @throws {BenchError} BENCH_DAEMON_FAILED with what it said last */
  async start(): Promise<this> {
    mkdirSync(this.home, { recursive: true })
    writeFileSync(join(this.home, 'dchatd.toml'), CONFIG)
    const startMs = performance.now()
    const logFile = join(this.home, 'dchatd.log')
    this.#child = spawn(process.execPath, [DCHATD, '--home', this.home, '--log', logFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MAX_SAID_CHARS)))
    for (;;) {
      try {
        this.client = await RpcClient.connect({ kind: 'unix', path: this.socketPath })
        await this.client.call('ping', [])
        break
      } catch (error) {
        if (!(error instanceof RpcUnreachable)) throw error
        if ((this.#child.exitCode ?? this.#child.signalCode) !== null) throw this.#startError(said)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    this.firstAnswerMs = performance.now() - startMs
    return this
  }

  get socketPath(): string {
    return dchatPaths({ home: this.home }).socketPath
  }

  /** Its database, to be filled before the start. */
  get storePath(): string {
    return dchatPaths({ home: this.home }).storePath
  }

  /** Where its RPC listens on TCP, as its log says. */
  async rpcPort(): Promise<number> {
    for (;;) {
      const line = readFileSync(join(this.home, 'dchatd.log'), 'utf8')
        .split('\n')
        .find((one) => one.includes('RPC listens'))
      const port = /tcp:\/\/127\.0\.0\.1:(\d+)/.exec(line ?? '')?.[1]
      if (port !== undefined) return Number(port)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  #startError(said: string): BenchError {
    rmSync(this.home, { recursive: true, force: true })
    const how = this.#child.exitCode ?? this.#child.signalCode
    return new BenchError('BENCH_DAEMON_FAILED', `dchatd ended with ${how}: ${said.trim() || 'it said nothing'}`)
  }

  /** A figure of /proc/PID/status in MiB; undefined where there is no such file. */
  memoryMib(field: 'VmRSS' | 'VmHWM'): number | undefined {
    return memoryMib(this.#child.pid!, field)
  }

  /** Processor time used so far. */
  cpuMs(): number {
    return cpuMs(this.#child.pid!)
  }

  async listenUrl(): Promise<string> {
    for (;;) {
      const [url] = (await this.client.call('node.get_info', [])).listen
      if (url !== undefined) return url
    }
  }

  /** Ends it; its home stays, and it can be started again. */
  async stop(): Promise<void> {
    await this.client.close()
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.home, { recursive: true, force: true })
  }
}

const CONFIG = `
[rpc]
rpc_listen = "tcp://127.0.0.1:0"
rpc_compat = true
[net]
inbound = ["tcp://127.0.0.1:0"]
outbound_connections = 0
localnet = true
[chat]
rate_limit = 0
`
