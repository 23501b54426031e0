/** Going from room to room, and which rooms there are. */
import { SHARED_ROOM } from '../state/rooms.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { roomName, roomsCalled } from '../view/room-name.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'

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
  context.show(theRoom(argument, context).room)
}

export async function join(argument: string, context: CommandContext): Promise<void> {
  const [known] = roomsCalled(context.state().rooms, argument).filter((summary) => roomName(summary) === argument)
  const room = known?.room ?? argument.replace(/^#/u, '').toLowerCase()
  await context.session.call('chat.join', { room })
  await context.session.refreshRooms()
  context.show(room)
}

export async function leave(argument: string, context: CommandContext): Promise<void> {
  const state = context.state()
  const summary = argument === '' ? state.rooms.find(({ room }) => room === state.room) : theRoom(argument, context)
  const room = summary?.room ?? state.room
  if (room === SHARED_ROOM) throw new BadArgument(`${SHARED_ROOM} is the room of everybody and stays; /quit leaves the program`)
  await context.session.call('chat.leave', { room })
  await context.session.refreshRooms()
}

/** The listed room that `word` means. @throws {BadArgument} none or several */
function theRoom(word: string, context: CommandContext): RoomSummary {
  const found = roomsCalled(context.state().rooms, word)
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new BadArgument(`no room ${word.slice(0, 40)} is listed: /rooms shows them, /join ROOM adds one`)
  throw new BadArgument(`${word.slice(0, 40)} may be ${found.map((summary) => roomName(summary)).join(', ')}`)
}
