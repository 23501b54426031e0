/** Exports of an identity as they come back from paper or mail. Facts: docs/chat.md, *Identity*, Export. */
import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { importIdentity, isChatError } from '@dchat/chat'
import { decodeParts, encodeParts, identityOfSeed, sealedExport } from '@dchat/chat/testing'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'

const BEGIN = '-----BEGIN DCHAT IDENTITY-----'
const END = '-----END DCHAT IDENTITY-----'
const HEADER_BYTES = 1 + 16 + 12
/** One of so many exports that are whole is opened: each try is a scrypt of 0.3 s by design. */
const ONE_IN_OPENED = 2_000

/** A text that is an export in all but what can be opened in it. */
function framed(version: number, sealedBytes: number): Buffer {
  const sealed = Buffer.concat([Buffer.of(version), Buffer.alloc(HEADER_BYTES - 1 + sealedBytes, 7)])
  const all = Buffer.concat([sealed, hash('sha256', sealed, 'buffer').subarray(0, 4)])
  return Buffer.from([BEGIN, ...(all.toString('base64').match(/.{1,64}/g) ?? []), END, ''].join('\n'))
}

/** What stands between the lines that begin and end it, without what a letter has put around it. */
function linesOf(text: string): string | undefined {
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at + 1)) {
    const [lines = ''] = text.slice(at + BEGIN.length).split('-', 1)
    if (text.startsWith(END, at + BEGIN.length + lines.length)) return lines.replaceAll(/[\s>]/g, '')
  }
  return undefined
}

function refusal(error: unknown): string | undefined {
  if (isChatError(error, 'CHAT_EXPORT_DAMAGED')) return error.data.reason
  if (isChatError(error, 'CHAT_EXPORT_VERSION')) return `version ${error.data.version}`
  return isChatError(error, 'CHAT_PASSPHRASE_WRONG') ? 'the passphrase is wrong' : undefined
}

export const EXPORTS: FuzzTarget = {
  name: 'identity-exports',
  share: 2,
  maxBytes: 60_000,
  pieces: [BEGIN, END, '-', '> ', '\r\n', '=', '\u00a0'].map((text) => Buffer.from(text)),
  seeds: () => [framed(1, 32 + 16), framed(2, 34 + 16), framed(2, 200), framed(3, 60), framed(0, 60), framed(1, 60)],
  open: () => ({
    tryOut: async (input) => {
      const text = input.toString()
      const whole = attempt(() => sealedExport(text), refusal)
      if ('refused' in whole) return whole.refused
      must(linesOf(text) === whole.value.all.toString('base64'), 'what was read is written otherwise')
      if (crc32(input) % ONE_IN_OPENED === 0) {
        const opened = await importIdentity(text, 'a passphrase').then(
          () => 'opened',
          (error: unknown) => refusal(error) ?? Promise.reject(error as Error),
        )
        must(opened === 'the passphrase is wrong', `a made-up export: ${opened}`)
      }
      return `${TAKEN} version ${whole.value.version}`
    },
  }),
}

/** What an export holds, once it was opened: as whoever knows the passphrase may have made it. */
export const PARTS: FuzzTarget = {
  name: 'identity-parts',
  share: 1,
  maxBytes: 8_192,
  seeds: () => {
    const secret = Buffer.alloc(32, 5)
    const box = { secret, made: 1_795_000_000_000 }
    const room = { name: 'garden', secret, author: secret, since: 0 }
    const identity = identityOfSeed(secret)
    return [
      encodeParts({ identity, boxes: [], rooms: [] }),
      encodeParts({ identity, boxes: [box, box], rooms: [room, { ...room, name: '' }] }),
    ]
  },
  open: () => ({
    tryOut: (input) => {
      const parts = decodeParts(input, 2)
      if (parts === undefined) return 'refused'
      must(encodeParts(parts).equals(input), 'two encodings of the same parts')
      return `${TAKEN} ${parts.boxes.length} boxes, ${parts.rooms.length} rooms`
    },
  }),
}
