/** A program's man page, in the man macros that groff and mandoc read. */
import { paragraphsOf, spellings } from './description.ts'
import type { CommandDescription, Entry, OptionDescription, ProgramDescription, SectionDescription } from './description.ts'
import { escapeRoff, roffLines, roffWords } from './roff.ts'

export interface PageHead {
  readonly name: string
  /** 1 for programs, 5 for files. */
  readonly section: 1 | 5
  /** Day of the last change, as in 2026-11-26. */
  readonly date: string
  /** What it belongs to and its version, as in `dchat 0.1.0`. */
  readonly source: string
  /** Pages to read next, as in `dchatd(1)`. */
  readonly seeAlso: readonly string[]
}

/** Of lines that are kept: in the page itself, and below a term, whose text is indented already. */
const INDENT = 4
const ENTRY_INDENT = 11

/** The page of a program, with a line feed at its end. */
export function programPage(program: ProgramDescription, head: PageHead): string {
  const { usages, text, options, commands, sections, examples } = program
  return page({ ...head, summary: program.summary }, [
    '.SH SYNOPSIS',
    ...usages.flatMap((usage, index) => [...(index === 0 ? [] : ['.br']), `.B ${escapeRoff(program.name)}`, ...word(usage)]),
    '.SH DESCRIPTION',
    ...flowing(text),
    ...(options.length === 0 ? [] : ['.SH OPTIONS', ...options.flatMap(optionEntry)]),
    ...groupsOf(commands).flatMap(([group, list]) => [heading(group), ...list.flatMap(commandEntry)]),
    ...sections.flatMap(section),
    ...(examples.length === 0 ? [] : ['.SH EXAMPLES', ...examples.flatMap(example)]),
  ])
}

/** A page of titled sections, such as that of a file. */
export function sectionsPage(content: { summary: string; sections: readonly SectionDescription[] }, head: PageHead): string {
  return page({ ...head, summary: content.summary }, content.sections.flatMap(section))
}

function page(head: PageHead & { summary: string }, body: readonly string[]): string {
  const { name, section: number, date, source, seeAlso, summary } = head
  const lines = [
    String.raw`.\" Printed from the tables of the program; edit those, then run "pnpm print-docs".`,
    `.TH ${name.toUpperCase().replaceAll('-', String.raw`\-`)} ${number} ${date} "${source}"`,
    '.SH NAME',
    `${escapeRoff(name)} \\- ${roffWords(summary)}`,
    ...body,
    ...(seeAlso.length === 0 ? [] : ['.SH SEE ALSO', ...seeAlso.map(reference(seeAlso.length))]),
  ]
  return `${lines.join('\n')}\n`
}

function section({ title, text = '', entries = [] }: SectionDescription): string[] {
  return [heading(title), ...flowing(text), ...entries.flatMap(([term, meaning]) => entry(term, meaning))]
}

/** In capitals, but for the names of tables. */
function heading(title: string): string {
  return `.SH ${escapeRoff(title.startsWith('[') ? title : title.toUpperCase())}`
}

function groupsOf(commands: readonly CommandDescription[]): [string, CommandDescription[]][] {
  return [...Map.groupBy(commands, (command) => command.group)]
}

function commandEntry({ usage, summary, text, options, entries }: CommandDescription): string[] {
  const nested = [...entries.flatMap(([term, meaning]) => entry(term, meaning)), ...options.flatMap(optionEntry)]
  return [
    ...entry(usage, `${summary.charAt(0).toUpperCase()}${summary.slice(1)}${summary.endsWith('.') ? '' : '.'}`),
    ...indented(text),
    ...(nested.length === 0 ? [] : ['.RS', ...nested, '.RE']),
  ]
}

function optionEntry(option: OptionDescription): string[] {
  const names = spellings(option)
    .toReversed()
    .map((spelling) => `\\fB${escapeRoff(spelling)}\\fR`)
  const value = option.value === undefined ? '' : ` \\fI${escapeRoff(option.value)}\\fR`
  return ['.TP', `${names.join(', ')}${value}`, roffWords(option.help)]
}

function entry(term: string, meaning: string): string[] {
  return [
    '.TP',
    `\\fB${escapeRoff(term)}\\fR`,
    ...paragraphsOf(meaning).flatMap((paragraph, index) =>
      paragraph.kind === 'words'
        ? [...(index === 0 ? [] : ['.IP']), roffWords(paragraph.text)]
        : roffLines(paragraph.lines, ENTRY_INDENT),
    ),
  ]
}

/** Paragraphs of the page itself; the first follows its heading. */
function flowing(text: string): string[] {
  return paragraphsOf(text).flatMap((paragraph, index) => [
    ...(index === 0 ? [] : ['.PP']),
    ...(paragraph.kind === 'words' ? [roffWords(paragraph.text)] : roffLines(paragraph.lines, INDENT)),
  ])
}

/** Further paragraphs of an entry. */
function indented(text: string): string[] {
  return paragraphsOf(text).flatMap((paragraph) =>
    paragraph.kind === 'words' ? ['.IP', roffWords(paragraph.text)] : ['.sp', ...roffLines(paragraph.lines, ENTRY_INDENT)],
  )
}

function example([command, what]: Entry, index: number): string[] {
  return [...(index === 0 ? [] : ['.PP']), roffWords(what), ...roffLines([command], INDENT)]
}

function word(text: string): string[] {
  return text === '' ? [] : [escapeRoff(text)]
}

function reference(count: number): (page: string, index: number) => string {
  return (name, index) => {
    const [, title, number] = /^(.*)\((\d)\)$/.exec(name)!
    return `.BR ${escapeRoff(title!)} (${number})${index === count - 1 ? '' : ' ,'}`
  }
}
