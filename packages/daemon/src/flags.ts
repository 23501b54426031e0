/** Command lines: one table of flags gives the values, their checks and the help text. */
import { parseArgs } from 'node:util'
import type { FlagSpec, FlagTable } from '@dchat/config'
import { nearestName } from '@dchat/system'
import { FlagError } from './errors.ts'

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

/** A flag of verbs whose report programs read too. */
const JSON_FLAG = { json: { kind: 'boolean', help: 'Print one JSON object' } } as const satisfies FlagTable

/** The verbs of every daemon that report something and change nothing. */
export const REPORT_VERBS: Readonly<Record<'check' | 'paths' | 'version', VerbSpec>> = {
  check: {
    help: 'Say whether the configuration can be used; starts and writes nothing',
    flags: { print: { kind: 'boolean', help: 'Print every value and where it comes from' }, ...JSON_FLAG },
  },
  paths: { help: 'Print every path and what decides it', flags: JSON_FLAG },
  version: { help: 'Print the version', flags: JSON_FLAG },
}

/** Items of one list flag; a command line does not hold more addresses by hand. */
const MAX_LIST_VALUES = 1000

/** What a program can be told to do, by name. */
export interface VerbSpec {
  /** One line for `--help`, without a full stop. */
  readonly help: string
  /** Flags of this verb alone. @default none */
  readonly flags?: FlagTable
  /** The name of the one argument it takes, in capitals. @default it takes none */
  readonly argument?: string
}

export interface CommandSpec<T extends FlagTable> {
  /** Those of every verb. */
  readonly flags: T
  readonly verbs: Readonly<Record<string, VerbSpec>>
  /** What is done when no verb is given. */
  readonly usualVerb: string
}

export interface CommandLine<T extends FlagTable> {
  readonly verb: string
  readonly argument: string | undefined
  /** Of the verb's own flags too. */
  readonly flags: FlagValues<T> & Readonly<Record<string, FlagKinds[keyof FlagKinds]>>
}

/**
 * Reads a command line (without the program's name): a verb, if it is not the usual one, its argument, and flags wherever they stand.
 * @throws {FlagError} for unknown verbs and flags, values that are missing or wrong, flags of other verbs, and arguments too many.
 */
export function parseCommand<T extends FlagTable>(args: readonly string[], spec: CommandSpec<T>): CommandLine<T> {
  const all: FlagTable = { ...Object.assign({}, ...Object.values(spec.verbs).map(({ flags }) => flags)), ...spec.flags }
  const { given, words } = scan(args, all)
  const verb = words[0] ?? spec.usualVerb
  const known = Object.hasOwn(spec.verbs, verb) ? spec.verbs[verb] : undefined
  if (known === undefined) throw unknownVerb(verb, spec.verbs)
  const surplus = words[known.argument === undefined ? 1 : 2]
  if (surplus !== undefined) throw unexpected(surplus)
  const taken: FlagTable = { ...spec.flags, ...known.flags }
  for (const name of given.keys()) if (!Object.hasOwn(taken, name)) throw ofOtherVerb(name, verb, spec.verbs)
  const values = Object.entries(taken).map(([name, flag]) => [name, valueOf(name, flag, given.get(name) ?? [])])
  return { verb, argument: words[1], flags: Object.fromEntries(values) as CommandLine<T>['flags'] }
}

/** The texts of each flag that was given, and what is no flag. */
function scan(args: readonly string[], specs: FlagTable): { given: Map<string, string[]>; words: string[] } {
  const options = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, optionOf(spec)]))
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const given = new Map<string, string[]>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
    if (spec === undefined) throw unknown(token.rawName, specs)
    given.set(token.name, [...(given.get(token.name) ?? []), textOf(spec, token)])
  }
  return { given, words }
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

function unknownVerb(verb: string, verbs: CommandSpec<FlagTable>['verbs']): FlagError {
  const names = Object.keys(verbs)
  const nearest = nearestName(verb, names)
  const hint = nearest === undefined ? `there are ${names.join(', ')}` : `did you mean ${nearest}?`
  return new FlagError('FLAG_UNKNOWN_VERB', { flag: verb, reason: 'there is no such verb', hint })
}

function ofOtherVerb(name: string, verb: string, verbs: CommandSpec<FlagTable>['verbs']): FlagError {
  const takers = Object.entries(verbs).flatMap(([other, { flags = {} }]) => (Object.hasOwn(flags, name) ? [other] : []))
  return new FlagError('FLAG_UNKNOWN', {
    flag: `--${name}`,
    reason: `is no flag of ${verb}`,
    hint: `it belongs to ${takers.join(' and ')}`,
  })
}

function unknown(rawName: string, specs: FlagTable): FlagError {
  const nearest = rawName.startsWith('--') ? nearestName(rawName.slice(2), Object.keys(specs)) : undefined
  const hint = nearest === undefined ? 'see --help' : `did you mean --${nearest}?`
  return new FlagError('FLAG_UNKNOWN', { flag: rawName, reason: 'unknown flag', hint })
}
