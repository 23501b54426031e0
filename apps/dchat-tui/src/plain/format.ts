/** Lines for pipes and screen readers: words instead of marks, and nothing that could pass for another line. */
import { maskInvitations } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { impostorWords, messageName } from '../view/author.ts'
import { invitationWords } from '../view/invitation.ts'
import { shownTime } from '../view/shown-time.ts'
import { formatTime } from '../view/time-format.ts'
import { dayLabel } from '../view/time.ts'

/** What continues a message of several lines; a line from others never begins with it. */
const CONTINUED = '      | '

export interface LineContext {
  readonly ownNick: string | null
  /** What the room is called; null for the one that is shown. */
  readonly room: string | null
  /** As `time_format`; null for lines without their time. */
  readonly timeFormat: string | null
}

/** `12:55 nick: text`, `12:55 * nick text`; own lines end with how far they got. Begins with `[room] ` where a room is named. */
export function messageLine(message: Message, context: LineContext): string {
  const room = context.room === null ? '' : `[${context.room.replaceAll(/[[\]]/gu, '?')}] `
  const name = messageName(message, context.ownNick)
  const isUnverified = !message.own && message.author.verified === false
  const at = shownTime(message)
  const time = context.timeFormat === null ? '' : `${formatTime(context.timeFormat, at)} `
  return `${room}${time}${lineOf(message, isUnverified ? `${name} (unverified)` : name)}`
}

function lineOf(message: Message, name: string): string {
  const text = indented(maskInvitations(message.text))
  const suffix = message.own ? ` ${deliveryWords(message)}` : warningOf(message)
  if (message.retracted) return `-- ${name} took a line back`
  const invitation = invitationWords(message, name)
  if (invitation !== null) return `-- ${indented(invitation)}${suffix}`
  switch (message.kind) {
    case 'text':
      return `${name}: ${text}${suffix}`
    case 'action':
      return `* ${name} ${text}${suffix}`
    case 'topic':
      return `-- ${name} set the topic: ${text}`
    case 'system':
      return `-- ${text}`
  }
}

/** The line between two days. */
export function dayLine(ms: number): string {
  return `-- ${dayLabel(ms)} --`
}

/** A note of this program, each of its lines marked. */
export function noticeLine(text: string): string {
  return sanitizeText(text, { keepNewlines: true })
    .split('\n')
    .map((line) => `-- ${line}`)
    .join('\n')
}

function indented(text: string): string {
  return sanitizeText(text, { keepNewlines: true }).replaceAll('\n', `\n${CONTINUED}`)
}

function warningOf(message: Message): string {
  const warning = impostorWords(message)
  return warning === null ? '' : ` [${indented(warning)}]`
}

function deliveryWords({ delivery, encrypted, id }: Message): string {
  if (encrypted === 'direct' && id === null && delivery?.state === 'stored') return '[waits for a key]'
  if (delivery === null) return '[sent]'
  switch (delivery.state) {
    case 'stored':
      return delivery.written > 0 ? peersWords(delivery.written) : '[stored, no peer yet]'
    case 'sent':
      return peersWords(delivery.written)
    case 'held':
      return peersWords(Math.max(delivery.written, delivery.held))
    case 'failed':
      return '[not sent]'
  }
}

function peersWords(count: number): string {
  return `[sent to ${count} ${count === 1 ? 'peer' : 'peers'}]`
}
