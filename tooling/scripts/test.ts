/**
 * `pnpm test`: builds, checks, and runs every test, then ends with one line `N passed, N failed`. A check counts as one
 * test. A skipped test counts as failed where CI is set: there nothing may be left out.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Counts {
  passed: number
  failed: number
}

const BUILD = ['node', 'tooling/scripts/build.ts']
const CHECKS: readonly (readonly string[])[] = [
  ['turbo', 'boundaries'],
  ['tsc', '-p', 'tooling/tsconfig/all.json'],
  ['tsc', '-p', 'packages/net-page'],
  ['oxlint', '--deny-warnings'],
  ['oxfmt', '--check'],
]

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' }

async function run(command: readonly string[]): Promise<boolean> {
  console.log(`$ ${command.join(' ')}`)
  const [program, ...args] = command as [string, ...string[]]
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0
}

/** Runs a command beside others: what it says is shown once it has ended. */
async function runBeside(command: readonly string[]): Promise<boolean> {
  const [program, ...args] = command as [string, ...string[]]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number | null]
  console.log(`$ ${command.join(' ')}\n${said}`.trimEnd())
  return code === 0
}

/** Runs Vitest, with the arguments given to this script, and counts what it reports. */
async function runVitest(args: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-test-'))
  const file = join(folder, 'report.json')
  try {
    const isGreen = await run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args])
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
      numPendingTests: number
    }
    const left = process.env['CI'] === undefined ? 0 : report.numPendingTests
    const failed = report.numFailedTests + left
    // A file that cannot be loaded and an unhandled error fail the run without failing a test.
    return { passed: report.numPassedTests, failed: isGreen ? failed : Math.max(1, failed) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const checks = [await run(BUILD), ...(await Promise.all(CHECKS.map(runBeside)))]
const passed = checks.filter(Boolean).length
const counts: Counts = { passed, failed: checks.length - passed }
const tests = await runVitest(process.argv.slice(2))
counts.passed += tests.passed
counts.failed += tests.failed
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
