/** The text of `--help`, made from the table of flags. */
import type { FlagSpec, FlagTable } from './flags.ts'

/** Help is laid out for terminals of this many columns. */
const COLUMNS = 100

export interface HelpOptions {
  readonly program: string
  /** What the program is, one sentence. */
  readonly summary: string
  /** Flags by heading, in the order to show. */
  readonly groups: Readonly<Record<string, FlagTable>>
  /** [command line, what it does] */
  readonly examples: readonly (readonly [string, string])[]
  /** Further lines, as they are. */
  readonly notes?: readonly string[]
}

/** The whole text, with a line feed at its end. */
export function helpText({ program, summary, groups, examples, notes = [] }: HelpOptions): string {
  const rows = Object.values(groups).flatMap((flags) => Object.entries(flags).map(([name, spec]) => leftColumn(name, spec)))
  const width = Math.max(...rows.map((row) => row.length))
  const lines = [`${program}: ${summary}`, '', `Usage: ${program} [FLAGS]`]
  for (const [heading, flags] of Object.entries(groups)) {
    lines.push('', `${heading}:`)
    for (const [name, spec] of Object.entries(flags)) lines.push(...row(leftColumn(name, spec).padEnd(width), spec.help))
  }
  lines.push('', 'Examples:')
  for (const [command, what] of examples) lines.push(`  ${command}`, `      ${what}`)
  if (notes.length > 0) lines.push('', ...notes)
  return `${lines.join('\n')}\n`
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
