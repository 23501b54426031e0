/** The parts of `pnpm check`, each a command of its own, and how they are run: all at once, what each says once it has ended. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Part {
  /** What it keeps. */
  readonly name: string
  /** A program that pnpm has on its path, with its arguments. */
  readonly command: readonly [string, ...string[]]
}

export interface PartResult {
  readonly name: string
  readonly isGreen: boolean
  readonly elapsedMs: number
  /** Both streams, in the order they came. */
  readonly said: string
}

export const PARTS: readonly Part[] = [
  { name: 'types', command: ['tsc', '-p', 'tooling/tsconfig/all.json'] },
  { name: 'types of the page', command: ['tsc', '-p', 'packages/net-page'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'layers of packages', command: ['turbo', 'boundaries'] },
  { name: 'dead code', command: ['knip', '--no-progress', '--treat-config-hints-as-errors'] },
  { name: 'duplicates', command: ['node', 'tooling/check/duplicates.ts'] },
  { name: 'rules of our own', command: ['node', 'tooling/check/rules.ts'] },
]

const ENV: NodeJS.ProcessEnv = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' }

/** Runs all at once. @param onEnd is told of each as it ends */
export async function runParts(parts: readonly Part[], onEnd: (result: PartResult) => void): Promise<boolean> {
  const results = await Promise.all(
    parts.map(async (part) => {
      const result = await runPart(part)
      onEnd(result)
      return result
    }),
  )
  return results.every(({ isGreen }) => isGreen)
}

/** A program that cannot be started is a part that failed. */
async function runPart({ name, command: [program, ...args] }: Part): Promise<PartResult> {
  const beganMs = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...ENV } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const isGreen = await once(child, 'close').then(
    ([code]) => code === 0,
    (error: unknown) => {
      said += String(error)
      return false
    },
  )
  return { name, isGreen, elapsedMs: performance.now() - beganMs, said: said.trim() }
}

/** A line a part; of one that failed all that it said. */
export function formatPart({ name, isGreen, elapsedMs, said }: PartResult): string {
  const line = `${isGreen ? 'ok    ' : 'FAILED'} ${name.padEnd(20)} ${(elapsedMs / 1000).toFixed(1).padStart(5)} s`
  return isGreen ? line : `${said}\n${line}`
}
