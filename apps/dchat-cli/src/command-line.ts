/** Reads the command line: which command, its options, and those that every command has. */
import { parseArgs } from 'node:util'
import type { Command, OptionSpec, OptionValues } from './command.ts'
import { UsageError } from './exit.ts'
import { COMMANDS, helpOf, overview } from './help.ts'

const GLOBAL_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  json: { type: 'boolean' },
  home: { type: 'string' },
  rpc: { type: 'string' },
  'cookie-file': { type: 'string' },
} as const satisfies Record<string, OptionSpec>

export interface Invocation {
  readonly command: Command
  readonly args: readonly string[]
  readonly options: OptionValues
}

export type CommandLine =
  | { readonly at: 'run'; readonly invocation: Invocation }
  | { readonly at: 'help'; readonly text: string }
  | { readonly at: 'version' }

/** @param argv without node and script. @throws {UsageError} */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const index = commandIndex(argv)
  const name = index === undefined ? undefined : argv[index]
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command === undefined || index === undefined) {
    const { values } = parse(
      argv.filter((_, position) => position !== index),
      GLOBAL_OPTIONS,
    )
    if (values['help'] === true) return { at: 'help', text: overview() }
    if (values['version'] === true) return { at: 'version' }
    if (name === undefined) throw new UsageError('which command? See "dchat-cli --help"')
    throw new UsageError(`unknown command: ${name}; there are ${COMMANDS.map((known) => known.name).join(', ')}`)
  }
  const { values, positionals } = parse(argv.toSpliced(index, 1), { ...GLOBAL_OPTIONS, ...command.options })
  if (values['help'] === true) return { at: 'help', text: helpOf(command) }
  if (values['version'] === true) return { at: 'version' }
  return { at: 'run', invocation: { command, args: positionals, options: values } }
}

/** Where the first word stands that is no option and no option's value. Options of a command come after it. */
function commandIndex(argv: readonly string[]): number | undefined {
  const { tokens } = parseArgs({ args: [...argv], options: GLOBAL_OPTIONS, strict: false, tokens: true })
  return tokens.find((token) => token.kind === 'positional')?.index
}

function parse(args: readonly string[], options: Record<string, OptionSpec>): { values: OptionValues; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    // `--home "$UNSET"` must not end up at another daemon than the one that was meant.
    for (const [name, value] of Object.entries(values)) if (value === '') throw new UsageError(`--${name} is empty`)
    return { values: values as OptionValues, positionals }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    const reason = (cause as Error).message.split(/\. |\n/)[0]!.replace(/\.$/, '')
    throw new UsageError(`${reason}; see "dchat-cli --help"`, { cause })
  }
}
