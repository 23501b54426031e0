/** `pnpm torture`: experiments that try to break the built programs. What they are and what came out: docs/reliability.md. */
import { execFileSync } from 'node:child_process'
import { UsageError } from '@dchat/scripts/command-line'
import { HELP, parseArguments } from './src/arguments.ts'
import type { TortureArguments } from './src/arguments.ts'
import { promise } from './src/experiment.ts'
import type { Experiment } from './src/experiment.ts'
import { EXPERIMENTS } from './src/experiments.ts'
import { lacking } from './src/needs.ts'
import { keepRun } from './src/record.ts'
import { listLines, outcomeLines } from './src/report.ts'
import { holds, runExperiment } from './src/run-experiment.ts'
import type { Outcome } from './src/run-experiment.ts'

function say(text: string): void {
  console.error(`torture: ${text}`)
}

/** Undefined where the machine lacks something, and nobody relies on it. */
async function outcomeOf(experiment: Experiment, options: TortureArguments): Promise<Outcome | undefined> {
  const missing = lacking(experiment.needs ?? []).join(', ')
  if (missing === '') return runExperiment(experiment, { ...options, say })
  if (process.env['CI'] !== undefined) {
    const outcome = `not tried: this machine lacks ${missing}`
    const findings = [promise(experiment.claim, { outcome, aim: 'tried', isMet: false })]
    return { experiment, findings, seconds: 0 }
  }
  console.log(`${experiment.part}/${experiment.name}: not tried, this machine lacks ${missing}`)
  return undefined
}

function record(outcome: Outcome, { form, seed }: TortureArguments): void {
  const { experiment, findings, seconds } = outcome
  const { part, name, claim, reference } = experiment
  keepRun({
    part,
    name,
    claim,
    ...(reference === undefined ? {} : { reference }),
    form,
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    node: process.version,
    seed,
    seconds: Math.round(seconds),
    findings,
  })
}

async function torture(options: TortureArguments): Promise<boolean> {
  console.log(`${options.form} form, seed ${options.seed}, Node ${process.version}`)
  let isSound = true
  for (const experiment of options.experiments) {
    say(`${experiment.part}/${experiment.name} …`)
    const outcome = await outcomeOf(experiment, options)
    if (outcome === undefined) continue
    console.log(`\n${outcomeLines(outcome).join('\n')}`)
    if (options.isRecorded) record(outcome, options)
    isSound &&= holds(outcome)
  }
  return isSound
}

try {
  const options = parseArguments(process.argv.slice(2), EXPERIMENTS)
  if (options === 'help') console.log(HELP)
  else if (options.isList) console.log(listLines(options.experiments).join('\n'))
  else process.exitCode = (await torture(options)) ? 0 : 1
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`torture: ${error.message}\nTry: pnpm torture --help`)
  process.exitCode = 2
}
