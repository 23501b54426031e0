/** What keeps a daemon from starting, and the exit code that says so. Texts may change; codes are never reused. */
import { ConfigError } from '@dchat/config'
import type { NetErrorCode } from '@dchat/net'

/** What a process ends with; service managers rely on the figures. */
export const ExitCode = {
  /** Stopped as asked. */
  ok: 0,
  /** Anything that has no code of its own, and a stop that took too long. */
  failure: 1,
  /** The configuration or the command line is wrong: starting again will not help. */
  usage: 2,
  /** An address could not be listened on. */
  bind: 3,
  /** Another process holds the data folder. */
  locked: 4,
  /** The data is damaged, unreadable or of a newer version. */
  data: 5,
  /** A second SIGINT came while stopping (128 + SIGINT). */
  interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** What they mean: docs/errors.md. */
export const FLAG_ERROR_CODES = [
  'FLAG_UNKNOWN',
  'FLAG_UNKNOWN_VERB',
  'FLAG_VALUE',
  'FLAG_VALUE_MISSING',
  'FLAG_REPEATED',
  'FLAG_UNEXPECTED_ARGUMENT',
] as const
export type FlagErrorCode = (typeof FLAG_ERROR_CODES)[number]

/** `flag` is as the user wrote it. */
export interface FlagErrorData {
  readonly flag: string
  readonly reason: string
  readonly hint: string | null
}

/** A command line that cannot be used. `message` is one line. */
export class FlagError extends Error {
  override readonly name = 'FlagError'
  readonly code: FlagErrorCode
  readonly data: FlagErrorData
  readonly exitCode: ExitCode = ExitCode.usage

  constructor(code: FlagErrorCode, data: FlagErrorData) {
    super(oneLine(`${data.flag}: ${data.reason}${data.hint === null ? '' : `; ${data.hint}`}`))
    this.code = code
    this.data = data
  }
}

const NET_EXIT_CODES: readonly (readonly [NetErrorCode, ExitCode])[] = [
  ['NET_LISTEN_FAILED', ExitCode.bind],
  ['NET_SETTINGS_INVALID', ExitCode.usage],
  ['NET_HOSTLIST_UNREADABLE', ExitCode.data],
]

/** By error code; those of the store, the chat and the RPC server are spelled out because this package does not import them. */
const EXIT_CODES: ReadonlyMap<string, ExitCode> = new Map<string, ExitCode>([
  ...NET_EXIT_CODES,
  ['RPC_ADDRESS_IN_USE', ExitCode.bind],
  ['RPC_LISTEN_FAILED', ExitCode.bind],
  ['RPC_LISTEN_EXPOSED', ExitCode.usage],
  ['STORE_LOCKED', ExitCode.locked],
  ['STORE_TOO_NEW', ExitCode.data],
  ['STORE_IO', ExitCode.data],
  ['STORE_FULL', ExitCode.data],
  ['CHAT_IDENTITY_UNREADABLE', ExitCode.data],
  ['CHAT_IDENTITY_EXPOSED', ExitCode.data],
  ['CHAT_IDENTITY_DAMAGED', ExitCode.data],
  ['CHAT_IDENTITY_UNWRITABLE', ExitCode.data],
  ['CHAT_KEYS_UNREADABLE', ExitCode.data],
  ['CHAT_KEYS_EXPOSED', ExitCode.data],
  ['CHAT_KEYS_DAMAGED', ExitCode.data],
  ['CHAT_KEYS_VERSION', ExitCode.data],
  ['CHAT_KEYS_UNWRITABLE', ExitCode.data],
  ['FOLDER_UNUSABLE', ExitCode.data],
])

/** How far errors are followed to their causes. */
const MAX_CAUSES = 8

/** The exit code for an error that kept a daemon from starting, or ended it: its own, or that of what caused it. */
export function exitCodeOf(error: unknown): ExitCode {
  let at = error
  for (let depth = 0; at instanceof Error && depth < MAX_CAUSES; depth += 1) {
    if (at instanceof ConfigError || at instanceof FlagError) return at.exitCode
    const { code, syscall } = at as { code?: unknown; syscall?: unknown }
    const known = typeof code === 'string' ? EXIT_CODES.get(code) : undefined
    if (known !== undefined) return known
    if (syscall === 'listen' || syscall === 'bind') return ExitCode.bind
    at = at.cause
  }
  return ExitCode.failure
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ')
}
