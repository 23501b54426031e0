/** The command line of `pnpm torture`. */
import { parseArgs } from 'node:util'
import { UsageError, parsing, wholeNumber } from '@dchat/scripts/command-line'
import type { Experiment } from './experiment.ts'

export const HELP = `Usage: pnpm torture [PART|EXPERIMENT ...] [options]

Tries to break the built programs, and prints for each experiment what was done, what came out and what is aimed at.
Without a word: every experiment. What runs just now is told on standard error.

  peers    hostile peers against a daemon that serves honest ones
  fuzz     bytes and texts that are almost right, for everything that reads
  faults   what goes wrong with the machine, the clock and the network
  long     many daemons for a long time
  secrets  where the programs come from, and what they must not give away

  --long     the long form: minutes to hours, and what has no short form
  --seed N   other inputs; the same seed, the same inputs, 0 to 4294967295 (default 1)
  --minutes N  how long the experiments of "long" run, 1 to 100000, in the long form (default 60)
  --record   keep what came out for docs/reliability.md (tooling/torture/recorded/); then run print-docs
  --list     the experiments, with what they claim and need
  --help     this text

Exit code: 0, 1 when a promise is broken, 2 for a wrong command line. Experiments that need root or a program that is
missing are named and left out; with CI set that is a broken promise. Results: docs/reliability.md.`

export interface TortureArguments {
  readonly experiments: readonly Experiment[]
  readonly form: 'short' | 'long'
  readonly seed: number
  readonly minutes: number
  readonly isRecorded: boolean
  readonly isList: boolean
}

const OPTIONS = {
  long: { type: 'boolean' },
  seed: { type: 'string' },
  minutes: { type: 'string' },
  record: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** @param all experiments to choose from @returns 'help' when that is asked for @throws {UsageError} */
export function parseArguments(args: readonly string[], all: readonly Experiment[]): TortureArguments | 'help' {
  const { values, positionals } = parsing(() =>
    parseArgs({ args: args.filter((arg) => arg !== '--'), options: OPTIONS, allowPositionals: true }),
  )
  if (values.help) return 'help'
  const form = values.long ? 'long' : 'short'
  if (values.minutes !== undefined && form === 'short')
    throw new UsageError('--minutes is an option of the long form: add --long')
  const chosen = positionals.length === 0 ? all : all.filter((each) => isNamed(each, positionals))
  for (const word of positionals) {
    if (!all.some((each) => isNamed(each, [word]))) throw new UsageError(`unknown part or experiment "${word}"; try --list`)
  }
  const isShortOnly = form === 'short' && !values.list
  const [left] = isShortOnly ? chosen.filter((each) => each.isLongOnly && positionals.includes(each.name)) : []
  if (left !== undefined) throw new UsageError(`${left.name} has no short form: add --long`)
  return {
    experiments: isShortOnly ? chosen.filter((each) => !each.isLongOnly) : chosen,
    form,
    seed: wholeNumber('seed', values.seed ?? '1', [0, 2 ** 32 - 1]),
    minutes: wholeNumber('minutes', values.minutes ?? '60', [1, 100_000]),
    isRecorded: values.record ?? false,
    isList: values.list ?? false,
  }
}

function isNamed({ part, name }: Experiment, words: readonly string[]): boolean {
  return words.includes(part) || words.includes(name)
}
