/** What is kept of runs, for docs/reliability.md: the newest run of each experiment, a file each in recorded/. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
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

/** Where the runs are kept. */
export const RECORD_FOLDER: URL = new URL('../recorded/', import.meta.url)

/** The runs that are kept, by name; empty where nothing was recorded. */
export function readRecord(folder: URL = RECORD_FOLDER): readonly RecordedRun[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.sort().map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as RecordedRun)
}

/** Takes the place of an older run of its name. */
export function keepRun(run: RecordedRun, folder: URL = RECORD_FOLDER): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${run.name}.json`, folder), `${JSON.stringify(run, null, 2)}\n`)
}

/** A Markdown table of the runs of one part: what was done, what came out, what is aimed at, what the reference does. */
export function recordTable(runs: readonly RecordedRun[], part: Part): string {
  const rows = runs.filter((run) => run.part === part).flatMap(rowsOf)
  return ['| experiment | what was done | what came out | aim | a reference node |', '|---|---|---|---|---|', ...rows].join('\n')
}

function rowsOf({ name, findings, reference = '' }: RecordedRun): string[] {
  return findings.map(({ done, outcome, aim, isMet, ...finding }, index) => {
    const beside = finding.reference ?? (index === 0 ? reference : '')
    const cells = [index === 0 ? `\`${name}\`` : '', done, isMet ? outcome : `**${outcome}**`, aim, beside]
    return `| ${cells.map(cell).join(' | ')} |`
  })
}

/** One line, and nothing that would end the cell. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)
}
