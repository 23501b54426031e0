/** Local times and days as the screen shows them. */

/** `HH:MM` in local time. */
export function clockTime(ms: number): string {
  const date = new Date(ms)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The local day of `ms`, as `2026-03-02`; equal for equal days. */
export function dayKey(ms: number): string {
  const date = new Date(ms)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

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

function two(value: number): string {
  return String(value).padStart(2, '0')
}
