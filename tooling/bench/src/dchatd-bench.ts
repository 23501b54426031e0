/** The whole daemon as a process: messages received and stored a second, time to the first answer, memory at rest. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BenchDaemon } from './bench-daemon.ts'
import type { BenchRow, Job } from './rows.ts'

const SIZES = [
  { label: '32 B', bytes: 32, messages: 300_000, aim: 40_000, reference: 36_000 },
  { label: '1 KiB', bytes: 1024, messages: 150_000, aim: 20_000, reference: 1_900 },
  { label: '64 KiB', bytes: 65_536, messages: 6_000, aim: 1_000, reference: 30 },
]

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
