/** What a ban keeps of the error that earned it, beside its code. Peers choose words of it, such as the names of commands. */
import type { NetError } from './errors.ts'
import { printable } from './hosts/ban-list.ts'
import type { Offence } from './hosts/ban-list.ts'

/** Strings that need no quotes to be told from what stands beside them. */
const PLAIN = /^[\w.:/-]+$/

/** The code and the fields of `error`, as `command=ping length=70 maxBytes=2`: printable ASCII, bounded as `Ban.detail` is. */
export function offenceOf({ code, data }: NetError): Offence {
  const fields = Object.entries(data)
    .filter(([key]) => key !== 'channelId') // means nothing once the channel is gone
    .map(([key, value]) => `${key}=${typeof value === 'string' ? quoted(value) : String(value)}`)
  return { reason: code, detail: printable(fields.join(' ')) }
}

/** In quotes nothing in it can pass for a field of its own. */
function quoted(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text)
}
