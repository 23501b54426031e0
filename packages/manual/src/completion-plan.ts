/** What each shell's completion is written from: the same words in the same order, whatever the shell. */
import { spellings, valueOptions } from './description.ts'
import type { OptionDescription, ProgramDescription, WordDescription } from './description.ts'

export interface CompletionPlan {
  readonly program: string
  /** Name of the shell function: letters, digits and underscores. */
  readonly functionName: string
  /** Spellings of options whose next word is their value. */
  readonly valueSpellings: readonly string[]
  /** Options that have values to offer. */
  readonly offers: readonly OptionDescription[]
  /** Options of every command. */
  readonly options: readonly OptionDescription[]
  /** Where no command was typed yet. */
  readonly commands: readonly WordDescription[]
  /** After each command that has something of its own. */
  readonly after: readonly AfterCommand[]
}

export interface AfterCommand {
  readonly command: string
  readonly words: readonly WordDescription[]
  readonly options: readonly OptionDescription[]
}

export function planCompletion(program: ProgramDescription): CompletionPlan {
  const withValue = valueOptions(program)
  return {
    program: program.name,
    functionName: `_${program.name.replaceAll(/\W/g, '_')}`,
    valueSpellings: [...new Set(withValue.flatMap(spellings))],
    offers: distinct(withValue.filter(({ takes }) => takes !== undefined)),
    options: program.options,
    commands: program.commands.map(({ name, summary }) => ({ word: name, help: summary })),
    after: program.commands
      .map(({ name, words, options }) => ({ command: name, words, options }))
      .filter(({ words, options }) => words.length + options.length > 0),
  }
}

/** Options of one name mean the same wherever they stand. */
function distinct(options: readonly OptionDescription[]): OptionDescription[] {
  return [...new Map(options.map((option) => [option.name, option])).values()]
}

/** `text` in single quotes, as bash and zsh read it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** One line of plain words: marks of Markdown are of no use in a menu. */
export function menuText(text: string): string {
  return text.replaceAll('`', '').replaceAll(/\s+/g, ' ').trim()
}
