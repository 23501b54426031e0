/** What a command is, and what it gets to work with. */
import type { Entry, OptionDescription, ProgramDescription, WordDescription } from '@dchat/manual'
import type { RpcClient } from '@dchat/rpc'
import type { Clock } from '@dchat/system'
import type { Output } from './output.ts'

/** The values of a command's options, by long name. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>

/** The words after a command's name, options taken out. */
export interface CommandWords {
  readonly args: readonly string[]
  /** Those of `args` that stood behind `--`: nothing in them has a meaning. */
  readonly plainFrom: number
}

export interface CommandContext extends CommandWords {
  readonly options: OptionValues
  /** Machine output: one JSON value a line. */
  readonly isJson: boolean
  readonly out: Output
  readonly err: Output
  readonly stdin: AsyncIterable<Uint8Array>
  /** Whether a person types it. */
  readonly isStdinTerminal: boolean
  /** Whether a person reads `out`. */
  readonly isOutTerminal: boolean
  readonly clock: Clock
  /** Aborts with SIGINT; every wait heeds it. */
  readonly signal: AbortSignal
  /** A connection to the daemon, looked for anew; the caller closes it. @throws {RpcUnreachable} */
  readonly connect: () => Promise<RpcClient>
  /** The whole program, its methods too: what help and completion are printed from. */
  readonly describe: () => Promise<ProgramDescription>
  /** Help of a command or method, or of the program. @throws {UsageError} when there is none of that name */
  readonly explain: (name: string | undefined) => Promise<string>
}

export interface Command {
  readonly name: string
  /** With the name, as in `send TEXT…`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The rest of its help: paragraphs, of which those that are indented are kept line by line. */
  readonly text: string
  readonly options: readonly OptionDescription[]
  /** What its arguments stand for. @default [] */
  readonly entries?: readonly Entry[]
  /** The fields of what it prints. @default [] */
  readonly results?: readonly Entry[]
  /** What completion offers after it. @default [] */
  readonly words?: readonly WordDescription[]
  /** Ends when done. @throws {UsageError | RpcError | RpcUnreachable | NotReady | OutputClosed} */
  run(context: CommandContext): Promise<void>
}

/** Heading of the commands in the description of the program; methods have others. */
export const COMMANDS_GROUP = 'Commands'
