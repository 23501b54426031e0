/** The command line of `pnpm bench`. */
import { parseArgs } from 'node:util'
import { BenchError } from './rows.ts'

export const SECTIONS = [
  'channel',
  'dchatd',
  'rpc',
  'peers',
  'hosts',
  'reconcile',
  'posts',
  'history',
  'chat',
  'direct',
  'tui',
] as const
export type Section = (typeof SECTIONS)[number]

export const HELP = `Usage: pnpm bench [channel] [dchatd] [rpc] [peers] [hosts] [reconcile] [posts] [history] [chat] [direct] [tui]

Prints what this machine does beside what is aimed at. Without a word: all of it, five to ten minutes.

  channel   messages a second through one tcp channel, up to a protocol handler
  dchatd    messages a second through a dchatd into its database; its start and its memory
  rpc       how soon the RPC answers, and how often a second, over each carrier; sends answered when durable
  peers     what 300 peers cost a node: memory at rest, and a broadcast until all have read it
  hosts     what the host lists cost when they are flooded with addresses
  reconcile what it takes to find out how two full rooms differ, and the dearest a peer can ask
  posts     what a post costs: to decode, to sign and to verify, one at a time and in batches; what an encrypted one does
  history   how soon a node that is empty, or was away for a day, has the 100,000 posts of another process
  chat      the same through whole daemons, posts stored a second, and a room with 1,000,000 lines: pages, search, start; minutes
  direct    what direct messages of others cost a daemon while it tries them, and how soon one is read at the other side
  tui       the screen of dchat-tui: frames, start, rest, typing while 10,000 messages come in 10 s; two minutes

  --help    this text

A figure that misses its aim is marked; the exit code stays 0, since figures vary with what else runs. Exit code 1: a part
could not run. 2: the command line is wrong.`

/** @returns what to measure, in order, or 'help' @throws {BenchError} BENCH_USAGE */
export function parseArguments(args: readonly string[]): readonly Section[] | 'help' {
  const { values, positionals } = parsed(args.filter((arg) => arg !== '--'))
  if (values.help === true) return 'help'
  const unknown = positionals.find((word) => !SECTIONS.some((section) => section === word))
  if (unknown !== undefined) throw new BenchError('BENCH_USAGE', `unknown part "${unknown}": ${SECTIONS.join(', ')}`)
  return positionals.length === 0 ? SECTIONS : SECTIONS.filter((section) => positionals.includes(section))
}

function parsed(args: readonly string[]): { values: { help?: boolean | undefined }; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true })
  } catch (error) {
    throw new BenchError('BENCH_USAGE', firstSentence(error as Error))
  }
}

/** What follows it is advice for quoting that nobody needs here. */
function firstSentence({ message }: Error): string {
  return message.split('. ', 1)[0]!
}
