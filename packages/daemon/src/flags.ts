/** Command lines: one table of flags gives the values, their checks and the help text. */
import { parseArgs } from 'node:util'
import { nearestName } from '@dchat/system'
import { FlagError } from './errors.ts'
import type { Parsed } from './values.ts'

interface FlagBase {
  readonly short?: string
  /** One line for `--help`, without a full stop. */
  readonly help: string
}

/** What a flag takes: a text, a list (repeated or with commas), a whole number, nothing, or nothing but how often. */
export type FlagSpec = FlagBase &
  (
    | { readonly kind: 'string'; readonly value: string; readonly canBeEmpty?: boolean }
    | { readonly kind: 'list'; readonly value: string }
    | { readonly kind: 'integer'; readonly value: string; readonly min: number; readonly max: number }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'count' }
  )

export type FlagTable = Readonly<Record<string, FlagSpec>>

interface FlagKinds {
  string: string | undefined
  list: readonly string[] | undefined
  integer: number | undefined
  boolean: boolean
  count: number
}

/** The values, by flag: undefined where a flag was not given, false and 0 for those that take no value. */
export type FlagValues<T extends FlagTable> = { readonly [Name in keyof T]: FlagKinds[T[Name]['kind']] }

/** The flags every daemon has. */
export const COMMON_FLAGS = {
  config: { kind: 'string', short: 'c', value: 'FILE', help: 'Configuration file' },
  home: { kind: 'string', value: 'DIR', help: 'Keep configuration, data, logs and sockets under DIR (also: env DCHAT_HOME)' },
  log: { kind: 'string', short: 'l', value: 'FILE', help: 'Append the log to FILE instead of standard error' },
  verbose: { kind: 'count', short: 'v', help: 'Say more: -v debug, -vv trace, -vvv trace with nothing cut' },
  'pid-file': { kind: 'string', value: 'FILE', help: 'Write the process id to FILE while it runs' },
  help: { kind: 'boolean', short: 'h', help: 'Show this help' },
  version: { kind: 'boolean', short: 'V', help: 'Show the version' },
} as const

/** Items of one list flag; a command line does not hold more addresses by hand. */
const MAX_LIST_VALUES = 1000

/**
 * Reads a command line (without the program's name).
 * @throws {FlagError} for unknown flags, values that are missing or wrong, and arguments that are no flags.
 */
export function parseFlags<T extends FlagTable>(args: readonly string[], specs: T): FlagValues<T> {
  const options = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, optionOf(spec)]))
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const given = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw unexpected(token.value)
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
    if (spec === undefined) throw unknown(token.rawName, specs)
    given.set(token.name, [...(given.get(token.name) ?? []), textOf(spec, token)])
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, valueOf(name, spec, given.get(name) ?? [])]),
  ) as FlagValues<T>
}

/**
 * The value of a flag, or items of a list flag, as `parseValue` understands them.
 * @throws {FlagError} FLAG_VALUE.
 */
export function flagValue<T>(name: string, text: string, parseValue: (text: string) => Parsed<T>): T {
  const result = parseValue(text)
  if ('value' in result) return result.value
  throw new FlagError('FLAG_VALUE', { flag: `--${name}`, reason: result.reason, hint: result.hint ?? null })
}

function optionOf(spec: FlagSpec): { type: 'string' | 'boolean'; multiple: true; short?: string } {
  const short = spec.short === undefined ? {} : { short: spec.short }
  return { type: takesValue(spec) ? 'string' : 'boolean', multiple: true, ...short }
}

function takesValue(spec: FlagSpec): boolean {
  return spec.kind === 'string' || spec.kind === 'list' || spec.kind === 'integer'
}

function textOf(
  spec: FlagSpec,
  token: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
): string {
  const { rawName, value } = token
  if (!takesValue(spec)) {
    if (value === undefined) return ''
    throw new FlagError('FLAG_VALUE', { flag: rawName, reason: 'takes no value', hint: null })
  }
  const looksLikeFlag = token.inlineValue !== true && value !== undefined && /^-./.test(value)
  if (value !== undefined && value !== '' && !looksLikeFlag) return value
  if (value === '' && (spec.kind === 'list' || (spec.kind === 'string' && spec.canBeEmpty === true))) return value
  const wanted = 'value' in spec ? spec.value : ''
  throw new FlagError('FLAG_VALUE_MISSING', { flag: rawName, reason: `needs a value: ${rawName} ${wanted}`, hint: null })
}

function valueOf(name: string, spec: FlagSpec, texts: readonly string[]): FlagKinds[keyof FlagKinds] {
  switch (spec.kind) {
    case 'boolean':
      return texts.length > 0
    case 'count':
      return texts.length
    case 'list':
      return texts.length === 0 ? undefined : listOf(name, texts)
    case 'string':
      return single(name, texts)
    case 'integer':
      return integerOf(name, single(name, texts), spec)
  }
}

function single(name: string, texts: readonly string[]): string | undefined {
  if (texts.length <= 1) return texts[0]
  throw new FlagError('FLAG_REPEATED', { flag: `--${name}`, reason: 'is given more than once', hint: null })
}

function integerOf(name: string, text: string | undefined, { min, max }: { min: number; max: number }): number | undefined {
  if (text === undefined) return undefined
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new FlagError('FLAG_VALUE', {
    flag: `--${name}`,
    reason: `must be a whole number from ${min} to ${max}, is "${text}"`,
    hint: null,
  })
}

function listOf(name: string, texts: readonly string[]): string[] {
  const items = texts
    .flatMap((text) => text.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (items.length <= MAX_LIST_VALUES) return items
  const hint = 'put them in the configuration file'
  throw new FlagError('FLAG_VALUE', { flag: `--${name}`, reason: `takes at most ${MAX_LIST_VALUES} values`, hint })
}

function unexpected(argument: string): FlagError {
  return new FlagError('FLAG_UNEXPECTED_ARGUMENT', { flag: argument, reason: 'unexpected argument', hint: 'see --help' })
}

function unknown(rawName: string, specs: FlagTable): FlagError {
  const nearest = rawName.startsWith('--') ? nearestName(rawName.slice(2), Object.keys(specs)) : undefined
  const hint = nearest === undefined ? 'see --help' : `did you mean --${nearest}?`
  return new FlagError('FLAG_UNKNOWN', { flag: rawName, reason: 'unknown flag', hint })
}
