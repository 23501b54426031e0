/** A TOML document whose keys know their line, read through typed getters that remember which keys were asked for. */
import { parse, TomlError } from 'smol-toml'
import { nearestName } from '@dchat/system'
import { ConfigError, describe } from './errors.ts'
import type { ConfigErrorCode, ConfigErrorData } from './errors.ts'
import { MAX_CONFIG_BYTES, MAX_LIST_ITEMS, MAX_TOML_DEPTH } from './limits.ts'
import { scanPositions, TomlPositions } from './toml-positions.ts'
import type { TomlPath } from './toml-positions.ts'
import type { Parsed } from './parsed.ts'

/** What to say about a value; `index` points at an item of a list. */
export interface Complaint {
  readonly reason: string
  readonly hint?: string | undefined
  readonly index?: number
  readonly code?: ConfigErrorCode
}

/** A key that is in the file and that nothing asked for. */
export interface UnknownKey {
  readonly table: TomlTable
  readonly key: string
  readonly nearest: string | undefined
}

/** What TOML can say, as far as configurations need it. */
export type TomlValue = string | number | boolean | readonly TomlValue[] | { readonly [key: string]: TomlValue }

/** Where a value stands; `set` is what a program lets its user say while it runs. `line` is null where it is not known. */
export type ValueSource =
  | { readonly kind: 'flag' | 'env' | 'set'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number | null }
  | { readonly kind: 'default' }

/** In a word: the flag, the variable, `file:line`, or `default`. */
export function sourceText(source: ValueSource): string {
  if (source.kind === 'default') return 'default'
  if (source.kind !== 'file') return source.name
  return source.line === null ? source.file : `${source.file}:${source.line}`
}

/** A value that a key has instead of that of the file. */
export interface Override {
  readonly value: unknown
  readonly source: Extract<ValueSource, { name: string }>
}

/** By `overridePath` of the key. */
export type Overrides = ReadonlyMap<string, Override>

export function overridePath(path: TomlPath): string {
  return path.join('\0')
}

interface Context {
  readonly file: string
  readonly positions: TomlPositions
  readonly overrides: Overrides
  readonly tables: TomlTable[]
}

/**
 * Parses a whole document.
 * @param file how messages name the file.
 * @param overrides values that win over those of the file; messages name where they come from instead
 * @throws {ConfigError} CONFIG_SYNTAX with the line.
 */
export function parseToml(text: string, file: string, overrides: Overrides = new Map()): TomlTable {
  if (Buffer.byteLength(text) > MAX_CONFIG_BYTES) {
    const data = { file, line: null, key: null, reason: `is larger than ${MAX_CONFIG_BYTES / 1024} KiB`, hint: null }
    throw new ConfigError('CONFIG_UNREADABLE', data)
  }
  const body = text.replace(/^\uFEFF/, '')
  const data = parsedBody(body, file)
  const positions = scanPositions(body)
  if (positions.tooDeepLine !== null) {
    const reason = `a key has more than ${MAX_TOML_DEPTH} parts`
    throw new ConfigError('CONFIG_SYNTAX', { file, line: positions.tooDeepLine, key: null, reason, hint: null })
  }
  return new TomlTable({ file, positions, overrides, tables: [] }, [], data)
}

/** @throws {ConfigError} CONFIG_SYNTAX */
function parsedBody(body: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parse(body, { maxDepth: MAX_TOML_DEPTH })
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = `not valid TOML: ${error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')}`
    throw new ConfigError('CONFIG_SYNTAX', { file, line: error.line, key: null, reason, hint: null }, { cause: error })
  }
}

/** A table of values that stand in no file. */
export function tomlTableOf(data: Readonly<Record<string, unknown>>): TomlTable {
  return new TomlTable({ file: 'default', positions: new TomlPositions(), overrides: new Map(), tables: [] }, [], data)
}

/** A single value, as it stands behind `=`. */
export function parseTomlValue(text: string): Parsed<TomlValue> {
  try {
    const data = parse(`value = ${text}`, { maxDepth: MAX_TOML_DEPTH })
    const [value, ...more] = Object.values(data)
    return more.length === 0 ? { value: value as TomlValue } : { reason: 'is more than one value' }
  } catch (error) {
    if (error instanceof TomlError) return { reason: 'is no value of TOML' }
    throw error
  }
}

/**
 * One table. Every getter answers undefined when the key is not there, and throws {ConfigError} CONFIG_TYPE,
 * CONFIG_RANGE or CONFIG_VALUE with file, line and key when its value will not do.
 */
