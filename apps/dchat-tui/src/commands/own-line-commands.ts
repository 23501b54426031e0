/** Own lines after they were said: which no peer has yet, giving them up, sending them again, taking them back. */
import type { Message } from '@dchat/rpc'
import { MAX_LISTED_PENDING } from '../limits.ts'
import { toMessages } from '../session/ingress.ts'
import { shownView } from '../state/selectors.ts'
import { messagesOf } from '../state/talk.ts'
import { excerptOf } from '../view/excerpt.ts'
import { roomNameIn } from '../view/room-name.ts'
import { stampOf } from '../view/time.ts'
import { BadArgument } from './command-context.ts'
import type { CommandContext } from './command-context.ts'

/** `/pending`: what it numbers is what `/cancel` and `/retry` then mean. */
export async function pending(_argument: string, context: CommandContext): Promise<void> {
  const lines = await pendingLines(context)
  context.listed.pending = lines.map(({ seq }) => seq)
  if (lines.length === 0) {
    context.print('every line of yours has reached a peer')
    return
  }
  const width = String(lines.length).length
  const { rooms } = context.state()
  const first = Math.max(0, lines.length - MAX_LISTED_PENDING)
  const rows = lines.slice(first).map((message, index) => {
    const number = String(first + index + 1).padStart(width)
    return `${number}  ${stampOf(message.time ?? message.received)}  ${roomNameIn(rooms, message.room)}  ${excerptOf(message.text)}`
  })
  const heading = 'lines of yours that no peer has yet (/cancel NUMBER gives one up, /retry NUMBER sends it now):'
  const older = first === 0 ? [] : [`(${first} older ones, numbers 1 to ${first}, are not listed)`]
  context.print([heading, ...older, ...rows].join('\n'))
}

/** `/cancel [NUMBER|all]` */
export async function cancel(argument: string, context: CommandContext): Promise<void> {
  const lines = await meantLines(argument, context)
  for (const { seq } of lines) await context.session.call('chat.cancel', { seq })
  context.print(lines.length === 1 ? `given up: ${excerptOf(lines[0]!.text)}` : `${lines.length} lines given up`)
}

/** `/retry [NUMBER|all]` */
export async function retry(argument: string, context: CommandContext): Promise<void> {
  const lines = await meantLines(argument, context)
  for (const { seq } of lines) await context.session.call('chat.retry', { seq })
  context.print(lines.length === 1 ? `sent again: ${excerptOf(lines[0]!.text)}` : `${lines.length} lines sent again`)
}

/** `/retract [NUMBER]`: 1 is the newest own line of the room. */
export function retract(argument: string, context: CommandContext): void {
  if (argument !== '' && !/^[1-9]\d{0,4}$/u.test(argument)) throw new BadArgument('a line is a number, 1 for your newest here')
  const own = messagesOf(shownView(context.state()).talk).filter((message) => message.own && !message.retracted)
  const message = own.at(-Number(argument || '1'))
  if (message === undefined) {
    throw new BadArgument(
      own.length === 0 ? 'no line of yours is loaded in this room' : `only ${own.length} lines of yours are loaded here`,
    )
  }
  askToRetract(message, context)
}

export interface RetractContext extends Pick<CommandContext, 'ask'> {
  readonly session: Pick<CommandContext['session'], 'call'>
}

/** Asks, then takes back an own line. @throws {BadArgument} it cannot be taken back */
export function askToRetract(message: Message, context: RetractContext): void {
  const { id } = message
  if (!message.own) throw new BadArgument('only lines of yours can be taken back')
  if (message.retracted) throw new BadArgument('it was taken back already')
  if (id === null) {
    const isWaiting = message.encrypted === 'direct'
    throw new BadArgument(
      isWaiting ? 'it was not sent yet: /cancel gives it up' : 'it went out unsigned: nobody can be told to take it back',
    )
  }
  context.ask({
    text: `Take back "${excerptOf(message.text)}"? Whoever has read it has read it.`,
    yes: async () => void (await context.session.call('chat.retract', { id })),
  })
}

async function pendingLines({ session }: CommandContext): Promise<Message[]> {
  return toMessages(await session.call('chat.pending', {}))
}

/** By the numbers of the list that was shown last; what has left it meanwhile is named as such. @throws {BadArgument} */
async function meantLines(argument: string, context: CommandContext): Promise<Message[]> {
  const lines = await pendingLines(context)
  if (lines.length === 0) throw new BadArgument('every line of yours has reached a peer; /retract takes one back')
  if (argument === 'all') return lines
  if (argument === '') return [lines.at(-1)!]
  if (!/^[1-9]\d{0,3}$/u.test(argument)) throw new BadArgument('a line is a number from the list of /pending')
  const { listed } = context
  const numbered = listed.pending.length === 0 ? lines.map(({ seq }) => seq) : listed.pending
  const wanted = numbered[Number(argument) - 1]
  if (wanted === undefined) throw new BadArgument(`/pending lists no ${argument}`)
  const found = lines.find(({ seq }) => seq === wanted)
  if (found === undefined) throw new BadArgument(`line ${argument} has reached a peer by now, or was given up`)
  return [found]
}
