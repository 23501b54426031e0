/** What happens to a file on a disk: a letter, a sector, a page, an end. */
import type { Random } from '@dchat/system'

const SECTOR_BYTES = 512
const PAGE_BYTES = 4_096

/** Each answers the bytes of a file of at least 64 KiB, damaged; `bytes` stays as it is. */
const KINDS: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer>> = {
  'a bit turned': (bytes, random) => changed(bytes, (copy) => (copy[random.int(copy.length)]! ^= 1 << random.int(8))),
  'bytes overwritten': (bytes, random) => changed(bytes, (copy) => scramble(copy, 1 + random.int(200), random)),
  'a sector of noise': (bytes, random) => changed(bytes, (copy) => scramble(copy, SECTOR_BYTES, random)),
  'a page of zeros': (bytes, random) => changed(bytes, (copy) => void copy.fill(0, ...rangeOf(copy, PAGE_BYTES, random))),
  'two pages exchanged': (bytes, random) =>
    changed(bytes, (copy) => {
      const [from] = rangeOf(copy, 4 * PAGE_BYTES, random)
      const [to] = rangeOf(copy, 4 * PAGE_BYTES, random)
      copy.set(bytes.subarray(from, from + 4 * PAGE_BYTES), to)
      copy.set(bytes.subarray(to, to + 4 * PAGE_BYTES), from)
    }),
  'many bits turned': (bytes, random) =>
    changed(bytes, (copy) => {
      for (let count = 2 + random.int(60); count > 0; count -= 1) copy[random.int(copy.length)]! ^= 1 << random.int(8)
    }),
  'an end cut off': (bytes, random) => bytes.subarray(0, random.int(bytes.length)),
  'noise from a place on': (bytes, random) =>
    changed(bytes, (copy) => {
      const from = random.int(copy.length)
      for (let at = from; at < copy.length; at += 1) copy[at] = random.int(256)
    }),
  'a header of noise': (bytes, random) =>
    changed(bytes, (copy) => {
      for (let count = 1 + random.int(20); count > 0; count -= 1) copy[random.int(100)] = random.int(256)
    }),
}
export const DAMAGES: readonly string[] = Object.keys(KINDS)

/** @param kind one of DAMAGES */
export function damaged(bytes: Buffer, kind: string, random: Random): Buffer {
  return KINDS[kind]!(bytes, random)
}

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  change(copy)
  return copy
}

/** At a multiple of `length`, as disks and file systems have it. */
function rangeOf(bytes: Buffer, length: number, random: Random): [from: number, to: number] {
  const from = random.int(Math.floor(bytes.length / length)) * length
  return [from, from + length]
}

function scramble(bytes: Buffer, length: number, random: Random): void {
  const from = random.int(bytes.length - length)
  for (let at = from; at < from + length; at += 1) bytes[at] = random.int(256)
}
