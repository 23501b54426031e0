/** The screen of dchat-tui: what a frame costs, how soon the first is there, what it uses at rest, and how it types in a flood. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { BUNDLE_OPTIONS } from '@dchat/scripts/bundle-options'
import { sanitizeText } from '@dchat/system'
import { hostileTexts } from '@dchat/system/testing'
import { TuiProcess } from 'dchat-tui/e2e'
import { BenchDaemon } from './bench-daemon.ts'
import { fillLines } from './fill-posts.ts'
import { cpuMs, memoryMib } from './process-figures.ts'
import { floodRows } from './tui-flood.ts'

export interface TuiRow {
  readonly label: string
  readonly value: number
  readonly unit: string
  readonly aim?: number
  /** Whether more is better. @default false */
  readonly isRate?: boolean
}

const MESSAGES = [100, 1_000, 10_000, 100_000]
const LINES = 100_000
const STARTS = 21
const REST_MS = 60_000
/** What a screen does after its first frame is done by then. */
const SETTLED_MS = 5_000

/** Rows as they come. */
export async function* tuiBench(): AsyncGenerator<TuiRow> {
  yield* sanitiseRows()
  yield* await frameRows()
  await using daemon = new BenchDaemon()
  await fillLines(daemon.storePath, LINES)
  await daemon.start()
  yield* await startRows(daemon)
  yield* await restRows(daemon)
  yield* await floodRows(daemon)
}

/** One core's worth: what else runs here takes nothing off it. */
function* sanitiseRows(): Generator<TuiRow> {
  const talk = Array.from({ length: 1_000 }, (_, index) => `line ${index} of a talk, as long as lines are, 東京の天気 👍🏽 ❤️`)
  const corpora = { 'a talk with emoji': talk, 'the corpus of what harms terminals': hostileTexts().map(({ text }) => text) }
  for (const [name, texts] of Object.entries(corpora)) {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    let rounds = 0
    const start = process.cpuUsage()
    while (process.cpuUsage(start).user < 1_000_000) {
      for (const text of texts) sanitizeText(text, { keepNewlines: true })
      rounds += 1
    }
    const seconds = process.cpuUsage(start).user / 1e6
    yield { label: `sanitising ${name}`, value: (bytes * rounds) / 1e6 / seconds, unit: 'MB/s', aim: 20, isRate: true }
  }
}

/** As they are in the program, in a process of its own: bundled in the same way. */
async function frameRows(): Promise<TuiRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-bench-'))
  try {
    const entry = fileURLToPath(new URL('../../../apps/dchat-tui/src/testing/frame-costs.tsx', import.meta.url))
    await build({ ...BUNDLE_OPTIONS, entryPoints: { 'frame-costs': entry }, outdir: folder, outExtension: { '.js': '.mjs' } })
    const args = [join(folder, 'frame-costs.mjs'), ...MESSAGES.map(String)]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const costs = JSON.parse(stdout) as { messages: number; medianMs: number; p99Ms: number }[]
    return costs.flatMap(({ messages, medianMs, p99Ms }) => {
      const label = `a frame after ${messages.toLocaleString('en-US')} messages`
      return [
        { label: `${label}: median`, value: medianMs, unit: 'ms', aim: 8 },
        { label: `${label}: p99`, value: p99Ms, unit: 'ms' },
      ]
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startRows(daemon: BenchDaemon): Promise<TuiRow[]> {
  const first: number[] = []
  const whole: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < STARTS; round += 1) {
    const startMs = performance.now()
    await using tui = new TuiProcess({ home: daemon.home })
    await tui.shows(({ text }) => text.trim() !== '')
    first.push(performance.now() - startMs)
    await tui.showsText(`line ${LINES - 1} of`)
    whole.push(performance.now() - startMs)
    cpu.push(cpuMs(tui.pid))
  }
  const [median, worst] = [
    (times: number[]) => times.toSorted((a, b) => a - b)[STARTS >> 1]!,
    (times: number[]) => Math.max(...times),
  ]
  return [
    { label: 'start: something on screen, median', value: median(first), unit: 'ms', aim: 400 },
    { label: 'start: the newest of 100,000 lines on screen, median', value: median(whole), unit: 'ms', aim: 400 },
    { label: 'start: processor time until then, median', value: median(cpu), unit: 'ms', aim: 400 },
    { label: `start: until then, the worst of ${STARTS}`, value: worst(whole), unit: 'ms' },
  ]
}

async function restRows(daemon: BenchDaemon): Promise<TuiRow[]> {
  await using tui = new TuiProcess({ home: daemon.home })
  await tui.showsText(`line ${LINES - 1} of`)
  await wait(SETTLED_MS)
  const [startMs, framesBefore] = [cpuMs(tui.pid), tui.frames]
  await wait(REST_MS)
  return [
    { label: 'at rest for 60 s: processor time', value: cpuMs(tui.pid) - startMs, unit: 'ms', aim: 100 },
    { label: 'at rest for 60 s: frames (one a minute has a new time)', value: tui.frames - framesBefore, unit: '', aim: 2 },
    { label: 'memory at rest', value: memoryMib(tui.pid, 'VmRSS') ?? NaN, unit: 'MiB' },
  ]
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
