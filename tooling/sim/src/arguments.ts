/** The command line of `pnpm sim`. */
import { parseArgs } from 'node:util'
import { UsageError, parsing, wholeNumber } from '@dchat/scripts/command-line'

export const HELP = `Usage: pnpm sim [network|eclipse|soak|posts|partition|direct|all] [options]

Runs real nodes in one process, on simulated links and in simulated time. Without a command: network, then eclipse.

  network   how a network fills its slots, and what graph comes out
  eclipse   how many slots of a node among 200 an attacker gets, with and without the defences
  soak      20 nodes that come and go, for a week
  posts     how posts reach a network whose nodes come and go, and a node that was away for a day
  partition two halves that cannot hear each other for an hour become one again
  direct    what direct messages that nobody is named in cost each node, and a flood of them
  all       the six of them

network:
  --nodes N[,N]    sizes of the network, 2 to 10000 (default 100,1000)
  --arrivals N     nodes that start in a minute, 1 to 100000 (default 100)
  --outbound N     outbound slots of a node, 1 to 64 (default 8)
  --minutes N      longest simulated time, 1 to 1440 (default 30)
network, eclipse:
  --inbound N      inbound slots of a node, 0 to 512 (default 8)
eclipse:
  --attackers N[,N]  addresses of the attacker, 1 to 4000 (default 10,100,1000)
  --groups N       network groups (/16) that these are in, 1 to 256 (default 4)
soak:
  --days N         simulated time, 1 to 365 (default 7)
posts, partition, direct:
  --nodes N[,N]    sizes of the network, 2 to 10000 (default 1000; partition: 50; direct: 1000, of which the flood is given 100)
posts, partition:
  --posts N        posts of each size, of each half, 1 to 100000 (default 20; partition: 2000)
any:
  --seed N         another seed, another run; the same seed, the same run, 0 to 4294967295 (default 1)
  --help           this text`

export const COMMANDS = ['network', 'eclipse', 'soak', 'posts', 'partition', 'direct'] as const
export type Command = (typeof COMMANDS)[number]
/** What is asked for without a word. */
const DEFAULT_COMMANDS: readonly Command[] = ['network', 'eclipse']

export interface SimArguments {
  /** What to run, in order. */
  readonly commands: readonly Command[]
  /** Undefined: each command's own. */
  readonly nodes: readonly number[] | undefined
  readonly posts: number | undefined
  readonly arrivals: number
  readonly outbound: number
  readonly inbound: number
  readonly minutes: number
  readonly attackers: readonly number[]
  readonly groups: number
  readonly days: number
  readonly seed: number
}

const OPTIONS = {
  nodes: { type: 'string' },
  posts: { type: 'string' },
  arrivals: { type: 'string' },
  outbound: { type: 'string' },
  inbound: { type: 'string' },
  minutes: { type: 'string' },
  attackers: { type: 'string' },
  groups: { type: 'string' },
  days: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** Who looks at an option; the others' are anybody's. */
const USERS: readonly (readonly [keyof typeof OPTIONS, readonly Command[]])[] = [
  ['nodes', ['network', 'posts', 'partition', 'direct']],
  ['posts', ['posts', 'partition']],
  ['arrivals', ['network']],
  ['outbound', ['network']],
  ['inbound', ['network', 'eclipse']],
  ['minutes', ['network']],
  ['attackers', ['eclipse']],
  ['groups', ['eclipse']],
  ['days', ['soak']],
]

/** @returns 'help' when that is asked for @throws {UsageError} */
export function parseArguments(args: readonly string[]): SimArguments | 'help' {
  const { values, positionals } = parsing(() =>
    parseArgs({ args: args.filter((arg) => arg !== '--'), options: OPTIONS, allowPositionals: true }),
  )
  if (values.help) return 'help'
  if (positionals.length > 1) throw new UsageError(`one command at most, got "${positionals.join(' ')}"`)
  const chosen = commands(positionals[0])
  for (const [option, users] of USERS) {
    if (values[option] === undefined || users.some((user) => chosen.includes(user))) continue
    throw new UsageError(`--${option} is an option of ${users.join(' and ')}, not of ${chosen.join(' and ')}`)
  }
  return {
    commands: chosen,
    nodes: values.nodes === undefined ? undefined : numbers('nodes', values.nodes, [2, 10_000]),
    posts: values.posts === undefined ? undefined : wholeNumber('posts', values.posts, [1, 100_000]),
    arrivals: wholeNumber('arrivals', values.arrivals ?? '100', [1, 100_000]),
    outbound: wholeNumber('outbound', values.outbound ?? '8', [1, 64]),
    inbound: wholeNumber('inbound', values.inbound ?? '8', [0, 512]),
    minutes: wholeNumber('minutes', values.minutes ?? '30', [1, 1_440]),
    attackers: numbers('attackers', values.attackers ?? '10,100,1000', [1, 4_000]),
    groups: wholeNumber('groups', values.groups ?? '4', [1, 256]),
    days: wholeNumber('days', values.days ?? '7', [1, 365]),
    seed: wholeNumber('seed', values.seed ?? '1', [0, 2 ** 32 - 1]),
  }
}

function commands(text: string | undefined): readonly Command[] {
  if (text === undefined) return DEFAULT_COMMANDS
  if (text === 'all') return COMMANDS
  const known = COMMANDS.find((each) => each === text)
  if (known === undefined) throw new UsageError(`unknown command "${text}": ${COMMANDS.join(', ')}, all`)
  return [known]
}

function numbers(name: string, text: string, range: readonly [number, number]): number[] {
  return text.split(',').map((each) => wholeNumber(name, each, range))
}
