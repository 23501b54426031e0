/** Shares the inputs of jobs out among processes, and waits for what they find. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FuzzJob, FuzzResult } from './fuzz-job.ts'
import type { WorkerMessage, WorkerTask } from './fuzz-worker.ts'

export interface CrewOptions {
  readonly jobs: readonly FuzzJob[]
  readonly inputs: number
  readonly seed: number
  readonly say: (text: string) => void
}

export interface CrewReport {
  /** One for each job. */
  readonly results: readonly FuzzResult[]
  /** Of the process that grew most. */
  readonly grownBytes: number
  /** Of the process that had most. */
  readonly maxRssBytes: number
}

/** A process that has said nothing for so long is in an input that takes for ever. Generous: the machine may be busy. */
const SILENCE_MAX_MS = 120_000
/** A sequence of inputs is no longer: then another one begins, with what is saved. */
const ROUND_INPUTS = 250_000
/** What makes much of a small input has no room. */
const HEAP_MIB = 384

/** @throws {Error} when a process ends otherwise than by itself, or hangs */
export async function fuzzCrew({ jobs, inputs, seed, say }: CrewOptions): Promise<CrewReport> {
  const crew = Math.min(2, availableParallelism())
  const total = jobs.reduce((sum, { share }) => sum + share, 0)
  const tasks = Array.from({ length: crew }, (): WorkerTask[] => [])
  for (const { name, share } of jobs) {
    const each = Math.ceil((inputs * share) / total / crew)
    for (const [index, list] of tasks.entries()) list.push(...roundsOf(name, each, seed * crew + index))
  }
  const reports = await Promise.all(tasks.map((list) => runWorker(list, say)))
  const results = reports.flatMap((report) => report.results)
  return {
    results: jobs.map(({ name }) =>
      summed(
        name,
        results.filter((result) => result.name === name),
      ),
    ),
    grownBytes: Math.max(...reports.map(({ grownBytes }) => grownBytes)),
    maxRssBytes: Math.max(...reports.map(({ maxRssBytes }) => maxRssBytes)),
  }
}

function roundsOf(job: string, inputs: number, seed: number): WorkerTask[] {
  const rounds = Math.ceil(inputs / ROUND_INPUTS)
  return Array.from({ length: rounds }, (_, round) => ({
    job,
    inputs: Math.min(ROUND_INPUTS, inputs - round * ROUND_INPUTS),
    seed: (seed + round * 0x10001) >>> 0,
  }))
}

function summed(name: string, parts: readonly FuzzResult[]): FuzzResult {
  const flaw = parts.find((part) => part.flaw !== undefined)?.flaw
  return {
    name,
    inputs: parts.reduce((sum, part) => sum + part.inputs, 0),
    taken: parts.reduce((sum, part) => sum + part.taken, 0),
    outcomes: Math.max(...parts.map(({ outcomes }) => outcomes)),
    slowestMs: Math.max(...parts.map(({ slowestMs }) => slowestMs)),
    ...(flaw === undefined ? {} : { flaw }),
  }
}

async function runWorker(tasks: readonly WorkerTask[], say: (text: string) => void): Promise<CrewReport> {
  const program = fileURLToPath(new URL('./fuzz-worker.ts', import.meta.url))
  const flags = ['--conditions=@dchat/source', '--expose-gc', `--max-old-space-size=${HEAP_MIB}`]
  const child = spawn(process.execPath, [...flags, program, JSON.stringify(tasks)], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-8_000)))
  const results: FuzzResult[] = []
  let latest = 'nothing'
  let end: Extract<WorkerMessage, { kind: 'end' }> | undefined
  const silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MAX_MS)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      silence.refresh()
      const message = JSON.parse(line) as WorkerMessage
      if (message.kind === 'end') end = message
      else {
        latest = `${JSON.stringify(message.task)}${message.kind === 'progress' ? ` after ${message.inputs}` : ' after the last'}`
        if (message.kind === 'result') results.push(message.result)
        if (message.kind === 'result') say(`${message.task.job}: ${message.result.inputs} inputs`)
      }
    }
    await ended
  } finally {
    clearTimeout(silence)
    child.kill('SIGKILL')
  }
  if (end === undefined) throw new Error(`the process ended (${child.exitCode ?? child.signalCode}) behind ${latest}:\n${stderr}`)
  return { results, grownBytes: end.grownBytes, maxRssBytes: end.maxRssBytes }
}
