/** What an input line means: a command, or text to be sent. Pure. */
import { editDistance } from '@dchat/system'
import { COMMANDS } from './command-table.ts'
import type { CommandEntry, CommandName } from './command-table.ts'

/** Every word that names a command, with its slash, sorted. */
const COMMAND_WORDS: readonly string[] = COMMANDS.flatMap((command) => [command.name, ...command.aliases])
  .filter((word) => word.length > 1)
  .map((word) => `/${word}`)
  .sort()

export type ParsedLine =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly name: CommandName; readonly argument: string }
  | { readonly kind: 'error'; readonly message: string }

/** What an input line means. A line that begins with `/` is a command or an error, never text; `//` begins text with one slash. */
export function parseLine(line: string): ParsedLine {
  if (line.trim() === '') return { kind: 'empty' }
  if (!line.startsWith('/')) return { kind: 'text', text: line }
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) }
  const [, word, argument] = /^\/(\S*)\s*([^]*)$/u.exec(line) as unknown as [string, string, string]
  const command = findCommand(word)
  if (command === undefined) return { kind: 'error', message: unknownCommand(word) }
  if (command.isArgumentNeeded && argument.trim() === '') {
    return { kind: 'error', message: `/${command.name} needs ${command.argument}: ${command.doc}` }
  }
  return { kind: 'command', name: command.name, argument: command.name === 'me' ? argument : argument.trim() }
}

/** The command that `word`, without its slash, names. */
export function findCommand(word: string): CommandEntry | undefined {
  const wanted = word.toLowerCase()
  return COMMANDS.find((command) => command.name === wanted || command.aliases.includes(wanted))
}

function unknownCommand(word: string): string {
  const nearest = nearestCommand(word)
  const advice = nearest === undefined ? '/help lists them' : `did you mean ${nearest}?`
  return `no command /${word.slice(0, 32)}: ${advice} (// sends text that begins with /)`
}

/** The command word nearest to `word`; undefined when none is near. */
export function nearestCommand(word: string): string | undefined {
  const wanted = `/${word.toLowerCase().slice(0, 32)}`
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(wanted.length / 2))
  for (const candidate of COMMAND_WORDS) {
    const distance = candidate.startsWith(wanted) && wanted.length > 1 ? 0.5 : editDistance(wanted, candidate)
    if (distance >= bestDistance) continue
    best = candidate
    bestDistance = distance
  }
  return best
}
