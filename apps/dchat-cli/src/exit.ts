/** How the program ends: exit codes, and the one line that says why. */
import { RpcError, RpcUnreachable } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'

export const EXIT = {
  ok: 0,
  /** The daemon answered with an error, or is not in the state that was asked for; or what it said could not be written. */
  rpcError: 1,
  usage: 2,
  /** No daemon could be asked, or it went away. */
  unreachable: 3,
  /** Ended by SIGINT: 128 and the signal's number. */
  interrupted: 130,
} as const

/** The same for people, in short. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.rpcError, 'the daemon answered with an error'],
  [EXIT.usage, 'wrong usage'],
  [EXIT.unreachable, 'no daemon there'],
  [EXIT.interrupted, 'interrupted'],
]

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The command line asks for something that does not exist. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The daemon is there but not as asked for. */
export class NotReady extends Error {
  override readonly name = 'NotReady'
}

/** The reader of our output is gone: nothing more is worth doing, and nothing went wrong. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

/** What was to be printed could not be written: a full disk, not a reader that is gone. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed'
}

export interface Ending {
  readonly code: ExitCode
  /** For stderr: one line, or nothing to say. */
  readonly text: string | undefined
}

/** How to end after `error`. @throws `error` itself when it is none that a user can cause: a bug */
export function endingOf(error: unknown): Ending {
  if (error instanceof OutputClosed) return { code: EXIT.ok, text: undefined }
  if (error instanceof UsageError) return { code: EXIT.usage, text: oneLine(error.message) }
  if (error instanceof OutputFailed || error instanceof NotReady) return { code: EXIT.rpcError, text: oneLine(error.message) }
  if (error instanceof RpcUnreachable) {
    const code = error.code === 'RPC_ADDRESS_INVALID' ? EXIT.usage : EXIT.unreachable
    return { code, text: oneLine(`${error.reason}; ${error.hint}`) }
  }
  if (error instanceof RpcError) {
    const hint = error.data?.hint === undefined ? '' : `: ${error.data.hint}`
    const code = error.data?.kind === 'stopping' ? EXIT.unreachable : EXIT.rpcError
    return { code, text: oneLine(`the daemon answered: ${error.message} (${error.code})${hint}`) }
  }
  throw error
}

function oneLine(text: string): string {
  return `dchat-cli: ${sanitizeText(text)}`
}
