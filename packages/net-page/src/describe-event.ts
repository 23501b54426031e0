/** A network event in one line. Its fields are those of docs/node.md, *dnet events*; what is not known is shown as it is. Pure. */
import { safeText } from './format.ts'

/** @param info as it came: nothing about it is trusted */
export function describeEvent(event: string, info: unknown): string {
  const name = safeText(event, 40).replaceAll('_', ' ')
  if (typeof info !== 'object' || info === null) return name
  const { chan, cmd } = info as { chan?: unknown; cmd?: unknown }
  if (typeof cmd === 'string' && typeof chan === 'object' && chan !== null) {
    const { addr, id } = chan as { addr?: unknown; id?: unknown }
    return `${name} ${safeText(cmd, 40)} ${event === 'send' ? 'to' : 'from'} ${safeText(addr)} (channel ${safeText(id, 12)})`
  }
  const fields = Object.entries(info)
    .slice(0, 8)
    .map(([key, value]) => `${safeText(key, 24).replaceAll('_', ' ')} ${safeText(value)}`)
  return [name, ...fields].join(' · ').replace(' · ', ': ')
}

/** Whether a line has each word of a filter, and none of those with a dash before them; case does not matter. */
export function passesFilter(line: string, filter: string): boolean {
  const text = line.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '' && word !== '-')
    .every((word) => (word.startsWith('-') ? !text.includes(word.slice(1)) : text.includes(word)))
}