export class TomlTable {
  readonly #context: Context
  readonly #path: TomlPath
  /** Without places in lists. */
  #shownPath: TomlPath
  readonly #data: Readonly<Record<string, unknown>>
  readonly #known = new Set<string>()
  /** One object a table, however often it is asked for, so that what was read of it is kept in one place. */
  readonly #children = new Map<string, TomlTable>()

  constructor(context: Context, path: TomlPath, data: Readonly<Record<string, unknown>>) {
    this.#context = context
    this.#path = path
    this.#shownPath = path
    this.#data = data
    context.tables.push(this)
  }

  /** Dotted path as it would be written, '' for the top level. */
  get name(): string {
    return this.#shownPath.map(quoteKey).join('.')
  }

  /** Names that were asked for so far, there or not. */
  get knownKeys(): string[] {
    return [...this.#known]
  }

  /** Names of everything in the table. */
  get keys(): string[] {
    return Object.keys(this.#data)
  }

  has(key: string): boolean {
    this.#known.add(key)
    return this.#overrideOf(key) !== undefined || Object.hasOwn(this.#data, key)
  }

  /** Whether a flag or variable gives the value of the key, or that of one in the table it names. */
  isOverridden(key: string): boolean {
    const path = overridePath([...this.#path, key])
    const { overrides } = this.#context
    return overrides.has(path) || [...overrides.keys()].some((other) => other.startsWith(`${path}\0`))
  }

  /** What messages about the key begin with. */
  placeOf(key: string): string {
    return this.remark(key, { reason: '' }).replace(/: $/, '')
  }

  /** Where the value of the key comes from. */
  sourceOf(key: string): ValueSource {
    const override = this.#overrideOf(key)
    if (override !== undefined) return override.source
    if (!this.has(key)) return { kind: 'default' }
    return { kind: 'file', file: this.#context.file, line: this.lineOf(key) }
  }

  /** Marks a key as known, whatever it holds. */
  ignore(key: string): void {
    this.#known.add(key)
  }

  /** The value as it is in the file. */
  value(key: string): unknown {
    if (!this.has(key)) return undefined
    const override = this.#overrideOf(key)
    return override === undefined ? this.#data[key] : override.value
  }

  string(key: string): string | undefined {
    return this.#typed(key, 'a string', isString)
  }

  boolean(key: string): boolean | undefined {
    return this.#typed(key, 'true or false', isBoolean)
  }

  /** A whole number from `min` to `max`, both included. */
  integer(key: string, range: { min: number; max: number }): number | undefined {
    const value = this.#typed(key, 'a whole number', isNumber)
    if (value === undefined) return undefined
    if (Number.isInteger(value) && value >= range.min && value <= range.max) return value
    const code = Number.isInteger(value) ? 'CONFIG_RANGE' : 'CONFIG_TYPE'
    throw this.error(key, { code, reason: `must be a whole number from ${range.min} to ${range.max}, is ${value}` })
  }

  /** Seconds from `min` to `max`, fractions allowed; answers milliseconds. */
  seconds(key: string, range: { min: number; max: number }): number | undefined {
    const value = this.#typed(key, 'a number of seconds', isNumber)
    if (value === undefined) return undefined
    if (value >= range.min && value <= range.max) return Math.round(value * 1000)
    throw this.error(key, { code: 'CONFIG_RANGE', reason: `must be ${range.min} to ${range.max} seconds, is ${value}` })
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.#typed(key, 'a list', Array.isArray)
    if (value !== undefined && value.length > MAX_LIST_ITEMS) {
      throw this.error(key, { code: 'CONFIG_RANGE', reason: `must have at most ${MAX_LIST_ITEMS} items, has ${value.length}` })
    }
    return value
  }

  strings(key: string): readonly string[] | undefined {
    return this.list(key)?.map((item, index) => {
      if (isString(item)) return item
      throw this.error(key, {
        code: 'CONFIG_TYPE',
        reason: `must be a list of strings, item ${index + 1} is ${typeName(item)}`,
        index,
      })
    })
  }

  /** A string that `parseValue` understands. */
  parsed<T>(key: string, parseValue: (text: string) => Parsed<T>): T | undefined {
    const text = this.string(key)
    return text === undefined ? undefined : this.#accept(parseValue(text), { key })
  }

  /** A list of strings that `parseValue` understands. */
  parsedList<T>(key: string, parseValue: (text: string) => Parsed<T>): T[] | undefined {
    return this.strings(key)?.map((text, index) => this.#accept(parseValue(text), { key, index }))
  }

  table(key: string): TomlTable | undefined {
    const value = this.#typed(key, 'a table', isTable)
    return value === undefined ? undefined : this.#child(key, value)
  }

  /** The table, an empty one when it is not there: for tables whose keys all have defaults. */
  section(key: string): TomlTable {
    return this.table(key) ?? this.#child(key, {})
  }

  /** A list of tables, `[[key]]`; messages about their keys have the line and not the place in the list. */
  tables(key: string): readonly TomlTable[] | undefined {
    return this.list(key)?.map((item, index) => {
      if (isTable(item)) return this.#child(key, item, index)
      throw this.error(key, { code: 'CONFIG_TYPE', reason: `item ${index + 1} must be a table, is ${typeName(item)}`, index })
    })
  }

  /** The table as flags and variables alone have it, whatever the file has in its place. */
  overlay(key: string): TomlTable {
    return this.#child(key, {})
  }

  /** The getter's value, which has to be there: `table.required('magic_bytes', magicBytes(table, 'magic_bytes'))`. */
  required<T>(key: string, value: T | undefined): T {
    if (value !== undefined) return value
    throw this.error(key, { code: 'CONFIG_MISSING', reason: 'must be set' })
  }

  error(key: string, complaint: Complaint): ConfigError {
    return new ConfigError(complaint.code ?? 'CONFIG_VALUE', this.#place(key, complaint))
  }

  /** The line that an error would show, for what is only worth a warning. */
  remark(key: string, complaint: Complaint): string {
    return describe(this.#place(key, complaint))
  }

  #place(key: string, { reason, hint, index }: Complaint): ConfigErrorData {
    const override = this.#overrideOf(key)
    if (override !== undefined) return { file: override.source.name, line: null, key: null, reason, hint: hint ?? null }
    const path = [...this.#shownPath, key].map(quoteKey).join('.')
    return { file: this.#context.file, line: this.lineOf(key, index), key: path, reason, hint: hint ?? null }
  }

  /** The line of a key, or of an item of its list; without the key that of the table. Null where it is not known. */
  lineOf(key: string, index?: number): number | null {
    const path = [...this.#path, key]
    const { positions } = this.#context
    const itemLine = index === undefined ? null : positions.lineOf([...path, String(index)])
    return itemLine ?? positions.lineOf(path) ?? positions.lineOf(this.#path)
  }

  /** Keys of this table and of those below it that were read from, which nothing asked for. Ask when all is read. */
  unknownKeys(): UnknownKey[] {
    return this.#context.tables
      .filter((table) => this.#path.every((key, index) => table.#path[index] === key))
      .flatMap((table) => table.#unknown())
  }

  #unknown(): UnknownKey[] {
    return this.keys
      .filter((key) => !this.#known.has(key))
      .map((key) => ({ table: this, key, nearest: nearestName(key, this.#known) }))
  }

  #child(key: string, data: Readonly<Record<string, unknown>>, index?: number): TomlTable {
    const path = index === undefined ? [key] : [key, String(index)]
    const name = overridePath(path)
    const child = this.#children.get(name) ?? new TomlTable(this.#context, [...this.#path, ...path], data)
    child.#shownPath = [...this.#shownPath, key]
    this.#children.set(name, child)
    return child
  }

  #overrideOf(key: string): Override | undefined {
    return this.#context.overrides.get(overridePath([...this.#path, key]))
  }

  #accept<T>(result: Parsed<T>, place: { key: string; index?: number }): T {
    if ('value' in result) return result.value
    const index = place.index === undefined ? {} : { index: place.index }
    throw this.error(place.key, { reason: result.reason, hint: result.hint, ...index })
  }

  #typed<T>(key: string, wanted: string, isWanted: (value: unknown) => value is T): T | undefined {
    const value = this.value(key)
    if (value === undefined || isWanted(value)) return value
    throw this.error(key, { code: 'CONFIG_TYPE', reason: `must be ${wanted}, is ${typeName(value)}` })
  }
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isNumber = (value: unknown): value is number => typeof value === 'number'

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function typeName(value: unknown): string {
  if (typeof value === 'string') return 'a string'
  if (typeof value === 'boolean') return `${value}`
  if (typeof value === 'number') return 'a number'
  if (Array.isArray(value)) return 'a list'
  return value instanceof Date ? 'a date' : 'a table'
}

/** A key as it has to be written in a dotted path. */
export function quoteKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key)
}
