/** Talking to one person, and knowing who that is. */
import { RpcError } from '@dchat/rpc'
import { line } from '../session/ingress.ts'
import type { PendingItem } from '../state/items.ts'
import type { ChatState } from '../state/model.ts'
import { shownRoom } from '../state/selectors.ts'
import { pendingItems } from '../state/talk.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { conversationWith, firstWord, fullName, personOrShown, thePerson, withFlags } from './people.ts'
import type { Person } from './people.ts'

/** `/msg [-hold] WHO TEXT`: what is shown stays. */
export async function msg(argument: string, context: CommandContext): Promise<void> {
  const { flags, rest } = withFlags(argument, ['hold'])
  const { word, rest: text } = firstWord(rest)
  if (text === '') throw new BadArgument('it needs WHO and TEXT; /query WHO opens the conversation')
  const person = await thePerson(word, context)
  await say({ person, text, hold: flags.has('hold') }, context)
}

/** `/query WHO [TEXT]`: shows the conversation. */
export async function query(argument: string, context: CommandContext): Promise<void> {
  const { word, rest } = firstWord(argument)
  const person = await thePerson(word, context)
  const room = conversationWith(person.key)
  await context.session.call('chat.join', { room })
  await context.session.refreshRooms()
  context.show(room)
  if (rest !== '') await say({ person, text: rest, hold: false }, context)
}

/** `/hold [TEXT]`: in a conversation; without TEXT the last line that could not be encrypted. */
export async function hold(argument: string, context: CommandContext): Promise<void> {
  const { kind, room } = shownRoom(context.state())
  if (kind !== 'direct') throw new BadArgument('only a line to one person can wait for his key: /msg -hold WHO TEXT')
  const failed = argument === '' ? lastKeyless(context.state()) : undefined
  const text = argument === '' ? failed?.text : argument
  if (text === undefined) throw new BadArgument('no line here failed for want of a key: /hold TEXT')
  const person = await thePerson(room.slice(1), context)
  await say({ person, text, hold: true, kind: failed?.kind ?? 'text' }, context)
}

function lastKeyless(state: ChatState): PendingItem | undefined {
  const view = state.views.get(state.room)
  return view === undefined
    ? undefined
    : pendingItems(view.talk).findLast(({ state: at, isKeyless }) => at === 'failed' && isKeyless)
}

interface PersonLine {
  readonly person: Person
  readonly text: string
  readonly hold: boolean
  readonly kind?: 'text' | 'action'
}

async function say({ person, text, hold: isHeld, kind = 'text' }: PersonLine, context: CommandContext): Promise<void> {
  const { session, state } = context
  const room = conversationWith(person.key)
  const outcome = await session.send({ room, text, kind, hold: isHeld })
  if (outcome === 'away') throw new BadArgument('not sent: the daemon is away')
  if (outcome === 'failed') throw new BadArgument(`not sent to ${person.name}: ${failureIn(state(), room)}`)
  if (state().room === room) return
  await session.refreshRooms()
  const at = state().rooms.findIndex((summary) => summary.room === room)
  const where = at === -1 ? '' : `; /buffer ${at + 1} shows it`
  context.print(
    outcome === 'unsure' ? `not confirmed to ${person.name}: it may have been sent` : `said to ${person.name}${where}`,
  )
}

function failureIn(state: ChatState, room: string): string {
  const view = state.views.get(room)
  const item = view === undefined ? undefined : pendingItems(view.talk).findLast((candidate) => candidate.state === 'failed')
  if (item === undefined) return 'refused'
  return item.isKeyless ? `${item.reason}; /msg -hold WHO TEXT keeps it until there is one` : item.reason
}

/** `/verify [WHO] [yes|no]`. */
export async function verify(argument: string, context: CommandContext): Promise<void> {
  const answer = /(?:^|\s)(yes|no)$/iu.exec(argument)
  const person = await personOrShown(argument.slice(0, answer?.index).trim(), context)
  if (answer !== null) {
    const on = answer[1]!.toLowerCase() === 'yes'
    await context.session.call('identity.pin', { key: person.key, on })
    context.factsChanged()
    context.print(`${fullName(person)} is ${on ? 'verified' : 'not verified any longer'}`)
    return
  }
  const state = person.pinned ? 'It is verified already.' : 'It is not verified.'
  context.print(
    [
      `${fullName(person)}: read these digits to each other, where you know who speaks (in person, by phone). ${state}`,
      `    ${sixGroups(person.digits)}`,
      `The same on both sides: /verify ${fullName(person)} yes. Other ones: it is somebody else, or somebody is between you.`,
    ].join('\n'),
  )
}

/** 30 digits as people read them out. */
function sixGroups(digits: string): string {
  return (digits.replaceAll(/\D/gu, '').match(/\d{1,5}/gu) ?? []).join(' ')
}

/** `/whois WHO`: everybody who goes by that name. */
export async function whois(argument: string, context: CommandContext): Promise<void> {
  const people = await everybody(argument, context)
  const rows = people.flatMap((person) => [
    `${fullName(person)}${person.held ? ', who holds this nick here' : ''}${person.pinned ? ', verified' : ', not verified'}`,
    `    key ${line(person.key)}`,
  ])
  context.print(people.length === 1 ? rows.join('\n') : [`${people.length} keys go by this name:`, ...rows].join('\n'))
}

async function everybody(argument: string, context: CommandContext): Promise<Person[]> {
  try {
    return [await personOrShown(argument, context)]
  } catch (error) {
    if (!(error instanceof RpcError) || error.data?.kind !== 'ambiguous' || error.data.keys === undefined) throw error
    const keys = error.data.keys.slice(0, MAX_LISTED_PEOPLE)
    return await Promise.all(keys.map((key) => thePerson(key, context)))
  }
}

/** People listed for one name: an attacker can take a nick as often as he likes. */
const MAX_LISTED_PEOPLE = 20
