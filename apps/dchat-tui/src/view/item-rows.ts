/** One item of the talk as rows of styled text: pure, by width. */
import { sanitizeText } from '@dchat/system'
import { maskInvitations } from '@dchat/rpc'
import type { Ignore } from '../state/ignores.ts'
import { isMention } from '../state/mention.ts'
import type { Item, MessageItem, NoticeItem, PendingItem } from '../state/items.ts'
import { INLINE_NICK_BELOW, WIDE_NICK_FROM, WIDE_NICK_GROWTH } from '../limits.ts'
import { fitName, impostorWords, messageName, messageStyle } from './author.ts'
import { invitationWords } from './invitation.ts'
import type { Glyphs, StyleName } from './theme.ts'
import { shownTime } from './shown-time.ts'
import { formatTime } from './time-format.ts'
import { dayLabel } from './time.ts'
import { fitText, padText, textWidth } from './width.ts'
import { wrapText } from './wrap.ts'

export interface Span {
  readonly text: string
  readonly style: StyleName
}

export interface Row {
  /** Key of the item the row belongs to, and the text offset it begins at; negative for what stands above the item. */
  readonly key: string
  readonly offset: number
  readonly spans: readonly Span[]
  /** Which of `spans` holds text of the item; what stands before the text ends with the span before that. */
  readonly textAt?: number
}

export interface RowContext {
  /** Columns of the screen, at least 8. */
  readonly width: number
  readonly glyphs: Glyphs
  readonly ownNick: string | null
  /** Lines that are not drawn. */
  readonly ignores: readonly Ignore[]
  /** Words that count as the own nick. */
  readonly highlight: readonly string[]
  /** As `time_format`; null for lines without their time. */
  readonly timeFormat: string | null
  /** Columns of the nick column on wide screens. */
  readonly nickColumns: number
}

/** Below this many columns the time goes too. */
const TIME_FROM = 30
/** The time may have one in so many columns. */
const TIME_PART = 4
const INLINE_INDENT = 2
/** A text column narrower than this leaves no room for words. */
const LEAST_TEXT_COLUMNS = 4

interface Head {
  readonly spans: readonly Span[]
  readonly columns: number
  /** What stands before the text on all other rows. */
  readonly indent: readonly Span[]
  readonly indentColumns: number
}

/** The rows of `item`, at least one; none is wider than the context's width. */
export function itemRows(item: Item, context: RowContext): Row[] {
  switch (item.type) {
    case 'message':
      return messageRows(item, context)
    case 'pending':
      return pendingRows(item, context)
    case 'notice':
      return noticeRows(item, context)
  }
}

/** What stands for `count` lines that are not drawn, `item` the first of them. */
export function hiddenRows(item: Item, count: number, context: RowContext): Row[] {
  const text = `${count} ${count === 1 ? 'line' : 'lines'} hidden; /ignores show`
  const head = nickHead({ at: item.at, name: '--', style: 'dim' }, context)
  return textRows({ key: item.key, text, style: 'dim', mark: '' }, head, context)
}

/** The row between two messages of different days. */
export function dayRow(item: Item, context: RowContext): Row {
  return { key: item.key, offset: -2, spans: [{ text: ruled(dayLabel(item.at), context), style: 'dim' }] }
}

/** The row before the first of `count` new lines. */
export function newsRow(item: Item, count: number, context: RowContext): Row {
  return { key: item.key, offset: -1, spans: [{ text: ruled(`${count} new`, context), style: 'own' }] }
}

function ruled(text: string, { glyphs, width }: RowContext): string {
  const rule = glyphs.rule.repeat(2)
  return fitText(`${rule} ${text} ${rule}`, width, glyphs.ellipsis)
}

