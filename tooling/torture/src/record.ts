/** What is kept of runs, for docs/reliability.md: the newest run of each experiment, in recorded.json. */
import { existsSync, readFileSync } from 'node:fs'
import type { Finding, Form, Part } from './experiment.ts'

export interface RecordedRun {
  readonly part: Part
  readonly name: string
  readonly claim: string
  readonly reference?: string
  readonly form: Form
  /** `2026-11-26` */
  readonly date: string
  /** Abbreviated. */
  readonly commit: string
  /** `v24.21.0` */
  readonly node: string
  readonly seed: number
  readonly seconds: number
  readonly findings: readonly Finding[]
}

export const RECORD_FILE: URL = new URL('../recorded.json', import.meta.url)

/** The runs that are kept, in the order in which experiments are listed; empty where nothing was recorded. */
export function readRecord(): readonly RecordedRun[] {
  return existsSync(RECORD_FILE) ? (JSON.parse(readFileSync(RECORD_FILE, 'utf8')) as RecordedRun[]) : []
}

/** `fresh` runs take the place of older ones of their name; those whose experiment is not in `names` are left out. */
export function mergeRuns(
  kept: readonly RecordedRun[],
  fresh: readonly RecordedRun[],
  names: readonly string[],
): readonly RecordedRun[] {
  const byName = new Map([...kept, ...fresh].map((run) => [run.name, run]))
  return names.flatMap((name) => byName.get(name) ?? [])
}

/** A Markdown table of the runs of one part: what was done, what came out, what is aimed at, what the reference does. */
export function recordTable(runs: readonly RecordedRun[], part: Part): string {
  const rows = runs.filter((run) => run.part === part).flatMap(rowsOf)
  return ['| experiment | what was done | what came out | aim | a reference node |', '|---|---|---|---|---|', ...rows].join('\n')
}

function rowsOf({ name, findings, reference = '' }: RecordedRun): string[] {
  return findings.map(({ done, outcome, aim, isMet }, index) => {
    const cells = [index === 0 ? `\`${name}\`` : '', done, isMet ? outcome : `**${outcome}**`, aim, index === 0 ? reference : '']
    return `| ${cells.map(cell).join(' | ')} |`
  })
}

/** One line, and nothing that would end the cell. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)
}
