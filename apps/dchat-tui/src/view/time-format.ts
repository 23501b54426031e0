/** Times as `time_format` wants them: a few conversions of strftime, in English whatever the locale. Pure. */
import { WEEKDAYS, two } from './time.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Of the local time. */
const CONVERSIONS: Readonly<Record<string, (date: Date) => string>> = {
  H: (date) => two(date.getHours()),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  I: (date) => two(date.getHours() % 12 || 12),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  d: (date) => two(date.getDate()),
  m: (date) => two(date.getMonth() + 1),
  y: (date) => two(date.getFullYear() % 100),
  Y: (date) => String(date.getFullYear()),
  b: (date) => MONTHS[date.getMonth()]!,
  a: (date) => WEEKDAYS[date.getDay()]!,
  T: (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
  R: (date) => `${two(date.getHours())}:${two(date.getMinutes())}`,
  '%': () => '%',
}

/** The local time `ms` as `format` has it. */
export function formatTime(format: string, ms: number): string {
  const date = new Date(ms)
  return format.replaceAll(/%(.)/gu, (whole, letter: string) => CONVERSIONS[letter]?.(date) ?? whole)
}

/** `format` for a clock that is set once a minute: without the seconds. */
export function minuteFormat(format: string): string {
  const short = format.replaceAll(/%T/gu, '%R').replaceAll(/[:.]?%S/gu, '')
  return short.trim() === '' ? '%R' : short
}

/** What is wrong with `format`, as a clause; null for one that can be used. */
export function timeFormatFault(format: string): string | null {
  if (!/^[\x20-\x7e]*$/u.test(format)) return 'may hold only printable ASCII'
  const unknown = format.match(/%(?:.|$)/gu)?.find((conversion) => !Object.hasOwn(CONVERSIONS, conversion.slice(1)))
  if (unknown === undefined) return null
  const known = Object.keys(CONVERSIONS).map((letter) => `%${letter}`)
  return `does not know ${unknown === '%' ? '% at the end' : unknown}; there are ${known.join(' ')}`
}