function messageRows(item: MessageItem, context: RowContext): Row[] {
  const { message } = item
  const at = shownTime(message)
  const name = messageName(message, context.ownNick)
  const isNamed = isMention(message, context)
  const nickStyle = isNamed ? 'mention' : messageStyle(message)
  const mark = messageMark(message, context.glyphs)
  if (message.retracted) {
    const gone = { key: item.key, text: `${name} took a line back`, style: 'dim' as const, mark: '' }
    return textRows(gone, nickHead({ at, name: '--', style: 'dim' }, context), context)
  }
  const invitation = invitationWords(message, name)
  if (invitation !== null) {
    const offer = { key: item.key, text: invitation, style: 'own' as const, mark: mark.text, markStyle: mark.style }
    return textRows(offer, nickHead({ at, name: '--', style: nickStyle }, context), context)
  }
  const body = {
    key: item.key,
    text: message.text,
    style: (isNamed ? 'own' : 'text') as StyleName,
    mark: mark.text,
    markStyle: mark.style,
  }
  switch (message.kind) {
    case 'text':
      return textRows(body, nickHead({ at, name, style: nickStyle }, context), context)
    case 'action':
      return textRows(
        { ...body, text: `${name} ${message.text}` },
        nickHead({ at, name: '*', style: nickStyle }, context),
        context,
      )
    case 'topic':
      return textRows(
        { ...body, text: `${name} set the topic: ${message.text}` },
        nickHead({ at, name: '--', style: 'dim' }, context),
        context,
      )
    case 'system':
      return textRows(body, nickHead({ at, name: '--', style: 'dim' }, context), context)
  }
}

/** What follows a line: how far an own one got, and that a direct message comes from a key that is not the known one. */
function messageMark(message: MessageItem['message'], glyphs: Glyphs): { text: string; style: StyleName } {
  const warning = impostorWords(message)
  if (warning !== null) return { text: `${glyphs.failed} ${warning}`, style: 'error' }
  if (!message.own) return { text: '', style: 'dim' }
  const isWaiting = message.encrypted === 'direct' && message.id === null && message.delivery?.state === 'stored'
  return { text: isWaiting ? `${glyphs.stored} ${WAITING_WORDS}` : deliveryMark(message.delivery, glyphs), style: 'dim' }
}

const WAITING_WORDS = 'waits for a key'

/** How far a stored own line got: `✓3` written to three channels, `⌛` stored while no peer was there, `!` given up. */
export function deliveryMark(delivery: MessageItem['message']['delivery'], glyphs: Glyphs): string {
  if (delivery === null) return ''
  switch (delivery.state) {
    case 'stored':
      return delivery.written > 0 ? `${glyphs.sent}${delivery.written}` : glyphs.stored
    case 'sent':
      return `${glyphs.sent}${delivery.written}`
    case 'held':
      return `${glyphs.sent}${Math.max(delivery.written, delivery.held)}`
    case 'failed':
      return `${glyphs.failed} not sent`
  }
}

const UNKNOWN_WORDS = 'not confirmed: it may have been sent; Up brings it back'
const FAILED_WORDS = 'Up brings it back'
const KEYLESS_WORDS = '/hold keeps it until there is one'

function pendingRows(item: PendingItem, context: RowContext): Row[] {
  const { glyphs } = context
  const name = context.ownNick ?? 'me'
  const marks = {
    sending: glyphs.pending,
    unsure: glyphs.pending,
    unknown: `${glyphs.unknown} ${UNKNOWN_WORDS}`,
    failed: `${glyphs.failed} not sent: ${item.reason}; ${item.isKeyless ? KEYLESS_WORDS : FAILED_WORDS}`,
  }
  const isAction = item.kind === 'action'
  const head = nickHead({ at: item.at, name: isAction ? '*' : name, style: 'own' }, context)
  const style: StyleName = item.state === 'failed' || item.state === 'unknown' ? 'error' : 'dim'
  const text = isAction ? `${name} ${item.text}` : item.text
  return textRows({ key: item.key, text, style, mark: marks[item.state] }, head, context)
}

function noticeRows(item: NoticeItem, context: RowContext): Row[] {
  const style: StyleName = item.level === 'error' ? 'error' : 'notice'
  const name = item.level === 'error' ? '!' : '--'
  return textRows({ key: item.key, text: item.text, style, mark: '' }, nickHead({ at: item.at, name, style }, context), context)
}

/** `12:55       nick │ ` on wide screens; `12:55 nick: ` on narrow ones, without the time on very narrow ones. */
function nickHead(line: { at: number; name: string; style: StyleName }, context: RowContext): Head {
  return context.width >= INLINE_NICK_BELOW ? columnHead(line, context) : inlineHead(line, context)
}

