/** `/names`: everybody known in the room that is shown, and who is online. */
import type { Author } from '@dchat/rpc'
import { carriesTalk } from '../session/ingress.ts'
import { MAX_NAMES } from '../limits.ts'
import { readNetwork } from '../session/read-network.ts'
import { shownRoom, shownView } from '../state/selectors.ts'
import { counted } from '../view/amounts.ts'
import { authorName, peerTag } from '../view/author.ts'
import { roomName } from '../view/room-name.ts'
import { age } from '../network/sections.ts'
import type { CommandContext } from './command-context.ts'
import { members } from './private-commands.ts'

export async function names(argument: string, context: CommandContext): Promise<void> {
  const room = shownRoom(context.state())
  if (room.kind === 'private') await members(argument, context)
  else context.print(speakersText(context))
  const { channels } = await readNetwork(context.session)
  const online = channels.filter((channel) => carriesTalk(channel))
  const marks = online.map(({ url, session }) => `${peerTag(url)} (${session})`)
  context.print(
    online.length === 0
      ? 'no peer is online'
      : `${counted(online.length, 'peer')} online, who may be anybody: ${marks.join(', ')}; /peers has their addresses`,
  )
}

/** Who wrote the lines in memory, and the other of a conversation. */
function speakersText(context: CommandContext): string {
  const state = context.state()
  const room = shownRoom(state)
  const last = new Map<string, { author: Author; at: number | null }>()
  if (room.author !== null) last.set(authorName(room.author), { author: room.author, at: null })
  for (const item of shownView(state).talk.items) {
    if (item.type === 'message' && !item.message.own)
      last.set(authorName(item.message.author), { author: item.message.author, at: item.at })
  }
  const people = [...last].toSorted(([, a], [, b]) => (b.at ?? 0) - (a.at ?? 0))
  if (people.length === 0) return `nobody is known in ${roomName(room)}: no line of others is in memory`
  const rows = people.slice(0, MAX_NAMES).map(([name, { author, at }]) => {
    const spoke = at === null ? '' : `, spoke ${age(at, context.now())} ago`
    const how = author.key === null ? ' (unsigned)' : author.held ? '' : ' (the nick is not held)'
    return `${name}${how}${spoke}`
  })
  const more = people.length > MAX_NAMES ? [`and ${counted(people.length - MAX_NAMES, 'other')}`] : []
  return [`${counted(people.length, 'name')} in ${roomName(room)}, as far as its lines are in memory:`, ...rows, ...more].join(
    '\n',
  )
}
