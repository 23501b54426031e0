/**
 * The file of host lists, compatible with the reference both ways: a line `color<TAB>url<TAB>last_seen` a host,
 * last_seen in Unix seconds, a u64. Facts: docs/node.md, *Hosts*.
 */
import { SerialError } from '@dchat/serial'
import { canonicalAddress } from '../canonical-address.ts'
import { readTextFile, writeTextFile } from './atomic-file.ts'
import { hostColorOf, HOST_COLOR_NAMES, HostColor } from './host-color.ts'
import type { HostEntry } from './host-container.ts'
import { HOST_LIMITS } from './host-limits.ts'

export interface HostlistLine extends HostEntry {
  readonly color: HostColor
}

export interface Hostlist {
  readonly lines: readonly HostlistLine[]
  /** Lines that were left out because they are malformed. */
  readonly badLines: number
  /** Whether the file was longer than we read. */
  readonly isCut: boolean
}

/** The colours that are written, in this order. Black lines are read but never written. */
export const SAVED_COLORS: readonly HostColor[] = [HostColor.Dark, HostColor.Grey, HostColor.White, HostColor.Gold]

const U64_MAX = 2n ** 64n - 1n

/** Reads every good line; empty ones do not count as bad. Never throws. */
export function parseHostlist(text: string): { lines: HostlistLine[]; badLines: number } {
  const lines: HostlistLine[] = []
  let badLines = 0
  for (const line of text.split('\n')) {
    const trimmed = line.endsWith('\r') ? line.slice(0, -1) : line
    if (trimmed === '') continue
    const parsed = parseLine(trimmed)
    if (parsed === undefined) badLines += 1
    else lines.push(parsed)
  }
  return { lines, badLines }
}

function parseLine(line: string): HostlistLine | undefined {
  const [name = '', address = '', seen = '', ...rest] = line.split('\t')
  const color = hostColorOf(name)
  if (color === undefined || rest.length > 0 || !/^\d{1,20}$/.test(seen) || BigInt(seen) > U64_MAX) return undefined
  if (address.length > HOST_LIMITS.ADDRESS_MAX_CHARS.value) return undefined
  try {
    return { color, url: canonicalAddress(address), lastSeenSec: Number(seen) }
  } catch (error) {
    if (error instanceof SerialError) return undefined
    throw error
  }
}

export function formatHostlist(lines: Iterable<HostlistLine>): string {
  let text = ''
  for (const { color, url, lastSeenSec } of lines) text += `${HOST_COLOR_NAMES[color]}\t${url}\t${lastSeenSec}\n`
  return text
}

/**
 * Reads a host list; undefined when there is no such file.
 * @throws NetError NET_HOSTLIST_UNREADABLE when it is there and cannot be read.
 */
export async function loadHostlist(path: string): Promise<Hostlist | undefined> {
  const file = await readTextFile(path, HOST_LIMITS.HOSTLIST_FILE_MAX_BYTES.value)
  return file === undefined ? undefined : { ...parseHostlist(file.text), isCut: file.isCut }
}

/**
 * Replaces a host list, atomically.
 * @throws NetError NET_HOSTLIST_UNWRITABLE; the old file is untouched then.
 */
export async function saveHostlist(path: string, lines: Iterable<HostlistLine>): Promise<void> {
  await writeTextFile(path, formatHostlist(lines))
}
