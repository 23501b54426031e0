/** What a process takes of the machine, as Linux tells. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'

const MIB = 1024
const NS_PER_MS = 1e6

/** Memory that the process has in RAM, in MiB. */
export function residentMib(pid: number): number {
  return figureOf(pid, 'VmRSS')
}

/** The most that it had in RAM since `forgetPeak`, in MiB. */
export function peakMib(pid: number): number {
  return figureOf(pid, 'VmHWM')
}

/** For root alone. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** What a thread had of one processor over a time, from 0 to 1. */
export interface ThreadShare {
  readonly ran: number
  /** It could have run, and others did. */
  readonly waited: number
}

/** Of the first thread of a process, in JavaScript that of its event loop; from the construction on. */
export class ThreadWatch {
  readonly #pid: number
  readonly #beganMs = performance.now()
  readonly #began: readonly [ranMs: number, waitedMs: number]

  constructor(pid: number) {
    this.#pid = pid
    this.#began = threadTimes(pid)
  }

  read(): ThreadShare {
    const elapsedMs = performance.now() - this.#beganMs
    const [ranMs, waitedMs] = threadTimes(this.#pid)
    return { ran: (ranMs - this.#began[0]) / elapsedMs, waited: (waitedMs - this.#began[1]) / elapsedMs }
  }
}

function threadTimes(pid: number): [ranMs: number, waitedMs: number] {
  const [ranNs, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')
  return [Number(ranNs) / NS_PER_MS, Number(waitedNs) / NS_PER_MS]
}

function figureOf(pid: number, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`process ${pid} has no ${name}`)
  return Number(kib) / MIB
}
