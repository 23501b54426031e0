/** The command line of `pnpm sim`. */
import { parseArgs } from 'node:util'

export const HELP = `Usage: pnpm sim [network|eclipse|soak|all] [options]

Runs real nodes in one process, on simulated links and in simulated time.

  network   how a network fills its slots, and what graph comes out (default)
  eclipse   how many slots of a node an attacker gets, with and without the defences
  soak      20 nodes that come and go, for a week

  --nodes N[,N]    sizes of the network, 2 to 10000 (default 100,1000)
  --arrivals N     nodes that start in a minute, 1 to 100000 (default 100)
  --outbound N     outbound slots of a node, 0 to 64 (default 8)
  --inbound N      inbound slots of a node, 0 to 512 (default 8)
  --minutes N      longest simulated time of network, 1 to 1440 (default 30)
  --attackers N[,N]  addresses of the attacker, 1 to 4000 (default 10,100,1000)
  --days N         simulated time of soak, 1 to 365 (default 7)
  --seed N         another seed, another run; the same seed, the same run, 0 to 4294967295 (default 1)
  --help           this text`

export const COMMANDS = ['network', 'eclipse', 'soak'] as const
export type Command = (typeof COMMANDS)[number]

export interface SimArguments {
  /** What to run, in order. */
  readonly commands: readonly Command[]
  readonly nodes: readonly number[]
  readonly arrivals: number
  readonly outbound: number
  readonly inbound: number
  readonly minutes: number
  readonly attackers: readonly number[]
  readonly days: number
  readonly seed: number
}

/** Something on the command line cannot be understood; the message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'SIM_USAGE'
}

const OPTIONS = {
  nodes: { type: 'string', default: '100,1000' },
  arrivals: { type: 'string', default: '100' },
  outbound: { type: 'string', default: '8' },
  inbound: { type: 'string', default: '8' },
  minutes: { type: 'string', default: '30' },
  attackers: { type: 'string', default: '10,100,1000' },
  days: { type: 'string', default: '7' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const

/** @returns 'help' when that is asked for @throws {UsageError} */
export function parseArguments(args: readonly string[]): SimArguments | 'help' {
  const { values, positionals } = parsed(args.filter((arg) => arg !== '--'))
  if (values.help) return 'help'
  if (positionals.length > 1) throw new UsageError(`one command at most, got "${positionals.join(' ')}"`)
  return {
    commands: commands(positionals[0] ?? 'network'),
    nodes: numbers('nodes', values.nodes, [2, 10_000]),
    arrivals: number('arrivals', values.arrivals, [1, 100_000]),
    outbound: number('outbound', values.outbound, [0, 64]),
    inbound: number('inbound', values.inbound, [0, 512]),
    minutes: number('minutes', values.minutes, [1, 1_440]),
    attackers: numbers('attackers', values.attackers, [1, 4_000]),
    days: number('days', values.days, [1, 365]),
    seed: number('seed', values.seed, [0, 2 ** 32 - 1]),
  }
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function commands(text: string): readonly Command[] {
  if (text === 'all') return COMMANDS
  const known = COMMANDS.find((each) => each === text)
  if (known === undefined) throw new UsageError(`unknown command "${text}": ${COMMANDS.join(', ')}, all`)
  return [known]
}

function numbers(name: string, text: string, range: readonly [number, number]): number[] {
  return text.split(',').map((each) => number(name, each, range))
}

function number(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw new UsageError(`--${name} "${text}": must be a whole number, ${min} to ${max}`)
  return value
}
