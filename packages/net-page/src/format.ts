/** Figures and texts of others as people read them. Pure. */
import { sanitizeText } from '@dchat/system/sanitize'
import { TEXT_MAX } from './limits.ts'

/** What a peer or a program wrote: without controls or marks that reorder, one line, at most `max` characters. */
export function safeText(text: unknown, max: number = TEXT_MAX): string {
  const raw = typeof text === 'string' ? text : (JSON.stringify(text) ?? '')
  const characters = Array.from(sanitizeText(raw.slice(0, 4 * max)))
  return characters.length > max || raw.length > 4 * max ? `${characters.slice(0, max - 1).join('')}…` : characters.join('')
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Three digits and a unit: `0 B`, `1.5 KiB`, `120 MiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_024
    unit += 1
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

const SPANS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const

/** The largest unit alone: `12 s`, `5 min`, `3 h`, `40 d`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  for (const [size, name] of SPANS) if (seconds >= size) return `${Math.floor(seconds / size)} ${name}`
  return `${seconds} s`
}

/** @param sec Unix seconds, 0 for never */
export function formatSeen(sec: number, nowMs: number): string {
  return sec === 0 ? 'never' : `${formatSpan(nowMs - 1_000 * sec)} ago`
}

/** The time of day where the browser is: `09:05:03`. @param ms Unix ms */
export function formatTime(ms: number): string {
  const date = new Date(ms)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

/** `3 channels`, `1 channel`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
