/** The file of anchors: a line `url` each. */
import { SerialError } from '@dchat/serial'
import { canonicalAddress } from '../canonical-address.ts'
import { readTextFile, writeTextFile } from './atomic-file.ts'
import { HOST_LIMITS } from './host-limits.ts'

/** What a file of anchors holds. */
export interface SavedAnchors {
  readonly urls: readonly string[]
  /** Lines that were left out: malformed, or too many. */
  readonly badLines: number
  /** Whether the file was longer than we read. */
  readonly isCut: boolean
}

/** Two lines of the longest address that is taken, with room for damage. */
const FILE_MAX_BYTES = 8 * HOST_LIMITS.ADDRESS_MAX_CHARS.value

/** Reads every good line up to the bound; lines beyond it count as bad, empty ones do not. Never throws. */
export function parseAnchors(text: string): { urls: string[]; badLines: number } {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const good = lines.map(parseLine).filter((url) => url !== undefined)
  const urls = [...new Set(good)].slice(0, HOST_LIMITS.ANCHORS_MAX.value)
  return { urls, badLines: lines.length - urls.length }
}

function parseLine(line: string): string | undefined {
  if (line.length > HOST_LIMITS.ADDRESS_MAX_CHARS.value) return undefined
  try {
    return canonicalAddress(line)
  } catch (error) {
    if (error instanceof SerialError) return undefined
    throw error
  }
}

/**
 * Reads a file of anchors; undefined when there is no such file.
 * @throws NetError NET_HOSTLIST_UNREADABLE when it is there and cannot be read.
 */
export async function loadAnchors(path: string): Promise<SavedAnchors | undefined> {
  const file = await readTextFile(path, FILE_MAX_BYTES)
  return file === undefined ? undefined : { ...parseAnchors(file.text), isCut: file.isCut }
}

/**
 * Replaces a file of anchors, atomically.
 * @throws NetError NET_HOSTLIST_UNWRITABLE; the old file is untouched then.
 */
export async function saveAnchors(path: string, urls: readonly string[]): Promise<void> {
  await writeTextFile(path, urls.map((url) => `${url}\n`).join(''))
}
