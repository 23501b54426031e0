/** The texts of `--help`, made from the tables of verbs and flags. */
import type { FlagSpec, FlagTable } from '@dchat/config'
import { helpParagraphs } from '@dchat/manual'
import type { VerbSpec } from './flags.ts'

/** Help is laid out for terminals of this many columns. */
const COLUMNS = 100

export interface HelpOptions {
  readonly program: string
  /** What the program is, one sentence. */
  readonly summary: string
  readonly verbs: Readonly<Record<string, VerbSpec>>
  readonly usualVerb: string
  /** Flags of every verb by heading, in the order to show. */
  readonly groups: Readonly<Record<string, FlagTable>>
  /** [command line, what it does] */
  readonly examples: readonly (readonly [string, string])[]
  /** Further lines, as they are. */
  readonly notes?: readonly string[]
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[]
}

type Row = readonly [left: string, text: string]

/** The whole text, with a line feed at its end. */
export function helpText(options: HelpOptions): string {
  const { program, summary, verbs, usualVerb, groups, examples, notes = [], exitCodes } = options
  const flags = Object.entries(groups).map(([heading, table]) => [heading, flagRows(table)] as const)
  const ofVerbs = Object.entries(verbs).map(([verb, { argument, help }]): Row => {
    const usual = verb === usualVerb ? ' (when no verb is given)' : ''
    return [`  ${verb}${argument === undefined ? '' : ` [${argument}]`}`, `${help}${usual}`]
  })
  return textOf([
    `${program}: ${summary}`,
    '',
    `Usage: ${program} [VERB] [FLAGS]`,
    ...tables([['Verbs', ofVerbs], ...flags]),
    '',
    'Examples:',
    ...examples.flatMap(([command, what]) => [`  ${command}`, `      ${what}`]),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    ...helpParagraphs(`Exit codes: ${exitCodes.map(([code, meaning]) => `${code} ${meaning}`).join(', ')}.`),
  ])
}

/** The text of `--help` behind a verb, with a line feed at its end. */
export function verbHelp({ program, verbs, groups }: HelpOptions, verb: string): string {
  const { help, argument, flags = {} } = verbs[verb]!
  const own = Object.keys(flags).length === 0 ? [] : ([[`Flags of ${verb}`, flagRows(flags)]] as const)
  const common = Object.entries(groups).map(([heading, table]) => [heading, flagRows(table)] as const)
  const usage = `Usage: ${program} ${verb}${argument === undefined ? '' : ` [${argument}]`} [FLAGS]`
  return textOf([`${program} ${verb}: ${help}`, '', usage, ...tables([...own, ...common])])
}

/** All tables with their second column at one place. */
function tables(all: readonly (readonly [heading: string, rows: readonly Row[]])[]): string[] {
  const width = Math.max(...all.flatMap(([, rows]) => rows.map(([left]) => left.length)))
  return all.flatMap(([heading, rows]) => ['', `${heading}:`, ...rows.flatMap(([left, text]) => row(left.padEnd(width), text))])
}

function flagRows(flags: FlagTable): Row[] {
  return Object.entries(flags).map(([name, spec]) => [leftColumn(name, spec), spec.help])
}

function leftColumn(name: string, spec: FlagSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `
  const value = 'value' in spec ? ` ${spec.value}` : ''
  return `  ${short}--${name}${value}`
}

function row(left: string, help: string): string[] {
  const indent = left.length + 2
  const lines: string[] = []
  let line = `${left} `
  for (const word of help.split(' ')) {
    if (line.length + 1 + word.length > COLUMNS && line.trim() !== '') {
      lines.push(line)
      line = ' '.repeat(indent - 1)
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
