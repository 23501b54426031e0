/** What a configuration says in the end: every key, its value as a file would have it, and where that comes from. */
import { quoteKey } from '../toml-document.ts'
import type { TomlTable, TomlValue, ValueSource } from '../toml-document.ts'
import { defaultOf } from './config-key.ts'
import type { ConfigSection } from './config-key.ts'

export interface KeyValue {
  /** Dotted, as messages have it; a table of a list by its place: `rpc.token[0].name`. */
  readonly key: string
  /** Undefined where there is no default either. */
  readonly value: TomlValue | undefined
  readonly source: ValueSource
  readonly isLive: boolean
  readonly isSecret: boolean
}

/** Defaults that depend on the user or the machine, by dotted key. */
export type DynamicDefaults = Readonly<Record<string, TomlValue | undefined>>

/** The values of all keys, in the order of the table. Ask when all is read. */
export function keyValues(root: TomlTable, sections: readonly ConfigSection[], defaults: DynamicDefaults = {}): KeyValue[] {
  return sections.flatMap((section) =>
    placesOf(root, section).flatMap(({ table, name, shown }) =>
      Object.entries(section.keys).map(([key, spec]): KeyValue => {
        const dotted = [shown, key].filter((part) => part !== '').join('.')
        const usual = defaults[dotted] ?? defaultOf(spec, name)
        return {
          key: dotted,
          value: table.has(key) ? (table.value(key) as TomlValue) : usual,
          source: table.sourceOf(key),
          isLive: spec.isLive === true,
          isSecret: spec.isSecret === true,
        }
      }),
    ),
  )
}

interface Place {
  readonly table: TomlTable
  /** Which of several it is, '' for the one. */
  readonly name: string
  readonly shown: string
}

function placesOf(root: TomlTable, { path, names, isList, canBeText }: ConfigSection): Place[] {
  if (path.length === 0) return [{ table: root, name: '', shown: '' }]
  const [last, ...above] = path.toReversed()
  const parent = above.toReversed().reduce((table, part) => table.section(part), root)
  const shown = (name: string): string => [...above.toReversed(), name].map(quoteKey).join('.')
  if (isList === true) {
    const tables = parent.tables(last!) ?? []
    return tables.map((table, index) => ({ table, name: '', shown: `${shown(last!)}[${index}]` }))
  }
  if (last !== '*') {
    const isText = canBeText === true && typeof parent.value(last!) === 'string'
    return [{ table: isText ? parent.overlay(last!) : parent.section(last!), name: '', shown: shown(last!) }]
  }
  return (names ?? parent.keys)
    .filter((name) => parent.keys.includes(name) || parent.isOverridden(name))
    .map((name) => ({ table: parent.section(name), name, shown: shown(name) }))
}

/** The keys whose value differs, those that came and those that went among them. */
export function changedKeys(before: readonly KeyValue[], after: readonly KeyValue[]): KeyValue[] {
  const old = new Map(before.map((value) => [value.key, value]))
  const now = new Set(after.map(({ key }) => key))
  return [
    ...after.filter(({ key, value }) => shown(old.get(key)?.value) !== shown(value)),
    ...before.filter(({ key }) => !now.has(key)),
  ]
}

const shown = (value: TomlValue | undefined): string => (value === undefined ? '' : tomlText(value))

/** A value as TOML has it. */
export function tomlText(value: TomlValue): string {
  if (typeof value === 'string') return JSON.stringify(value).replaceAll('\u007f', '\\u007f')
  if (Array.isArray(value)) return `[${value.map((item) => tomlText(item as TomlValue)).join(', ')}]`
  if (typeof value !== 'object') return String(value)
  const pairs = Object.entries(value).map(([key, item]) => `${quoteKey(key)} = ${tomlText(item as TomlValue)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}
