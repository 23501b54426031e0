/** Local times and days as the screen shows them. */

/** `HH:MM` in local time. */
export function clockTime(ms: number): string {
  const date = new Date(ms)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** `2026-03-02 12:55`, local time. */
export function stampOf(ms: number): string {
  return `${dayKey(ms)} ${clockTime(ms)}`
}

/** `2026-03-02T12:55:07.250+01:00`: local time with what it is ahead of UTC. */
export function isoTime(ms: number): string {
  const date = new Date(ms)
  const ahead = -date.getTimezoneOffset()
  const sign = ahead < 0 ? '-' : '+'
  const zone = `${sign}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`
  const parts = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
  return `${dayKey(ms)}T${parts}${zone}`
}

/** `HH:MM:SS` in local time. */
export function clockSeconds(ms: number): string {
  return `${clockTime(ms)}:${two(new Date(ms).getSeconds())}`
}

/** The local day of `ms`, as `2026-03-02`; equal for equal days. */
export function dayKey(ms: number): string {
  const date = new Date(ms)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** In English, Sunday first. */
export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `Mon, 2026-03-02`, the local day of `ms`. */
export function dayLabel(ms: number): string {
  return `${WEEKDAYS[new Date(ms).getDay()]}, ${dayKey(ms)}`
}

/** `3 d 4 h`, `2 h 5 min`, `7 min`, `12 s`: the two largest units of `seconds`. */
export function durationText(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (days > 0) return `${days} d ${hours % 24} h`
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`
}

/** At least two digits. */
export function two(value: number): string {
  return String(value).padStart(2, '0')
}
