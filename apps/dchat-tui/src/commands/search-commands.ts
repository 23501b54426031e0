/** Finding lines, and copying them. */
import { searchWords } from '../state/find-words.ts'
import { isHidden } from '../state/ignores.ts'
import { shownView } from '../state/selectors.ts'
import { messagesOf } from '../state/talk.ts'
import { excerptOf } from '../view/excerpt.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { withFlags } from './people.ts'

/** `/search [-all] WORDS` */
export async function search(argument: string, context: CommandContext): Promise<void> {
  const { flags, rest } = withFlags(argument, ['all'])
  if (searchWords(rest).length === 0) throw new BadArgument('it needs WORDS')
  await context.showResults(rest, flags.has('all') ? null : context.state().room)
}

/** `/copy [NUMBER]`: 1 is the newest line of the room. */
export function copy(argument: string, context: CommandContext): void {
  if (argument !== '' && !/^[1-9]\d{0,4}$/u.test(argument)) throw new BadArgument('a line is a number, 1 for the newest here')
  const state = context.state()
  const messages = messagesOf(shownView(state).talk).filter((line) => !line.retracted && !isHidden(state, line))
  const message = messages.at(-Number(argument || '1'))
  if (message === undefined)
    throw new BadArgument(messages.length === 0 ? 'no line is loaded here' : `only ${messages.length} lines are loaded here`)
  const refusal = context.copy(message.text)
  if (refusal !== null) throw new BadArgument(refusal)
  context.print(`copied: ${excerptOf(message.text)}`)
}
