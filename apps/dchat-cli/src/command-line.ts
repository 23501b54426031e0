/** Reads the command line: which command, its words and options, and those that every command has. */
import { parseArgs } from 'node:util'
import type { OptionDescription } from '@dchat/manual'
import { COMMANDS, findCommand } from './command-list.ts'
import type { Command, CommandWords, OptionValues } from './command.ts'
import { UsageError } from './exit.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { adviceFor } from './unknown-command.ts'

export interface Invocation extends CommandWords {
  readonly command: Command
  readonly options: OptionValues
}

export type CommandLine =
  | { readonly at: 'run'; readonly invocation: Invocation }
  /** Of one command, or of the program. */
  | { readonly at: 'help'; readonly command: Command | undefined }
  | { readonly at: 'version' }

/** @param argv without node and script. @throws {UsageError} */
export async function readCommandLine(argv: readonly string[]): Promise<CommandLine> {
  const index = commandIndex(argv)
  const name = index === undefined ? undefined : argv[index]!
  const command = name === undefined ? undefined : await findCommand(name)
  const own = command?.options ?? []
  const { options, ...words } = parse(index === undefined ? argv : argv.toSpliced(index, 1), [...GLOBAL_OPTIONS, ...own])
  if (options['help'] === true && (name === undefined || command !== undefined)) return { at: 'help', command }
  if (options['version'] === true) return { at: 'version' }
  if (name === undefined) throw new UsageError('which command? See "dchat-cli --help"')
  return { at: 'run', invocation: { command: command ?? (await commandNamed(name, words.args[0])), options, ...words } }
}

/**
 * @param next the word after it, where there is one
 * @throws {UsageError} naming the nearest ones when there is none
 */
export async function commandNamed(name: string, next?: string): Promise<Command> {
  const command = await findCommand(name)
  if (command !== undefined) return command
  const { METHOD_COMMANDS } = await import('./methods/method-commands.ts')
  const [commands, methods] = [COMMANDS, METHOD_COMMANDS].map((list) => list.map((each) => each.name))
  throw new UsageError(`unknown command: ${name}; ${adviceFor(name, next, { commands: commands!, methods: methods! })}`)
}

/** Where the first word stands that is no option and no option's value. Options of a command come after it. */
function commandIndex(argv: readonly string[]): number | undefined {
  const { tokens } = parseArgs({ args: [...argv], options: parserOptions(GLOBAL_OPTIONS), strict: false, tokens: true })
  return tokens.find((token) => token.kind === 'positional')?.index
}

function parse(args: readonly string[], options: readonly OptionDescription[]): CommandWords & { options: OptionValues } {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: parserOptions(options),
      allowPositionals: true,
      strict: true,
      tokens: true,
    })
    // `--home "$UNSET"` must not end up at another daemon than the one that was meant.
    for (const [name, value] of Object.entries(values)) if (value === '') throw new UsageError(`--${name} is empty`)
    const terminator = tokens.findIndex((token) => token.kind === 'option-terminator')
    const before = terminator === -1 ? tokens : tokens.slice(0, terminator)
    const plainFrom = before.filter((token) => token.kind === 'positional').length
    return { options: values as OptionValues, args: positionals, plainFrom }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    const reason = (cause as Error).message.split(/\. |\n/)[0]!.replace(/\.$/, '')
    throw new UsageError(`${reason}; see "dchat-cli --help"`, { cause })
  }
}

type ParserOptions = Record<string, { type: 'string' | 'boolean'; short?: string }>

function parserOptions(options: readonly OptionDescription[]): ParserOptions {
  return Object.fromEntries(
    options.map(({ name, value, short }) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
    ]),
  )
}
