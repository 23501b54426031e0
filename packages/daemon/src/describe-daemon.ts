/** A daemon's help as data: completion and the man page are printed from it. */
import type { FlagSpec, FlagTable } from '@dchat/config'
import type { CommandDescription, Entry, OptionDescription, ProgramDescription, SectionDescription } from '@dchat/manual'
import type { VerbSpec } from './flags.ts'
import type { HelpOptions } from './help.ts'

export interface DaemonTexts {
  /** What the program is and does, for the man page. */
  readonly text: string
  /** What stands between flags and examples, before the exit codes. */
  readonly sections: readonly SectionDescription[]
  /** Words that may stand for the argument of a verb. */
  readonly words?: Readonly<Record<string, readonly string[]>>
}

export function describeDaemon(help: HelpOptions, { text, sections, words = {} }: DaemonTexts): ProgramDescription {
  const { program, summary, verbs, groups, examples, exitCodes } = help
  return {
    name: program,
    summary,
    usages: ['[VERB] [FLAGS]'],
    text,
    options: Object.values(groups).flatMap(optionsOf),
    commands: Object.entries(verbs).map(([name, verb]) => describeVerb(name, verb, words[name] ?? [])),
    sections: [
      ...sections,
      { title: 'Exit status', entries: exitCodes.map(([code, meaning]): Entry => [String(code), meaning]) },
    ],
    examples,
  }
}

function describeVerb(name: string, { help, argument, flags = {} }: VerbSpec, words: readonly string[]): CommandDescription {
  return {
    name,
    usage: argument === undefined ? name : `${name} [${argument}]`,
    summary: help,
    text: '',
    options: optionsOf(flags),
    entries: [],
    words: words.map((word) => ({ word, help })),
    group: 'Verbs',
  }
}

function optionsOf(flags: FlagTable): OptionDescription[] {
  return Object.entries(flags).map(([name, flag]) => ({ name, help: flag.help, ...shortOf(flag), ...valueOf(flag) }))
}

function shortOf({ short }: FlagSpec): Pick<OptionDescription, 'short'> {
  return short === undefined ? {} : { short }
}

/** The name of a value says what completion offers for it. */
function valueOf(flag: FlagSpec): Pick<OptionDescription, 'value' | 'takes'> {
  if (!('value' in flag)) return {}
  const { value } = flag
  if (value === 'FILE') return { value, takes: 'file' }
  return value === 'DIR' ? { value, takes: 'folder' } : { value }
}
