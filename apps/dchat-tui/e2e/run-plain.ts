/** The line mode as a script runs it: input from a pipe, output to pipes. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../bin/dchat-tui.js', import.meta.url))

export interface PlainResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Resolves once it has ended, which it does by itself when all of `input` is done. */
export function runPlain(home: string, input: string, args: readonly string[] = []): Promise<PlainResult> {
  const run = startPlain(home, args)
  run.endInput(input)
  return run.ended
}

/** A run whose input is open. */
export interface PlainRun {
  readonly ended: Promise<PlainResult>
  /** Resolves once `text` stands in what it printed. */
  prints(text: string): Promise<void>
  endInput(input: string): void
}

export function startPlain(home: string, args: readonly string[] = []): PlainRun {
  const child = spawn(process.execPath, [LAUNCHER, '--home', home, ...args])
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  return {
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))),
    prints: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!stdout.includes(text)) return
          child.stdout.off('data', look)
          resolve()
        }
        child.stdout.on('data', look)
        look()
      }),
    endInput: (input) => child.stdin.end(input),
  }
}
