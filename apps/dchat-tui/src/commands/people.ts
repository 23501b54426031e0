/** Whom a word means: asks the daemon, which knows all who claim a nick. */
import type { Verification } from '@dchat/rpc'
import { toVerification } from '../session/ingress.ts'
import { shownRoom } from '../state/selectors.ts'
import { authorName } from '../view/author.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'

export interface Person extends Verification {
  /** As shown beside lines: the nick bare where it is held, else with the tag. */
  readonly name: string
}

/** @throws {RpcError} not_found, ambiguous; {BadArgument} */
export async function thePerson(word: string, { session }: Pick<CommandContext, 'session'>): Promise<Person> {
  const found = toVerification(await session.call('identity.verify', { key: word.replace(/^@/u, '') }))
  if (found === null) throw new BadArgument('the daemon sent an answer that is none')
  return { ...found, name: personName(found) }
}

/** Of the conversation that is shown, where `word` is empty. @throws {BadArgument} no conversation is shown */
export async function personOrShown(word: string, context: CommandContext): Promise<Person> {
  if (word !== '') return await thePerson(word, context)
  const { kind, room } = shownRoom(context.state())
  if (kind !== 'direct') throw new BadArgument('say whom: a nick, nick#tag or a key')
  return await thePerson(room.slice(1), context)
}

/** With the tag even where the nick is held. */
export function fullName({ nick, tag }: Pick<Verification, 'nick' | 'tag'>): string {
  return `${nick ?? ''}#${tag}`
}

function personName({ key, nick, tag, held }: Verification): string {
  return authorName({ key, nick, tag, held, from: null, verified: null, room_key: null, known_as: null })
}

/** The room of the conversation with the holder of `key`. */
export function conversationWith(key: string): string {
  return `@${key}`
}

/** `-name` words at the beginning of an argument, and the rest. */
export function withFlags(argument: string, known: readonly string[]): { flags: ReadonlySet<string>; rest: string } {
  const flags = new Set<string>()
  let rest = argument
  for (;;) {
    const [whole, flag] = /^-(\S+)\s*/u.exec(rest) ?? []
    if (whole === undefined || flag === undefined) return { flags, rest }
    if (!known.includes(flag))
      throw new BadArgument(`there is no -${flag.slice(0, 20)}: only ${known.map((name) => `-${name}`).join(', ')}`)
    flags.add(flag)
    rest = rest.slice(whole.length)
  }
}

/** The first word of an argument, and what follows it. */
export function firstWord(argument: string): { word: string; rest: string } {
  const [, word = '', rest = ''] = /^(\S*)\s*([^]*)$/u.exec(argument) ?? []
  return { word, rest }
}
