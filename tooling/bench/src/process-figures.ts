/** What the kernel tells of a process. */
import { readFileSync } from 'node:fs'

/** Of the times in /proc, on every Linux there is. */
const CLOCK_TICKS_PER_SEC = 100

/** A figure of /proc/PID/status in MiB; undefined where there is no such file. */
export function memoryMib(pid: number, field: 'VmRSS' | 'VmHWM'): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  } catch {
    return undefined
  }
}

/** Processor time used so far. */
export function cpuMs(pid: number): number {
  // The fields after the name, which stands in brackets and may hold anything; of these user and system time are the 12th and 13th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / CLOCK_TICKS_PER_SEC
}
