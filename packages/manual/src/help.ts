/** Help for a terminal: columns and wrapped text. */
import { paragraphsOf } from './description.ts'
import type { Entry, OptionDescription, ProgramDescription } from './description.ts'

/** Help is laid out for terminals of this many columns. */
export const HELP_COLUMNS = 100

/** The help of a program without commands: all that its description has. */
export function programHelp({ name, usages, text, options, sections, examples }: ProgramDescription): string {
  const usage = usages.map((words, index) => `${index === 0 ? 'Usage:' : '      '} ${name} ${words}`)
  return [
    ...usage,
    '',
    ...helpParagraphs(text),
    ...titled('Options', helpEntries(optionEntries(options))),
    ...sections.flatMap((section) =>
      titled(section.title, [...helpParagraphs(section.text ?? ''), ...helpEntries(section.entries ?? [])]),
    ),
    ...titled(
      'Examples',
      examples.flatMap(([command, what]) => [`  ${command}`, `      ${what}`]),
    ),
  ].join('\n')
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => line.replaceAll('`', ''))]
}

/** Paragraphs of `text`, wrapped, an empty line between them. */
export function helpParagraphs(text: string): string[] {
  return paragraphsOf(text).flatMap((paragraph, index) => [
    ...(index === 0 ? [] : ['']),
    ...(paragraph.kind === 'words' ? wrap(paragraph.text, HELP_COLUMNS) : paragraph.lines.map((line) => `  ${line}`)),
  ])
}

/** Terms up to this wide have their meaning beside them, longer ones below. */
const MAX_TERM_COLUMNS = 42

/** `term  meaning` a line, terms indented by two columns and meanings below each other. */
export function helpEntries(entries: readonly Entry[]): string[] {
  const widths = entries.map(([term]) => term.length).filter((width) => width <= MAX_TERM_COLUMNS)
  const indent = Math.max(1, ...widths) + 4
  return entries.flatMap(([term, meaning]) => {
    const lines = wrap(meaning, HELP_COLUMNS - indent).map((line) => `${' '.repeat(indent)}${line}`)
    if (term.length > indent - 4) return [`  ${term}`, ...lines]
    return [`  ${term}`.padEnd(indent) + lines[0]!.slice(indent), ...lines.slice(1)]
  })
}

/** Options as `helpEntries` takes them: `-n, --name VALUE`. */
export function optionEntries(options: readonly OptionDescription[]): Entry[] {
  const hasShort = options.some(({ short }) => short !== undefined)
  return options.map(({ name, short, value, help }) => {
    const before = short === undefined ? (hasShort ? '    ' : '') : `-${short}, `
    return [`${before}--${name}${value === undefined ? '' : ` ${value}`}`, help]
  })
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
