/** What a process takes of the machine, as Linux tells. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'

const MIB = 1024

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

function figureOf(pid: number, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`process ${pid} has no ${name}`)
  return Number(kib) / MIB
}
