/**
 * `pnpm test`: builds, does all of `pnpm check`, and runs every test, then ends with one line `N passed, N failed`. A part
 * of the check counts as one test. A skipped test counts as failed where CI is set: there nothing may be left out.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PARTS, formatPart, runParts } from '@dchat/check/parts'
import type { PartResult } from '@dchat/check/parts'

interface Counts {
  passed: number
  failed: number
}

const BUILD = ['node', 'tooling/scripts/build.ts']
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' }

async function run(command: readonly string[]): Promise<boolean> {
  console.log(`$ ${command.join(' ')}`)
  const [program, ...args] = command as [string, ...string[]]
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
  const [code] = (await once(child, 'exit')) as [number | null]
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

const isBuilt = await run(BUILD)
const parts: PartResult[] = []
await runParts(PARTS, (result) => {
  parts.push(result)
  console.log(formatPart(result))
})
const passed = [isBuilt, ...parts.map(({ isGreen }) => isGreen)].filter(Boolean).length
const counts: Counts = { passed, failed: 1 + parts.length - passed }
const tests = await runVitest(process.argv.slice(2))
counts.passed += tests.passed
counts.failed += tests.failed
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
