/** What a command is, and what it gets to work with. */
import type { RpcClient } from '@dchat/rpc'
import type { Clock } from '@dchat/system'
import type { Output } from './output.ts'

/** The values of a command's own options, by long name. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>

export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly short?: string
}

export interface CommandContext {
  /** What stands on the command line after the command's name, options taken out. */
  readonly args: readonly string[]
  readonly options: OptionValues
  /** Machine output: one JSON value a line. */
  readonly isJson: boolean
  readonly out: Output
  readonly err: Output
  readonly stdin: AsyncIterable<Uint8Array>
  readonly clock: Clock
  /** Aborts with SIGINT; every wait heeds it. */
  readonly signal: AbortSignal
  /** A connection to the daemon, looked for anew; the caller closes it. @throws {RpcUnreachable} */
  readonly connect: () => Promise<RpcClient>
}

export interface Command {
  readonly name: string
  /** After the name, as in `send TEXT…`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The rest of its help: what it prints, its options. */
  readonly help: string
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Ends when done. @throws {UsageError | RpcError | RpcUnreachable | NotReady | OutputClosed} */
  run(context: CommandContext): Promise<void>
}
