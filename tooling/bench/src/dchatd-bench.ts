/** The whole daemon as a process: messages received and stored a second, time to the first answer, memory at rest. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { RpcClient, RpcUnreachable, dchatPaths } from '@dchat/rpc'
import { BenchError } from './rows.ts'
import type { BenchRow, Job } from './rows.ts'

const APP = new URL('../../../apps/dchatd/', import.meta.url)
const DCHATD = fileURLToPath(new URL('bin/dchatd.js', APP))

/** @throws {BenchError} BENCH_NOT_BUILT */
export function checkBuilt(): void {
  if (existsSync(new URL('dist/main.js', APP))) return
  throw new BenchError('BENCH_NOT_BUILT', 'dchatd is not built: run "npx -y pnpm@12 build" once, or leave the part "dchatd" out.')
}

const SIZES = [
  { label: '32 B', bytes: 32, messages: 300_000, aim: 40_000, reference: 36_000 },
  { label: '1 KiB', bytes: 1024, messages: 150_000, aim: 20_000, reference: 1_900 },
  { label: '64 KiB', bytes: 65_536, messages: 6_000, aim: 1_000, reference: 30 },
]

/** What is kept of a dchatd's last words. */
const MAX_SAID_CHARS = 2_000

/** A dchatd with a home of its own, and its log there. */
class BenchDaemon implements AsyncDisposable {
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
    const { socketPath } = dchatPaths({ home: this.home })
    for (;;) {
      try {
        this.client = await RpcClient.connect({ kind: 'unix', path: socketPath })
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

  #startError(said: string): BenchError {
    rmSync(this.home, { recursive: true, force: true })
    const how = this.#child.exitCode ?? this.#child.signalCode
    return new BenchError('BENCH_DAEMON_FAILED', `dchatd ended with ${how}: ${said.trim() || 'it said nothing'}`)
  }

  /** A figure of /proc/PID/status in MiB; undefined where there is no such file. */
  memoryMib(field: 'VmRSS' | 'VmHWM'): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
      return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
    } catch {
      return undefined
    }
  }

  async listenUrl(): Promise<string> {
    for (;;) {
      const [url] = (await this.client.call('node.get_info', [])).listen
      if (url !== undefined) return url
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
    rmSync(this.home, { recursive: true, force: true })
  }
}

const CONFIG = `
[rpc]
rpc_listen = ""
[net]
inbound = ["tcp://127.0.0.1:0"]
outbound_connections = 0
localnet = true
[chat]
rate_limit = 0
`

export interface StoredRow extends BenchRow {
  readonly peakMib: number | undefined
}

/** Messages a second from a peer's socket into the database of a dchatd. */
export async function storedBench(): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for (const { label, bytes, messages, aim, reference } of SIZES) {
    await using daemon = await new BenchDaemon().start()
    const job: Job = { url: await daemon.listenUrl(), bytes, messages }
    const worker = new Worker(new URL('./sender.ts', import.meta.url), { workerData: job, execArgv: process.execArgv })
    await once(worker, 'message')
    const startMs = performance.now()
    worker.postMessage('go')
    let stored = 0
    while (stored < messages) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      stored = (await daemon.client.call('node.get_info', [])).store.messages
    }
    const perSecond = (messages / (performance.now() - startMs)) * 1000
    rows.push({ label, perSecond, aim, reference, peakMib: daemon.memoryMib('VmHWM') })
    worker.postMessage('stop')
    await once(worker, 'exit')
  }
  return rows
}

/** Median time from spawn to the first RPC answer, and memory at rest. */
export async function startBench(): Promise<{ firstAnswerMs: number; idleMib: number | undefined }> {
  const times: number[] = []
  let idleMib: number | undefined
  for (let round = 0; round < 7; round += 1) {
    await using daemon = await new BenchDaemon().start()
    times.push(daemon.firstAnswerMs)
    if (round < 6) continue
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    idleMib = daemon.memoryMib('VmRSS')
  }
  times.sort((a, b) => a - b)
  return { firstAnswerMs: times[3]!, idleMib }
}
