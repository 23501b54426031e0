/** Runs the program in this process and catches what it prints. */
import { PassThrough } from 'node:stream'
import { SystemClock } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { runCli } from '../cli.ts'

export interface RunOptions {
  readonly home?: string
  readonly env?: NodeJS.ProcessEnv
  readonly stdin?: AsyncIterable<Uint8Array>
  /** Whether a person sits at both ends. @default false */
  readonly isTerminal?: boolean
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A run that goes on. */
export interface Running {
  readonly finished: Promise<Finished>
  /** Resolves once stdout holds `text`. */
  printed(text: string): Promise<void>
}

export function start(argv: readonly string[], options: RunOptions = {}): Running {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  let printedOut = ''
  let printedErr = ''
  stdout.setEncoding('utf8').on('data', (chunk: string) => (printedOut += chunk))
  stderr.setEncoding('utf8').on('data', (chunk: string) => (printedErr += chunk))
  const finished = runCli(argv, {
    env: { ...options.env, ...(options.home === undefined ? {} : { DCHAT_HOME: options.home }) },
    stdin: Object.assign(options.stdin ?? chunks(), { isTTY: options.isTerminal === true }),
    stdout: Object.assign(stdout, { isTTY: options.isTerminal === true }),
    stderr,
    clock: options.clock ?? new SystemClock(),
    signal: options.signal ?? new AbortController().signal,
  }).then((code) => ({ code, stdout: printedOut, stderr: printedErr }))
  const printed = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!printedOut.includes(text)) return
        stdout.off('data', look)
        resolve()
      }
      stdout.on('data', look)
      look()
    })
  return { finished, printed }
}

/** Runs `argv` to its end. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return start(argv, options).finished
}

/** A stdin that brings these. */
export async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
}

/** The values of machine output. */
export function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown)
}