function columnHead(line: { at: number; name: string; style: StyleName }, context: RowContext): Head {
  const { width, glyphs } = context
  const { ellipsis } = glyphs
  const time = timeSpans(line.at, context)
  const timeColumns = columnsOf(time)
  const wanted = context.nickColumns + (width >= WIDE_NICK_FROM ? WIDE_NICK_GROWTH : 0)
  const nickColumns = Math.min(wanted, Math.floor(width / 3))
  const nick = padText(fitName(sanitizeText(line.name), nickColumns, ellipsis), nickColumns, { ellipsis, align: 'right' })
  const bar: Span = { text: ` ${glyphs.separator} `, style: 'dim' }
  const columns = timeColumns + nickColumns + 3
  return {
    spans: [...time, { text: nick, style: line.style }, bar],
    columns,
    indent: [{ text: ' '.repeat(timeColumns + nickColumns), style: 'text' }, bar],
    indentColumns: columns,
  }
}

function inlineHead(line: { at: number; name: string; style: StyleName }, context: RowContext): Head {
  const { width, glyphs } = context
  const isMark = line.name === '*' || line.name === '--' || line.name === '!'
  const nickColumns = Math.min(context.nickColumns, Math.floor(width / 2), width - LEAST_TEXT_COLUMNS - 2)
  const spans: Span[] = [
    ...timeSpans(line.at, context),
    { text: fitName(sanitizeText(line.name), nickColumns, glyphs.ellipsis), style: line.style },
    { text: isMark ? ' ' : ': ', style: 'dim' },
  ]
  const indent: Span[] = [{ text: ' '.repeat(INLINE_INDENT), style: 'text' }]
  return { spans, columns: columnsOf(spans), indent, indentColumns: INLINE_INDENT }
}

/** The time and a blank, where there is room for it. */
function timeSpans(at: number, { timeFormat, width }: RowContext): Span[] {
  if (timeFormat === null || width < TIME_FROM) return []
  const text = `${formatTime(timeFormat, at)} `
  return text.length * TIME_PART <= width ? [{ text, style: 'dim' }] : []
}

function columnsOf(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + textWidth(span.text), 0)
}

interface Body {
  readonly key: string
  readonly text: string
  readonly style: StyleName
  /** Follows the text, on a row of its own when there is no room; wraps like text. */
  readonly mark: string
  /** @default dim, beside an error as that */
  readonly markStyle?: StyleName
}

function textRows(body: Body, head: Head, context: RowContext): Row[] {
  const first = Math.max(LEAST_TEXT_COLUMNS, context.width - head.columns)
  const rest = Math.max(LEAST_TEXT_COLUMNS, context.width - head.indentColumns)
  const wrapped = wrapText(sanitizeText(maskInvitations(body.text), { keepNewlines: true }), { first, rest })
  const rows: MadeRow[] = wrapped.map((row, index) => {
    const before = index === 0 ? head.spans : head.indent
    return { spans: [...before, { text: row.text, style: body.style }], offset: row.offset, textAt: before.length }
  })
  addMark(rows, {
    body,
    head,
    width: rest,
    last: { columns: textWidth(wrapped.at(-1)!.text), room: wrapped.length === 1 ? first : rest },
  })
  return rows.map((row) => ({ key: body.key, ...row }))
}

interface MadeRow {
  readonly spans: Span[]
  readonly offset: number
  readonly textAt: number
}

function addMark(
  rows: MadeRow[],
  place: { body: Body; head: Head; width: number; last: { columns: number; room: number } },
): void {
  const { body, head, last } = place
  if (body.mark === '') return
  const style: StyleName = body.markStyle ?? (body.style === 'error' ? 'error' : 'dim')
  if (last.columns + 1 + textWidth(body.mark) <= last.room) {
    rows.at(-1)!.spans.push({ text: ` ${body.mark}`, style })
    return
  }
  const from = body.text.length + 1
  for (const row of wrapText(sanitizeText(body.mark), { first: place.width, rest: place.width })) {
    rows.push({
      spans: [...head.indent, { text: row.text, style }],
      offset: from + row.offset,
      textAt: head.indent.length,
    })
  }
}
