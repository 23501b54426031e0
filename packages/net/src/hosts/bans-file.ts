/**
 * The file of bans: a line `target<TAB>until<TAB>count<TAB>reason<TAB>detail` a ban, until in Unix seconds. A ban without a detail has no
 * fifth column, as lines of before there were details.
 */
import { isNetError } from '../errors.ts'
import { readTextFile, writeTextFile } from './atomic-file.ts'
import type { Ban } from './ban-list.ts'
import { parseBanTarget } from './ban-target.ts'
import { HOST_LIMITS } from './host-limits.ts'

/** What a file of bans holds. */
export interface SavedBans {
  readonly bans: readonly Ban[]
  /** Lines that were left out because they are malformed. */
  readonly badLines: number
  /** Whether the file was longer than we read. */
  readonly isCut: boolean
}

/** Reads every good line; empty ones do not count as bad. Never throws. */
export function parseBans(text: string): { bans: Ban[]; badLines: number } {
  const bans: Ban[] = []
  let badLines = 0
  for (const line of text.split('\n')) {
    if (line === '' || line === '\r') continue
    const ban = parseLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (ban === undefined) badLines += 1
    else bans.push(ban)
  }
  return { bans, badLines }
}

function parseLine(line: string): Ban | undefined {
  const [text = '', until = '', count = '', reason, detail = '', ...rest] = line.split('\t')
  if (reason === undefined || rest.length > 0 || !/^\d{1,12}$/.test(until) || !/^[1-9]\d{0,5}$/.test(count)) return undefined
  if (text.length > HOST_LIMITS.ADDRESS_MAX_CHARS.value) return undefined
  try {
    return { target: parseBanTarget(text), untilSec: Number(until), count: Number(count), reason, detail }
  } catch (error) {
    if (isNetError(error, 'NET_ADDRESS_INVALID')) return undefined
    throw error
  }
}

export function formatBans(bans: Iterable<Ban>): string {
  let text = ''
  for (const { target, untilSec, count, reason, detail } of bans) {
    text += `${target}\t${untilSec}\t${count}\t${reason}${detail === '' ? '' : `\t${detail}`}\n`
  }
  return text
}

/**
 * Reads a file of bans; undefined when there is no such file.
 * @throws NetError NET_HOSTLIST_UNREADABLE when it is there and cannot be read.
 */
export async function loadBans(path: string): Promise<SavedBans | undefined> {
  const file = await readTextFile(path, HOST_LIMITS.HOSTLIST_FILE_MAX_BYTES.value)
  return file === undefined ? undefined : { ...parseBans(file.text), isCut: file.isCut }
}

/**
 * Replaces a file of bans, atomically.
 * @throws NetError NET_HOSTLIST_UNWRITABLE; the old file is untouched then.
 */
export async function saveBans(path: string, bans: Iterable<Ban>): Promise<void> {
  await writeTextFile(path, formatBans(bans))
}
