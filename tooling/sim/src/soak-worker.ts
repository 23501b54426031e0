/** Runs a soak on a thread with a heap of its own, so that what it measures is its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { runSoak } from './soak-run.ts'
import type { SoakOptions } from './soak-run.ts'

Error.stackTraceLimit = 0
parentPort!.postMessage(await runSoak(workerData as SoakOptions))
