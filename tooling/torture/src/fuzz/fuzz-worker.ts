/** Runs jobs in a process of its own, and tells of each what came out: a line of JSON on standard output each time. */
import { JOBS } from './jobs.ts'
import type { FuzzResult } from './fuzz-job.ts'

export interface WorkerTask {
  readonly job: string
  readonly inputs: number
  readonly seed: number
}

/** What a worker says. Whoever hears nothing for long knows that an input takes for ever. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly task: WorkerTask; readonly inputs: number }
  | { readonly kind: 'result'; readonly task: WorkerTask; readonly result: FuzzResult }
  /** After the last: bytes that are alive which were not after the first inputs, and the most memory the process had. */
  | { readonly kind: 'end'; readonly grownBytes: number; readonly maxRssBytes: number }

/** What each job loads and makes for good is there after so many inputs. */
const WARM_UP_INPUTS = 300

function say(message: WorkerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** What is alive, outside of the heap too. */
function liveBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc
  collect?.()
  collect?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function run(task: WorkerTask, inputs: number): Promise<FuzzResult> {
  const job = JOBS.find(({ name }) => name === task.job)!
  return job.run({ inputs, seed: task.seed, onProgress: (tried) => say({ kind: 'progress', task, inputs: tried }) })
}

const tasks = JSON.parse(process.argv[2]!) as WorkerTask[]
for (const task of tasks) await run(task, Math.min(WARM_UP_INPUTS, task.inputs))
const before = liveBytes()
for (const task of tasks) say({ kind: 'result', task, result: await run(task, task.inputs) })
say({ kind: 'end', grownBytes: liveBytes() - before, maxRssBytes: process.resourceUsage().maxRSS * 1_024 })
