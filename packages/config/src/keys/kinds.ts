/** The kinds of values that keys can have. */
import { resolve } from 'node:path'
import { nearestName } from '@dchat/system'
import { parseTomlValue } from '../toml-document.ts'
import type { TomlTable, TomlValue } from '../toml-document.ts'
import { parsePath } from '../parsed.ts'
import type { Parsed } from '../parsed.ts'
import type { KeyKind, Places } from './config-key.ts'

interface Range {
  readonly min: number
  readonly max: number
}

/** A whole number. @param range.unit what is counted, for the documentation */
export function integerKind({ min, max, unit }: Range & { readonly unit?: string }): KeyKind<number> {
  const doc = unit === undefined ? `${min} to ${max}` : `${unit}, ${min} to ${max}`
  const reason = (text: string): string => `must be a whole number from ${min} to ${max}, is "${text}"`
  return {
    doc,
    parseText: (text) => numberOf(text, reason),
    read: (table, key) => table.integer(key, { min, max })!,
  }
}

/** Seconds, read as milliseconds. */
export function secondsKind({ min, max }: Range): KeyKind<number> {
  return {
    doc: `s, ${min} to ${max}`,
    parseText: (text) => numberOf(text, () => `must be ${min} to ${max} seconds, is "${text}"`),
    read: (table, key) => table.seconds(key, { min, max })!,
  }
}

export const booleanKind: KeyKind<boolean> = {
  doc: 'boolean',
  words: ['true', 'false'],
  parseText: (text) => {
    if (text === 'true' || text === '1') return { value: true }
    if (text === 'false' || text === '0') return { value: false }
    return { reason: `must be true or false, is "${text}"` }
  },
  read: (table, key) => table.boolean(key)!,
}

/** A text that `parse` understands. */
export function textKind<T>(doc: string, parse: (text: string) => Parsed<T>): KeyKind<T> {
  return { doc, parseText: (value) => ({ value }), read: (table, key) => table.parsed(key, parse) as T }
}

/** A list of texts, each of which `parse` understands. */
export function listKind<T>(doc: string, parse: (text: string) => Parsed<T>): KeyKind<readonly T[]> {
  return { doc, parseText: (value) => ({ value: itemsOf(value) }), read: (table, key) => table.parsedList(key, parse)! }
}

/** One of a few texts. */
export function choiceKind<T extends string>(...values: readonly T[]): KeyKind<T> {
  const named = values.map((value) => `"${value}"`)
  const doc = `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`
  const isOne = (value: string): value is T => (values as readonly string[]).includes(value)
  const kind = textKind(doc, (value): Parsed<T> => {
    if (isOne(value)) return { value }
    const nearest = nearestName(value, values)
    return { reason: `must be ${doc}, is "${value}"`, hint: nearest === undefined ? undefined : `did you mean "${nearest}"?` }
  })
  return { ...kind, words: values }
}

/** The path of a file or folder. */
export const pathKind: KeyKind<string> = {
  doc: 'path',
  parseText: (value, cwd) => ({ value: pathFrom(value, cwd) }),
  read: (table, key, places) => table.parsed(key, parsePath(places))!,
}

/** A path, or "" for none. */
export const optionalPathKind: KeyKind<string | undefined> = {
  ...pathKind,
  read: (table, key, places) => (table.string(key) === '' ? undefined : table.parsed(key, parsePath(places))),
}

/** Whatever else TOML can say; a variable has it as TOML, of a list also without its brackets. */
export function tomlKind<T>(doc: string, read: (table: TomlTable, key: string, places: Places) => T): KeyKind<T> {
  return { doc, parseText: parseLoosely, read }
}

/** What a list holds, written with commas. */
export function itemsOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function numberOf(text: string, reason: (text: string) => string): Parsed<TomlValue> {
  return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? { value: Number(text) } : { reason: reason(text) }
}

/** A relative path of a flag or variable is meant from where the program was started, not from the folder of the file. */
function pathFrom(text: string, cwd: string): string {
  return text === '' || text === '~' || text.startsWith('~/') ? text : resolve(cwd, text)
}

function parseLoosely(value: string): Parsed<TomlValue> {
  const parsed = parseTomlValue(value)
  const bare = 'value' in parsed ? parsed : parseTomlValue(`[${value}]`)
  return 'value' in bare ? bare : { reason: `"${value}" is no value of TOML` }
}
