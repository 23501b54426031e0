/**
 * Configuration keys as data. One table says of each key how it is read, what it is when nobody sets it, which flag wins over
 * the file and what it means: reading, overriding, listing and documenting all go by it.
 */
import type { FlagSpec } from '../flag-spec.ts'
import { tomlTableOf } from '../toml-document.ts'
import type { TomlTable, TomlValue } from '../toml-document.ts'
import type { Parsed } from '../parsed.ts'

export interface Places {
  /** What `~/` stands for. */
  readonly home: string
  /** Folder that relative paths of the file are taken from. */
  readonly base: string
}

/** How values of a key are written and read. */
export interface KeyKind<T> {
  /** What may be written, in a few words: `0 to 65535`, `list of addresses`. */
  readonly doc: string
  /** All texts that will do, where there are few: for completion. */
  readonly words?: readonly string[]
  /** The TOML value that the text of a flag or variable stands for; paths are taken from the folder `cwd`. */
  parseText(text: string, cwd: string): Parsed<TomlValue>
  /** The value of a key that is there. @throws {ConfigError} with its place when it will not do */
  read(table: TomlTable, key: string, places: Places): T
}

export type KeyFlag = FlagSpec & { readonly name: string }

export interface KeySpec<T> {
  readonly kind: KeyKind<T>
  /** As a file would have it; of a table that is there under several names, by the name. Without it the key may be missing. */
  readonly default?: TomlValue | ((name: string) => TomlValue)
  /** What documentation shows for a default that is no constant. @default the default, or – */
  readonly defaultDoc?: string
  /** What it means: Markdown on one line, no full stop at its end. */
  readonly text: string
  /** Lines of TOML that show it in use, for the commented file. */
  readonly examples?: readonly string[]
  /** A line of TOML for the commented file where there is no default to show. */
  readonly sample?: string
  /** Stands in the commented file without `#`. */
  readonly isShown?: boolean
  /** Begins a group of keys. */
  readonly startsGroup?: boolean
  readonly flag?: KeyFlag
  /** Whether a running daemon takes a change over on SIGHUP. Undefined for programs that do not read their file again. */
  readonly isLive?: boolean
  /** Whether the value is for nobody to see. */
  readonly isSecret?: boolean
}

/** The keys of one table, by name, for the values `V` that are read of them. */
export type KeyTable<V> = { readonly [K in keyof V]-?: KeySpec<V[K]> }

/** A table of the file. */
export interface ConfigSection {
  /** The names of the tables that lead to it; `*` stands for any of `names`, and without them for any name at all. */
  readonly path: readonly string[]
  /** As a file has it, with NAME for any name: `[net.profiles."NAME"]`. */
  readonly title: string
  readonly names?: readonly string[]
  /** A list of tables, `[[…]]`. */
  readonly isList?: boolean
  /** In files of the reference a text can stand in its place, which is none of its keys. */
  readonly canBeText?: boolean
  /** The header as the commented file has it. @default the title */
  readonly shownTitle?: string
  /** What the commented file says before its keys, Markdown on one line. */
  readonly text?: string
  /** Lines of TOML that the commented file shows as a whole, instead of the keys one by one. */
  readonly examples?: readonly string[]
  // oxlint-disable-next-line typescript/no-explicit-any -- sections hold keys of every type
  readonly keys: Readonly<Record<string, KeySpec<any>>>
}

export interface ReadContext extends Places {
  /** Under which of its names the table stands. @default '' */
  readonly name?: string
}

/**
 * The values of all keys of a table; what is not there has its default.
 * @throws {ConfigError} for the first that will not do
 */
export function readKeys<V extends object>(table: TomlTable, keys: KeyTable<V>, context: ReadContext): V {
  const names = Object.keys(keys) as (keyof V & string)[]
  return Object.fromEntries(names.map((name) => [name, readKey(table, { name, spec: keys[name] }, context)])) as V
}

function readKey<T>(table: TomlTable, { name, spec }: { name: string; spec: KeySpec<T> }, context: ReadContext): T | undefined {
  if (table.has(name)) return spec.kind.read(table, name, context)
  const usual = defaultOf(spec, context.name)
  return usual === undefined ? undefined : spec.kind.read(tomlTableOf({ [name]: usual }), name, context)
}

/** As a file would have it. */
export function defaultOf(spec: KeySpec<unknown>, name = ''): TomlValue | undefined {
  return typeof spec.default === 'function' ? spec.default(name) : spec.default
}
