/** What the verbs that only look print: text for people, or with `--json` one object for programs. */
import { isAbsolute } from 'node:path'
import { sourceText, tomlText } from '@dchat/config'
import type { KeyValue } from '@dchat/config'
import { DEFAULT_SETTINGS } from '@dchat/net'
import { RPC_VERSION } from '@dchat/rpc'
import { formatSemver } from '@dchat/serial'

export interface CheckedConfig {
  readonly configFile: string
  /** Whether the file is there; without one there are defaults. */
  readonly hasFile: boolean
  readonly values: readonly KeyValue[]
  readonly warnings: readonly string[]
}

export interface ReportOptions {
  readonly json: boolean
}

/** A value that is longer does not push all sources aside. */
const WIDEST_VALUE = 60

/** Of `check`: that the configuration can be used, its warnings, and with `print` every value and its source. Secrets are not shown. */
export function checkReport(config: CheckedConfig, { json, print }: ReportOptions & { readonly print: boolean }): string {
  const { configFile, hasFile, values, warnings } = config
  if (json) {
    const shown = values.map(({ key, value, source, isSecret }) => ({
      key,
      ...(isSecret ? { set: value !== undefined } : { value: value ?? null }),
      source,
    }))
    return jsonText({ ok: true, file: hasFile ? configFile : null, warnings, values: shown })
  }
  const said = warnings.map((warning) => `warning: ${warning}`)
  const ok = hasFile ? `OK: ${configFile}` : `OK: ${configFile} is not there, the defaults hold`
  return [...(print ? valueLines(values) : []), ...said, ok].map((line) => `${line}\n`).join('')
}

function valueLines(values: readonly KeyValue[]): string[] {
  const rows = values.map((value) => [`${value.key} = ${shownValue(value)}`, sourceText(value.source)] as const)
  const width = Math.min(WIDEST_VALUE, Math.max(...rows.map(([left]) => left.length)))
  return rows.map(([left, source]) => `${left.padEnd(width)}  # ${source}`)
}

function shownValue({ value, isSecret }: KeyValue): string {
  if (value === undefined) return 'not set'
  return isSecret ? 'set' : tomlText(value)
}

export interface PathRow {
  readonly name: string
  /** Null for what is switched off. */
  readonly path: string | null
  /** What decides it. */
  readonly source: string
}

/** Of `paths`. */
export function pathReport(rows: readonly PathRow[], { json }: ReportOptions): string {
  if (json) return jsonText(Object.fromEntries(rows.map(({ name, path, source }) => [name, { path, source }])))
  const width = Math.max(...rows.map(({ name }) => name.length))
  return rows.map(({ name, path, source }) => `${name.padEnd(width)}  ${path ?? 'none'}  # ${source}\n`).join('')
}

/**
 * What decides the folders that `dchatPaths` answers: a flag, a variable, or nothing.
 * @param home as `--home` has it
 */
export function folderSources(
  home: string | undefined,
  env: NodeJS.ProcessEnv,
): Readonly<Record<'config' | 'data' | 'state' | 'runtime', string>> {
  const ofHome = (env['DCHAT_HOME'] ?? '') === '' ? undefined : 'DCHAT_HOME'
  const moved = home === undefined ? ofHome : '--home'
  const of = (variable: string): string | undefined => (isAbsolute(env[variable] ?? '') ? variable : undefined)
  const state = moved ?? of('XDG_STATE_HOME') ?? 'default'
  return {
    config: moved ?? of('XDG_CONFIG_HOME') ?? 'default',
    data: moved ?? of('XDG_DATA_HOME') ?? 'default',
    state,
    runtime: moved ?? of('XDG_RUNTIME_DIR') ?? state,
  }
}

/** Of `version`: the program first, then what it is made of. `commit` is null for what was not built from a checkout. */
export function versionReport(
  program: string,
  { version, commit }: { readonly version: string; readonly commit: string | null },
  { json }: ReportOptions,
): string {
  const parts = {
    commit,
    protocol: formatSemver(DEFAULT_SETTINGS.appVersion),
    rpc: RPC_VERSION,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? null,
  }
  if (json) return jsonText({ version, ...parts })
  const width = Math.max(...Object.keys(parts).map((name) => name.length))
  const lines = Object.entries(parts).map(([name, value]) => `${name.padEnd(width)}  ${value ?? 'unknown'}\n`)
  return `${program} ${version}\n${lines.join('')}`
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
