/** Going from room to room, and which rooms there are. */
import { NOTIFY_LEVELS, SHARED_ROOM } from '../state/rooms.ts'
import type { NotifyLevel, RoomSummary } from '../state/rooms.ts'
import { everyRoom, shownRoom } from '../state/selectors.ts'
import { roomName, roomsCalled } from '../view/room-name.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'
import { firstWord } from './people.ts'

export function rooms(_argument: string, context: CommandContext): void {
  const { rooms: list, room } = context.state()
  const width = String(list.length).length
  const rows = list.map((summary, index) => {
    const mark = summary.room === room ? '*' : ' '
    return `${mark}${String(index + 1).padStart(width)}  ${roomName(summary)}${unreadWords(summary)}`
  })
  context.print(['rooms (Alt and the number, or /buffer, shows one):', ...rows].join('\n'))
}

function unreadWords({ unread, mentions }: RoomSummary): string {
  if (unread === 0) return ''
  return `  ${unread} unread${mentions === 0 ? '' : `, ${mentions} with your name`}`
}

export function buffer(argument: string, context: CommandContext): void {
  const { room, kind } = theRoom(argument, context)
  if (kind === 'status' && context.showNetwork === undefined)
    throw new BadArgument('the status room needs the screen: /status tells how the node is')
  context.show(room)
}

export async function join(argument: string, context: CommandContext): Promise<void> {
  const [known] = roomsCalled(context.state().rooms, argument).filter((summary) => roomName(summary) === argument)
  const room = known?.room ?? argument.replace(/^#/u, '').toLowerCase()
  await context.session.call('chat.join', { room })
  await context.session.refreshRooms()
  context.show(room)
}

export async function leave(argument: string, context: CommandContext): Promise<void> {
  const { room } = roomOrShown(argument, context)
  if (room === SHARED_ROOM) throw new BadArgument(`${SHARED_ROOM} is the room of everybody and stays; /quit leaves the program`)
  await context.session.call('chat.leave', { room })
  await context.session.refreshRooms()
}

/** `/topic [TEXT|-delete]` */
export async function topic(argument: string, context: CommandContext): Promise<void> {
  const summary = roomOrShown('', context)
  const name = roomName(summary)
  if (argument === '') {
    context.print(summary.topic === null ? `nobody said what ${name} is about: /topic TEXT does` : `${name}: ${summary.topic}`)
    return
  }
  if (summary.kind === 'direct') throw new BadArgument('a conversation has no topic')
  await context.session.call('chat.topic', { room: summary.room, text: argument === '-delete' ? '' : argument })
  await context.session.refreshRooms()
}

/** `/notify [all|mentions|none] [ROOM]` */
export async function notify(argument: string, context: CommandContext): Promise<void> {
  const { word, rest } = firstWord(argument)
  const level = NOTIFY_LEVELS.find((name) => name === word.toLowerCase())
  const summary = roomOrShown(level === undefined ? argument : rest, context)
  if (level === undefined) context.print(`of ${roomName(summary)} you are told ${LEVEL_WORDS[summary.level]}`)
  else await setLevel(summary, level, context)
}

export async function mute(argument: string, context: CommandContext): Promise<void> {
  await setLevel(roomOrShown(argument, context), 'none', context)
}

export async function unmute(argument: string, context: CommandContext): Promise<void> {
  await setLevel(roomOrShown(argument, context), 'all', context)
}

/** `/forget [ROOM]` */
export function forget(argument: string, context: CommandContext): void {
  const summary = roomOrShown(argument, context)
  const name = roomName(summary)
  context.ask({
    text:
      `Destroy every line that is kept here of ${name}? They cannot be brought back, and are not shown again when peers still have ` +
      'them. Peers keep theirs; new lines are taken as before.',
    yes: async () => {
      const count = await context.session.forget(summary.room)
      context.print(`${count.toLocaleString('en')} ${count === 1 ? 'line' : 'lines'} of ${name} destroyed`)
    },
  })
}

const LEVEL_WORDS: Readonly<Record<NotifyLevel, string>> = {
  all: 'everything',
  mentions: 'lines that name you',
  none: 'nothing',
}

async function setLevel(summary: RoomSummary, level: NotifyLevel, context: CommandContext): Promise<void> {
  await context.session.call('chat.mute', { room: summary.room, level })
  await context.session.refreshRooms()
  context.print(`of ${roomName(summary)} you are now told ${LEVEL_WORDS[level]}`)
}

/** A room the daemon knows. @throws {BadArgument} `word` means none, or several */
function roomOrShown(word: string, context: CommandContext): RoomSummary {
  const summary = word === '' ? shownRoom(context.state()) : theRoom(word, context)
  if (summary.kind === 'status') throw new BadArgument('the status room is of this program alone: this is for other rooms')
  return summary
}

/** The listed room that `word` means. @throws {BadArgument} none or several */
function theRoom(word: string, context: CommandContext): RoomSummary {
  const found = roomsCalled(everyRoom(context.state()), word)
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new BadArgument(`no room ${word.slice(0, 40)} is listed: /rooms shows them, /join ROOM adds one`)
  throw new BadArgument(`${word.slice(0, 40)} may be ${found.map((summary) => roomName(summary)).join(', ')}`)
}
