/** Private rooms: made, shared, joined, moved. */
import type { Author } from '@dchat/rpc'
import { SEND_TIMEOUT_MS } from '../limits.ts'
import { line, toAuthors } from '../session/ingress.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { shownRoom } from '../state/selectors.ts'
import { authorName } from '../view/author.ts'
import { invitationWords } from '../view/invitation.ts'
import { roomName } from '../view/room-name.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { invitationHere, openInvitations } from './invitations.ts'
import { firstWord, thePerson, withFlags } from './people.ts'

export async function create(argument: string, context: CommandContext): Promise<void> {
  const room = await context.session.call('room.create', { name: argument }, SEND_TIMEOUT_MS)
  await enter(room, context)
  context.print(`${roomName(shownRoom(context.state()))} is made, and you are its only member: /invite WHO lets somebody in`)
}

/** `/invite [-hold] WHO`: to the private room that is shown. */
export async function invite(argument: string, context: CommandContext): Promise<void> {
  const { flags, rest } = withFlags(argument, ['hold'])
  const summary = thePrivateRoom(context)
  const { word, rest: more } = firstWord(rest)
  if (word === '' || more !== '') throw new BadArgument('it takes one person: /invite WHO')
  const person = await thePerson(word, context)
  const hold = flags.has('hold')
  await context.session.call('room.invite', { room: summary.room, to: person.key, ...(hold ? { hold } : {}) }, SEND_TIMEOUT_MS)
  context.print(`${person.name} was sent the invitation to ${roomName(summary)}: it lets in whoever has it`)
}

/** `/accept [INVITATION]`: one that is pasted, or the number of one that was sent here, or the newest in the shown conversation. */
export async function accept(argument: string, context: CommandContext): Promise<void> {
  const text = argument === '' || /^\d+$/u.test(argument) ? await textOf(argument, context) : argument
  if (text === null) return
  const room = await context.session.call('room.accept', { invitation: text }, SEND_TIMEOUT_MS)
  await enter(room, context)
  context.print(`you are in ${roomName(shownRoom(context.state()))}: its members read what is said here`)
}

/** Null when it has to be said which is meant. */
async function textOf(number: string, context: CommandContext): Promise<string | null> {
  const here = number === '' ? invitationHere(context.state()) : undefined
  if (here !== undefined) return here.text
  const open = await openInvitations(context)
  if (number !== '') {
    const meant = open.find(({ seq }) => seq === Number(number))
    if (meant === undefined) throw new BadArgument(`no invitation has the number ${number}: /accept lists them`)
    return meant.text
  }
  if (open.length === 0) throw new BadArgument('nobody has sent an invitation that is still open')
  const rows = open.map((message) => {
    const words = invitationWords(message, authorName(message.author)) ?? ''
    return `  ${words} ${message.seq}`
  })
  context.print(['which one?', ...rows].join('\n'))
  return null
}

export async function members(_argument: string, context: CommandContext): Promise<void> {
  const summary = thePrivateRoom(context)
  const list = toAuthors(await context.session.call('room.members', { room: summary.room }))
  const rows = list.map((member, index) => `  ${memberWords(member)}${index === 0 ? '  (you)' : ''}`)
  context.print(
    [`${roomName(summary)}, ${list.length} ${list.length === 1 ? 'member' : 'members'} who wrote here:`, ...rows].join('\n'),
  )
}

function memberWords(member: Author): string {
  return member.verified === false ? `${authorName(member)}  unverified: nobody vouches for this key` : authorName(member)
}

/** `/rekey [WHO…]`: moves the shown private room to a new one without some; asks first. */
export async function rekey(argument: string, context: CommandContext): Promise<void> {
  const summary = thePrivateRoom(context)
  const [own, ...others] = toAuthors(await context.session.call('room.members', { room: summary.room }))
  if (own === undefined) throw new BadArgument('you are not in this room')
  const known = others.filter(({ verified }) => verified !== false)
  const shutOut = argument === '' ? [] : argument.split(/\s+/u).map((word) => theMember(word, known))
  const keys = new Set(shutOut.map(({ key }) => key))
  const invited = known.filter(({ key }) => !keys.has(key))
  const strangers = others.filter(({ verified }) => verified === false)
  const left = [...new Set([...shutOut, ...strangers])].map((member) => authorName(member))
  const text =
    `Go on in a new room without those who are not invited? Invited: ${listed(invited.map((member) => authorName(member)))}. ` +
    `NOT invited: ${listed(left)}. What was said stays readable to all who were here. Rekey ${roomName(summary)}?`
  context.ask({ text, yes: () => moveOn(summary, { keys, invited: invited.length }, context) })
}

async function moveOn(
  summary: RoomSummary,
  { keys, invited }: { keys: ReadonlySet<string | null>; invited: number },
  context: CommandContext,
): Promise<void> {
  const without = [...keys].filter((key) => key !== null)
  const room = await context.session.call('room.rekey', { room: summary.room, without }, SEND_TIMEOUT_MS)
  await enter(room, context)
  const sent =
    invited === 0 ? 'nobody was invited' : `${invited} ${invited === 1 ? 'member was' : 'members were'} sent the invitation`
  context.print(`this room takes the place of the one before: ${sent}, and each has to accept it`)
}

/** @throws {BadArgument} none or several */
function theMember(word: string, known: readonly Author[]): Author {
  const wanted = word.toLowerCase()
  const found = known.filter(({ key, nick, tag }) =>
    [key, nick?.toLowerCase(), `${nick?.toLowerCase() ?? ''}#${tag}`, `#${tag}`].includes(wanted),
  )
  if (found.length === 1) return found[0]!
  if (found.length === 0)
    throw new BadArgument(`${line(word.slice(0, 60))} is no verified member of this room: /members lists them`)
  throw new BadArgument(`${line(word.slice(0, 60))} may be ${found.map(({ nick, tag }) => `${nick ?? ''}#${tag}`).join(', ')}`)
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nobody'
  const shown = names.slice(0, MAX_NAMED).join(', ')
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown
}

/** Members a question names; more do not fit a screen. */
const MAX_NAMED = 12

async function enter(room: string, context: CommandContext): Promise<void> {
  await context.session.refreshRooms()
  context.show(room)
}

/** @throws {BadArgument} another kind of room is shown */
function thePrivateRoom(context: CommandContext): RoomSummary {
  const summary = shownRoom(context.state())
  if (summary.kind !== 'private') throw new BadArgument('this is for private rooms: /create NAME makes one, /buffer shows one')
  return summary
}
