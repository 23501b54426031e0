/** Lines for pipes and screen readers: words instead of marks, and nothing that could pass for another line. */
import type { Message } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { messageName } from '../view/author.ts'
import { clockTime, dayLabel } from '../view/time.ts'

/** What continues a message of several lines; a line from others never begins with it. */
const CONTINUED = '      | '

/** `12:55 nick: text`, `12:55 * nick text`; own lines end with how far they got. Begins with `[room] ` where a room is named. */
export function messageLine(message: Message, context: { ownNick: string | null; room: string | null }): string {
  const room = context.room === null ? '' : `[${context.room.replaceAll(/[[\]]/gu, '?')}] `
  return `${room}${lineOf(message, messageName(message, context.ownNick))}`
}

function lineOf(message: Message, name: string): string {
  const text = indented(message.text)
  const delivery = message.own ? ` ${deliveryWords(message.delivery)}` : ''
  const time = clockTime(message.time ?? message.received)
  if (message.retracted) return `${time} -- ${name} took a line back`
  switch (message.kind) {
    case 'text':
      return `${time} ${name}: ${text}${delivery}`
    case 'action':
      return `${time} * ${name} ${text}${delivery}`
    case 'topic':
      return `${time} -- ${name} set the topic: ${text}`
    case 'system':
      return `${time} -- ${text}`
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

function deliveryWords(delivery: Message['delivery']): string {
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
