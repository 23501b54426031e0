/** Programs that a test runs to their end. */
import { execFile } from 'node:child_process'

export interface RunOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** What a program said: stdout, then stderr. @throws {Error} that holds it, when the program fails */
export function runProgram(file: string, args: readonly string[], { cwd, env }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, env: env ?? process.env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const said = stdout + stderr
      if (error === null) resolve(said)
      else reject(new Error(`${file} ${args.join(' ')} failed:\n${said}`, { cause: error }))
    })
  })
}

/** Runs the pnpm that runs the tests. */
export function runPnpm(args: readonly string[], options: RunOptions): Promise<string> {
  const pnpm = process.env['npm_execpath']
  if (pnpm === undefined) throw new Error('run this by pnpm: npx -y pnpm@12 exec vitest run --project libraries:e2e')
  return /\.[cm]?js$/.test(pnpm) ? runProgram(process.execPath, [pnpm, ...args], options) : runProgram(pnpm, args, options)
}
