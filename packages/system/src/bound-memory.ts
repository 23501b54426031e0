/**
 * How much garbage V8 may keep beside what lives, for programs that run for weeks. Node takes these options at its start only, so a
 * program that was started without them starts once more in the same process.
 */
import { isExecutable } from './is-executable.ts'

/**
 * V8's own measure is speed alone: on a computer with memory to spare it keeps up to 192 MiB of young objects, and old ones up to
 * four times what lives.
 */
export const MEMORY_OPTIONS = [
  /** MiB of one of the parts of the young generation, which has three: 24 MiB. A burst of messages is collected several times while it passes. */
  '--max-semi-space-size=8',
  /** Old objects are collected when they have grown by so many percent of what lived after the last time. */
  '--heap-growing-percent=50',
] as const

/**
 * Starts the program anew, with the same arguments, environment and process id, under those of the options that nobody has set on
 * the command line or in NODE_OPTIONS. Returns when all are set, or where a process cannot be replaced (Windows): V8's own measure
 * holds then. To be called before anything is open.
 */
export function boundMemory(): void {
  const given = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)].map(nameOf)
  const missing = MEMORY_OPTIONS.filter((option) => !given.includes(nameOf(option)))
  // What cannot be started would end the process with a core dump.
  if (missing.length === 0 || process.execve === undefined || !isExecutable(process.execPath)) return
  process.execve(process.execPath, [process.execPath, ...missing, ...process.execArgv, ...process.argv.slice(1)])
}

/** V8 reads underscores as hyphens. */
function nameOf(option: string): string {
  return option.replace(/=.*/, '').replaceAll('_', '-')
}
