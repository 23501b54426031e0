/** What a program's help, man page and completion are printed from. */

export interface OptionDescription {
  /** Without its dashes. */
  readonly name: string
  /** One letter, without its dash. */
  readonly short?: string
  /** What stands for its value in help; an option without this takes none. */
  readonly value?: string
  /** One line, without a full stop. */
  readonly help: string
  /** What completion offers for the value. @default nothing */
  readonly takes?: ValueKind
}

/** Files, folders, or certain words. */
export type ValueKind = 'file' | 'folder' | readonly string[]

/** A word that may follow a command; one that ends with `=` is the begin of a word. */
export interface WordDescription {
  readonly word: string
  readonly help: string
}

/** Term and what it means. */
export type Entry = readonly [term: string, meaning: string]

export interface CommandDescription {
  readonly name: string
  /** Name and arguments, as in `send TEXT…`. */
  readonly usage: string
  /** One line, without a full stop. */
  readonly summary: string
  /** Text; see `paragraphsOf`. */
  readonly text: string
  readonly options: readonly OptionDescription[]
  /** What its arguments stand for. */
  readonly entries: readonly Entry[]
  /** What completion offers after it. */
  readonly words: readonly WordDescription[]
  /** Heading under which it is listed. */
  readonly group: string
}

export interface SectionDescription {
  readonly title: string
  /** Text before the entries. */
  readonly text?: string
  readonly entries?: readonly Entry[]
}

export interface ProgramDescription {
  readonly name: string
  /** What it is, one line, without a full stop. */
  readonly summary: string
  /** What follows the name on command lines, such as `[OPTIONS]`; an empty text for nothing. */
  readonly usages: readonly string[]
  readonly text: string
  /** Options of the program, or of each of its commands. */
  readonly options: readonly OptionDescription[]
  readonly commands: readonly CommandDescription[]
  /** Environment, files, exit codes, and whatever else there is to say, in this order. */
  readonly sections: readonly SectionDescription[]
  /** [command line, what it does] */
  readonly examples: readonly Entry[]
}

/** A piece of a text: words to be wrapped, or lines to be left as they are. */
export type Paragraph = { readonly kind: 'words'; readonly text: string } | { readonly kind: 'lines'; readonly lines: string[] }

/** The paragraphs of `text`, separated by empty lines. One whose lines are all indented is kept line by line. */
export function paragraphsOf(text: string): Paragraph[] {
  return text
    .split(/\n{2,}/)
    .map((part) => part.split('\n').filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines): Paragraph => {
      if (lines.every((line) => line.startsWith('  '))) return { kind: 'lines', lines: lines.map((line) => line.slice(2)) }
      return { kind: 'words', text: lines.map((line) => line.trim()).join(' ') }
    })
}

/** Every option that takes a value, of the program and its commands. Completion tells by it which words are values. */
export function valueOptions(program: ProgramDescription): OptionDescription[] {
  const all = [program.options, ...program.commands.map((command) => command.options)].flat()
  return all.filter((option) => option.value !== undefined)
}

/** An option as typed: `--name`, and `-n` when it has one. */
export function spellings({ name, short }: OptionDescription): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
}
