/** How a log line looks to people. What came from peers cannot move the cursor, colour anything or fake a line. */
import type { LogLevel } from '@dchat/system'
import { sanitizeText } from '@dchat/system'

/** A line as the log writes it: one object, level by name. */
export interface LogLine {
  readonly time?: number
  readonly level: LogLevel
  readonly msg: string
  readonly [field: string]: unknown
}

export interface TextFormat {
  /** Longest value shown, in characters; what is longer is cut with a mark. */
  readonly maxValueLength: number
  readonly colours: boolean
  /** journald keeps time and level itself: no time, level as `<n>`. */
  readonly journal: boolean
  /** Whether lines have their day: on a terminal the time of day is enough. */
  readonly dated: boolean
}

const SYSLOG_LEVEL: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7, trace: 7 }
const COLOUR: Readonly<Record<LogLevel, string>> = { error: '31;1', warn: '33', info: '32', debug: '36', trace: '2' }

/** `12:34:56.789 INFO  Channel accepted channelId=3 session=inbound`, with stack traces on lines of their own below. */
export function formatText(line: LogLine, format: TextFormat): string {
  const { time, level, msg, error, ...fields } = line
  const values = Object.entries(fields).map(([key, value]) => ` ${sanitizeText(key)}=${valueText(value, format.maxValueLength)}`)
  const { text: errorText, stack } = describeError(error)
  if (errorText !== undefined) values.push(` error=${valueText(errorText, format.maxValueLength)}`)
  const head = format.journal
    ? `<${SYSLOG_LEVEL[level]}>`
    : `${format.dated ? new Date(time ?? 0).toISOString() : clockTime(time ?? 0)} ${levelText(level, format.colours)} `
  return `${head}${sanitizeText(msg)}${values.join('')}\n${stackText(stack, format.journal ? `<${SYSLOG_LEVEL[level]}>` : '')}`
}

function levelText(level: LogLevel, colours: boolean): string {
  const text = level.toUpperCase().padEnd(5)
  return colours ? `\u001b[${COLOUR[level]}m${text}\u001b[0m` : text
}

/** Local time of day: a terminal shows what happens now; files carry full times. */
function clockTime(timeMs: number): string {
  const date = new Date(timeMs)
  const padded = (value: number, length = 2): string => String(value).padStart(length, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((value) => padded(value)).join(':')
  return `${time}.${padded(date.getMilliseconds(), 3)}`
}

function valueText(value: unknown, maxLength: number): string {
  const plain = plainText(value)
  const cut = plain.length > maxLength ? `${plain.slice(0, maxLength)}…` : plain
  const text = sanitizeText(cut)
  return typeof value === 'string' && (text === '' || /[\s="]/.test(text)) ? JSON.stringify(text) : text
}

function describeError(error: unknown): { text?: string; stack?: string } {
  if (error === undefined) return {}
  const { message, stack } = (typeof error === 'object' && error !== null ? error : {}) as { message?: unknown; stack?: unknown }
  const text = typeof message === 'string' ? message : plainText(error)
  return typeof stack === 'string' ? { text, stack } : { text }
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function stackText(stack: string | undefined, prefix: string): string {
  if (stack === undefined) return ''
  return stack
    .split('\n')
    .map((row) => `${prefix}    ${sanitizeText(row)}\n`)
    .join('')
}
