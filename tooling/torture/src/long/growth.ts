/** Whether a row of readings grows. */

/** `[at which moment, ms; what was read]`, in order of time. */
export type Reading = readonly [atMs: number, value: number]

const HOUR_MS = 3_600_000

/** Of the line that fits the readings best: what they grow by in an hour. 0 for fewer than two. */
export function slopePerHour(readings: readonly Reading[]): number {
  const meanAt = mean(readings.map(([atMs]) => atMs))
  const meanValue = mean(readings.map(([, value]) => value))
  let above = 0
  let below = 0
  for (const [atMs, value] of readings) {
    above += (atMs - meanAt) * (value - meanValue)
    below += (atMs - meanAt) ** 2
  }
  return below === 0 ? 0 : (above / below) * HOUR_MS
}

/**
 * By how much the median of the last part of the time is above that of the first one.
 * @param part of the whole time, above 0 and at most 0.5
 */
export function growth(readings: readonly Reading[], part: number): number {
  const [first, last] = [readings[0], readings.at(-1)]
  if (first === undefined || last === undefined) return 0
  const windowMs = (last[0] - first[0]) * part
  const early = readings.filter(([atMs]) => atMs <= first[0] + windowMs)
  const late = readings.filter(([atMs]) => atMs >= last[0] - windowMs)
  return median(late.map(([, value]) => value)) - median(early.map(([, value]) => value))
}

/** The lower one of the two in the middle. @param values at least one */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
