/** Files of keys as they may come back from a disk. Facts: docs/chat.md, *Identity*, the key file; *Encrypted kinds*, files of keys. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { RoomKeyRing, isChatError, openIdentity } from '@dchat/chat'
import { identityOfSeed } from '@dchat/chat/testing'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'

const SECRET = '5a'.repeat(32)
const [IDENTITY, OTHER] = ['01'.repeat(32), '02'.repeat(32)]
const ROOM = { identity: IDENTITY, name: 'garden', secret: SECRET, author: '5b'.repeat(32), since: 1_795_000_000_000 }
const RING = { version: 1, entries: [ROOM, { ...ROOM, identity: OTHER, name: '' }] }

interface KeyFile {
  readonly name: string
  readonly seeds: readonly string[]
  readonly pieces: readonly string[]
  /** Reads it. @returns what there is to say of it */
  readonly open: (path: string) => string
  /** What no error may say. */
  readonly secret: string
}

const pem = identityOfSeed(Buffer.alloc(32, 0x5c)).toPem()

const IDENTITY_FILE: KeyFile = {
  name: 'identity-files',
  seeds: [pem, `# a remark\n${pem}`, pem.replace('PRIVATE', 'PUBLIC'), ''],
  pieces: ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', 'ENCRYPTED ', '\n', '=', 'MC4CAQAwBQYDK2VwBCIEI'],
  open: (path) => `${openIdentity(path).key.length} bytes`,
  secret: pem.split('\n')[1]!.slice(-40),
}

const RING_FILE: KeyFile = {
  name: 'room-key-files',
  seeds: [
    JSON.stringify(RING),
    JSON.stringify({ ...RING, entries: [] }),
    JSON.stringify({ ...RING, version: 2 }),
    '{}',
    'null',
    '',
  ],
  pieces: ['"version":', '"entries":', '[', ']', '{', '}', ',', 'null', '1e999', '-1', '"__proto__":', SECRET, '00'],
  open: (path) => `${RoomKeyRing.open(path, { identity: IDENTITY }).rooms().length} rooms`,
  secret: SECRET,
}

function target({ name, seeds, pieces, open, secret }: KeyFile): FuzzTarget {
  return {
    name,
    share: 0.5,
    maxBytes: 20_000,
    pieces: pieces.map((text) => Buffer.from(text)),
    seeds: () => seeds.map((text) => Buffer.from(text)),
    open: () => {
      const folder = mkdtempSync(join(tmpdir(), 'dchat-fuzz-'))
      const path = join(folder, 'keys')
      const refusal = (error: unknown): string | undefined => {
        must(!inspect(error, { depth: 9 }).includes(secret), 'an error shows a secret')
        return isChatError(error) && /_(DAMAGED|VERSION)$/.test(error.code) ? error.code : undefined
      }
      return {
        tryOut: (input) => {
          writeFileSync(path, input, { mode: 0o600 })
          const opened = attempt(() => open(path), refusal)
          must(readFileSync(path).equals(input), 'a file that was read is another afterwards')
          return 'refused' in opened ? opened.refused : `${TAKEN} ${opened.value}`
        },
        close: () => rmSync(folder, { recursive: true, force: true }),
      }
    },
  }
}

export const KEY_FILES: readonly FuzzTarget[] = [IDENTITY_FILE, RING_FILE].map(target)
