/** The line mode as a script runs it: input from a pipe, output to pipes. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../bin/dchat-tui.js', import.meta.url))

export interface PlainResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface PlainOptions {
  readonly args?: readonly string[] | undefined
  /** Added to that of the tests. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** Resolves once it has ended, which it does by itself when all of `input` is done. */
export function runPlain(home: string, input: string, { args, env }: PlainOptions = {}): Promise<PlainResult> {
  const run = startPlain(home, { args, env })
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

export function startPlain(home: string, { args = [], env = {} }: PlainOptions = {}): PlainRun {
  const child = spawn(process.execPath, [LAUNCHER, '--home', home, ...args], { env: { ...process.env, ...env } })
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
