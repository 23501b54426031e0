/** Words that count as mentions, beside the own nick: the daemon keeps them for every client. */
import { toWords } from '../session/ingress.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'

/** `/hilight [WORD]`: adds a word; without one it lists them. */
export async function hilight(argument: string, context: CommandContext): Promise<void> {
  const { session, print } = context
  const words = toWords(await session.call('chat.highlights', {}))
  if (argument === '') {
    print(
      words.length === 0
        ? 'only your name counts as a mention; /hilight WORD adds a word'
        : `mentions, beside your name: ${words.join(', ')}`,
    )
    return
  }
  if (words.some((word) => isSame(word, argument))) throw new BadArgument('that word counts as a mention already')
  const kept = toWords(await session.call('chat.set_highlights', { words: [...words, argument] }))
  print(`mentions from now on, beside your name: ${kept.join(', ')}`)
}

/** `/dehilight WORD` */
export async function dehilight(argument: string, context: CommandContext): Promise<void> {
  const { session, print, state } = context
  const words = toWords(await session.call('chat.highlights', {}))
  const left = words.filter((word) => !isSame(word, argument))
  if (left.length === words.length)
    throw new BadArgument(words.length === 0 ? 'only your name counts as a mention' : `the words are: ${words.join(', ')}`)
  const kept = toWords(await session.call('chat.set_highlights', { words: left }))
  const isConfigured = state().settings.highlight.some((word) => isSame(word, argument))
  const again = isConfigured ? '; `highlight` of your settings adds it again at the next start' : ''
  print(
    `${kept.length === 0 ? 'only your name counts as a mention now' : `mentions, beside your name: ${kept.join(', ')}`}${again}`,
  )
}

function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}
