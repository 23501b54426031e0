/** What is wrong with a configuration, and where. Texts may change; codes are never reused. */

/** What they mean: docs/errors.md. */
export const CONFIG_ERROR_CODES = [
  'CONFIG_UNREADABLE',
  'CONFIG_SYNTAX',
  'CONFIG_TYPE',
  'CONFIG_RANGE',
  'CONFIG_VALUE',
  'CONFIG_MISSING',
  'CONFIG_UNKNOWN_KEY',
  'CONFIG_NO_NETWORK',
] as const
export type ConfigErrorCode = (typeof CONFIG_ERROR_CODES)[number]

/**
 * Where and what: `file` is the file, or the flag or variable that has the value; `line` counts from 1 and is null where it is
 * not known; `key` is the dotted path, null for the whole file and where `file` says it all.
 */
export interface ConfigErrorData {
  readonly file: string
  readonly line: number | null
  readonly key: string | null
  readonly reason: string
  readonly hint: string | null
}

/** A configuration that cannot be used. `message` is one line: `file:line: key: reason; hint`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: ConfigErrorCode
  readonly data: ConfigErrorData
  /** 2, as starting again will not help; 1 where the reference's programs end with that. */
  readonly exitCode: 1 | 2

  constructor(code: ConfigErrorCode, data: ConfigErrorData, options: { exitCode?: 1; cause?: unknown } = {}) {
    super(describe(data), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = data
    this.exitCode = options.exitCode ?? 2
  }
}

/** One line for people: `file:line: key: reason; hint`, without the parts that are not known. */
export function describe(data: ConfigErrorData): string {
  const place = data.line === null ? data.file : `${data.file}:${data.line}`
  const what = data.key === null ? data.reason : `${data.key}: ${data.reason}`
  return oneLine(`${place}: ${what}${data.hint === null ? '' : `; ${data.hint}`}`)
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ')
}
