/** Any result for people: texts as they are, objects as lines of key and value, lists as columns. Nothing a terminal would obey. */
import { authorName } from '@dchat/rpc'
import type { Author, Message } from '@dchat/rpc'
import type { TimeUnit } from '@dchat/rpc/schemas'
import { sanitizeText } from '@dchat/system'
import { formatDuration, formatJson, formatMessage, formatTable, formatTime } from './format.ts'

/** How moments are shown. */
export interface TimeStyle {
  /** The names of the fields that hold one, and what each is counted in. */
  readonly times: ReadonlyMap<string, TimeUnit>
  readonly nowMs: number
}

/** The lines to print. */
export function formatResult(value: unknown, style: TimeStyle): string[] {
  if (typeof value === 'string') return sanitizeText(value, { keepNewlines: true }).replace(/\n$/, '').split('\n')
  if (isPlain(value)) return [shown(value)]
  if (Array.isArray(value)) return formatList(value, style) ?? formatDeep(value)
  return formatObject(value as Fields, style) ?? formatDeep(value)
}

type Fields = Readonly<Record<string, unknown>>

/** A list whose items are all messages, plain, or flat objects; undefined for what columns cannot show. */
function formatList(items: readonly unknown[], style: TimeStyle): string[] | undefined {
  if (items.every((item) => isMessage(item))) return items.map((item) => formatMessage(item as Message))
  if (items.every((item) => isPlain(item))) return items.map((item) => shown(item))
  const rows = items.map((item) => (isObject(item) ? flattened(withNames(item), style) : undefined))
  if (!rows.every((row) => row !== undefined)) return undefined
  const keys = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  return formatTable([keys, ...rows.map((row) => keys.map((key) => row.get(key) ?? ''))])
}

/** Somebody inside a list is one cell, by his name. */
function withNames(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, isAuthor(value) ? authorName(value) : value]))
}

/** Plain fields first, in their order, then each list of objects below its name. */
function formatObject(fields: Fields, style: TimeStyle): string[] | undefined {
  const entries = Object.entries(fields)
  const lists = entries.filter(([, value]) => Array.isArray(value) && value.some((item) => !isPlain(item)))
  const flat = flattened(Object.fromEntries(entries.filter((entry) => !lists.includes(entry))), style)
  if (flat === undefined) return undefined
  const lines = formatTable([...flat])
  for (const [name, items] of lists) {
    const list = formatList(items as readonly unknown[], style)
    if (list === undefined) return undefined
    if (lines.length > 0) lines.push('')
    lines.push(`${sanitizeText(name)}:`, ...list.map((line) => `  ${line}`))
  }
  return lines
}

/** `{a: {b: 1}}` as `a.b`; undefined when a list of objects is somewhere in it. */
function flattened(fields: Fields, style: TimeStyle, prefix = ''): Map<string, string> | undefined {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(fields)) {
    const name = `${prefix}${sanitizeText(key)}`
    if (isPlain(value)) flat.set(name, style.times.has(key) ? shownTime(value, style.times.get(key)!, style.nowMs) : shown(value))
    else if (Array.isArray(value)) {
      if (!value.every((item) => isPlain(item))) return undefined
      flat.set(name, value.length === 0 ? NOTHING : value.map((item) => shown(item)).join(' '))
    } else {
      const inner = flattened(value as Fields, style, `${name}.`)
      if (inner === undefined) return undefined
      for (const [path, text] of inner) flat.set(path, text)
    }
  }
  return flat
}

/** What is nested deeper than lines and columns show. */
function formatDeep(value: unknown): string[] {
  return formatJson(value, 2).split('\n')
}

/** Stands for null, and for a list without items. */
const NOTHING = '-'

/** `2026-11-18 11:06:40 (in 52 min)`: local time; 0 stands for never. */
function shownTime(value: unknown, unit: TimeUnit, nowMs: number): string {
  if (value === 0) return 'never'
  if (typeof value !== 'number') return shown(value)
  const unixMs = unit === 's' ? value * 1_000 : value
  const distance = formatDuration(Math.abs(unixMs - nowMs) / 1_000)
  return `${formatTime(unixMs)} (${unixMs > nowMs ? `in ${distance}` : `${distance} ago`})`
}

/** One cell. */
function shown(value: unknown): string {
  return value === null ? NOTHING : sanitizeText(typeof value === 'string' ? value : JSON.stringify(value))
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object'
}

function isObject(value: unknown): value is Fields {
  return !isPlain(value) && !Array.isArray(value)
}

function isAuthor(value: unknown): value is Author {
  return isObject(value) && ['key', 'nick', 'tag', 'held', 'from'].every((key) => key in value)
}

function isMessage(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['author'])) return false
  return ['room', 'kind', 'text'].every((key) => typeof value[key] === 'string') && typeof value['received'] === 'number'
}
