/** What wins over the file: flags, and variables of the environment. */
import { ConfigError } from '../errors.ts'
import type { FlagTable } from '../flag-spec.ts'
import { nearestName } from '@dchat/system'
import type { Override, Overrides } from '../toml-document.ts'
import { overridePath } from '../toml-document.ts'
import type { ConfigSection, KeySpec } from './config-key.ts'

/** How the variables of a program are named. */
export interface VariableNames {
  /** What each begins with: `DCHAT_`. */
  readonly prefix: string
  /** Those with the prefix that are no keys. */
  readonly others: readonly string[]
  /** Longer prefixes, of other programs. */
  readonly foreign: readonly string[]
}

/** A key and where it stands, its table under one of its names. */
export interface PlacedKey {
  readonly path: readonly string[]
  readonly name: string
  // oxlint-disable-next-line typescript/no-explicit-any -- keys of every type
  readonly spec: KeySpec<any>
}

/** Values of flags by name, as `parseFlags` has them: undefined and false were not given. */
export type FlagTexts = Readonly<Record<string, unknown>>

export interface OverrideSources {
  readonly flags: FlagTexts
  readonly env: NodeJS.ProcessEnv
  readonly variables: VariableNames
  /** Folder that relative paths of both are taken from. @default the working directory */
  readonly cwd?: string
}

/** All keys whose place is known before a file is read: not those of a list of tables, or of tables with any name. */
export function placedKeys(sections: readonly ConfigSection[]): PlacedKey[] {
  return sections.flatMap(({ path, names, isList, keys }) => {
    if (isList === true || (path.includes('*') && names === undefined)) return []
    const paths = names === undefined ? [path] : names.map((name) => path.map((part) => (part === '*' ? name : part)))
    return paths.flatMap((one) => Object.entries(keys).map(([name, spec]) => ({ path: one, name, spec })))
  })
}

/** The prefix, then the tables and the key in capitals, with `_` for whatever is neither a letter nor a digit. */
export function variableOf(prefix: string, { path, name }: Pick<PlacedKey, 'path' | 'name'>): string {
  return (
    prefix +
    [...path, name]
      .join('_')
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, '_')
  )
}

/** The flags of all keys, with the key in their help. */
export function flagsOfKeys(sections: readonly ConfigSection[]): FlagTable {
  return Object.fromEntries(
    placedKeys(sections).flatMap(({ path, name, spec }) => {
      if (spec.flag === undefined) return []
      const { name: flag, ...rest } = spec.flag
      return [[flag, { ...rest, help: `${rest.help} (${[...path, name].join('.')})` }]]
    }),
  )
}

/**
 * What flags and variables say of the keys of `sections`; a flag wins over a variable.
 * @returns warnings for variables that are no key, too
 * @throws {ConfigError} naming a variable whose text will not do
 */
export function readOverrides(
  sections: readonly ConfigSection[],
  sources: OverrideSources,
): { overrides: Overrides; warnings: readonly string[] } {
  const overrides = new Map<string, Override>()
  const variables = new Set(sources.variables.others)
  for (const key of placedKeys(sections)) {
    const variable = variableOf(sources.variables.prefix, key)
    variables.add(variable)
    const override = ofFlag(key.spec, sources) ?? ofVariable(variable, key.spec, sources)
    if (override !== undefined) overrides.set(overridePath([...key.path, key.name]), override)
  }
  return { overrides, warnings: unknownVariables(sources, variables) }
}

function ofFlag({ kind, flag }: KeySpec<unknown>, { flags, cwd }: OverrideSources): Override | undefined {
  const given = flag === undefined ? undefined : flags[flag.name]
  if (given === undefined || given === false) return undefined
  return override(
    { kind: 'flag', name: `--${flag!.name}` },
    typeof given === 'string' ? kind.parseText(given, cwd ?? process.cwd()) : { value: given },
  )
}

function ofVariable(name: string, { kind }: KeySpec<unknown>, { env, cwd }: OverrideSources): Override | undefined {
  const text = env[name]
  return text === undefined ? undefined : override({ kind: 'env', name }, kind.parseText(text, cwd ?? process.cwd()))
}

function override(
  source: Override['source'],
  parsed: { value: unknown } | { reason: string; hint?: string | undefined },
): Override {
  if ('value' in parsed) return { value: parsed.value, source }
  const { reason, hint } = parsed
  throw new ConfigError('CONFIG_VALUE', { file: source.name, line: null, key: null, reason, hint: hint ?? null })
}

function unknownVariables({ env, variables: { prefix, foreign } }: OverrideSources, known: ReadonlySet<string>): string[] {
  const isOurs = (name: string): boolean => name.startsWith(prefix) && !foreign.some((other) => name.startsWith(other))
  const unknown = Object.keys(env).filter((name) => isOurs(name) && !known.has(name))
  const names = new Map([...known].map((name) => [name.slice(prefix.length), name]))
  // Who leaves out the second RPC of DCHAT_RPC_RPC_LISTEN is understood as well.
  for (const [name, whole] of [...names]) names.set(name.replace(/^([A-Z]+)_\1_/, '$1_'), whole)
  return unknown.map((name) => {
    const nearest = nearestName(name.slice(prefix.length), names.keys())
    return `${name}: unknown variable, ignored${nearest === undefined ? '' : `; did you mean ${names.get(nearest)}?`}`
  })
}
