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
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [LAUNCHER, '--home', home, ...args])
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.end(input)
  })
}
