/** Bodies of encrypted kinds, inside posts as everybody relays them. Wire: docs/chat.md, *Encrypted kinds*. */
import { decodeInner, decodePost, encodeInner, memberOf, openBoxKey, openDirect, openRoom, roomKeysOf } from '@dchat/chat'
import type { Post } from '@dchat/chat'
import { SeededSigner, rawPost } from '@dchat/chat/testing'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { vectorsOf } from '../recorded-bytes.ts'
import { refusalOfPost } from './posts.ts'

interface Sealed {
  readonly verdict: 'opens' | 'refused'
  readonly author: string
  readonly time: number
  readonly body: string
}

interface SealedVectors {
  readonly inner: readonly { bytes: string }[]
  readonly direct: readonly (Sealed & { recipient: string; box_secret: string })[]
  readonly rooms: readonly { name: string; id: string; secret: string }[]
  readonly room_bodies: readonly (Sealed & { room: string })[]
  readonly members: readonly { verdict: string; room: string; author: string; text: string }[]
}

const vectors = (): SealedVectors => vectorsOf<SealedVectors>('sealed')
const KEPT_SIGNATURE = new SeededSigner('ann').sign(Buffer.alloc(0))

/** The post that brings `body`; in words why there is none. The signature is sound in form, which is all that counts here. */
function posted(of: { author: string; time: number; room: string; kind: number }, body: Buffer): Post | string {
  const signer = { key: new SeededSigner(of.author).key, sign: () => KEPT_SIGNATURE }
  const decoded = attempt(() => decodePost(rawPost({ ...of, author: signer.key, signer, body }).bytes), refusalOfPost)
  return 'refused' in decoded ? decoded.refused : decoded.value
}

/** Nonce and ciphertext, in hex: what comes behind the room's key and signature. */
function sealedPart(body: string): string {
  return Buffer.from(body, 'base64url').toString('hex', 32 + 64)
}

export const ROOM_BODIES: FuzzTarget = {
  name: 'room-bodies',
  share: 2,
  maxBytes: 8_192,
  seeds: () => vectors().room_bodies.map(({ body }) => Buffer.from(body)),
  open: () => {
    const { rooms, room_bodies: bodies } = vectors()
    const garden = rooms.find(({ name }) => name === 'garden')!
    const [example] = bodies
    const keys = roomKeysOf(Buffer.from(garden.secret, 'hex'))
    // Whether the room's key signed it is for PostVerifier; here counts that no other ciphertext opens.
    const made = new Set(bodies.map(({ body }) => sealedPart(body)))
    return {
      tryOut: (input) => {
        const post = posted({ author: example!.author, time: example!.time, room: garden.id, kind: 17 }, input)
        if (typeof post === 'string') return post
        const inner = openRoom(post, keys)
        if (inner === undefined) return 'does not open'
        must(made.has(sealedPart(post.body)), 'a body opens that nobody with the secret has made')
        return `${TAKEN} kind ${inner.kind}`
      },
    }
  },
}

export const DIRECT_BODIES: FuzzTarget = {
  name: 'direct-bodies',
  share: 0.1,
  maxBytes: 8_192,
  seeds: () => vectors().direct.map(({ body }) => Buffer.from(body)),
  open: () => {
    const { direct } = vectors()
    const [example] = direct
    const opening = new Set(direct.filter(({ verdict }) => verdict === 'opens').map(({ body }) => body))
    const recipient = new SeededSigner(example!.recipient).key
    const key = openBoxKey(Buffer.from(example!.box_secret, 'hex'))
    return {
      tryOut: async (input) => {
        const post = posted({ author: example!.author, time: example!.time, room: '_dm', kind: 16 }, input)
        if (typeof post === 'string') return post
        const inner = await openDirect(post, { recipient, keys: [await key] })
        if (inner === undefined) return 'does not open'
        must(opening.has(post.body), 'a message opens that nobody has sealed')
        return `${TAKEN} kind ${inner.kind}`
      },
    }
  },
}

export const INNER_MESSAGES: FuzzTarget = {
  name: 'inner-messages',
  share: 4,
  maxBytes: 4_097,
  seeds: () => vectors().inner.map(({ bytes }) => Buffer.from(bytes, 'hex')),
  open: (random) => ({
    mutations: [(input) => Buffer.concat([input, Buffer.alloc(4_096)]).subarray(0, [256, 1_024, 4_096][random.int(3)])],
    tryOut: (input) => {
      const inner = decodeInner(input)
      if (inner === undefined) return `refused ${[256, 1_024, 4_096].includes(input.length) ? 'in size' : 'by size'}`
      const again = encodeInner(inner)
      must(again.length <= input.length, 'what was read does not fit where it was')
      must(
        Buffer.concat([again, Buffer.alloc(4_096)])
          .subarray(0, input.length)
          .equals(input),
        'two encodings of one message',
      )
      return `${TAKEN} kind ${inner.kind}`
    },
  }),
}

export const MEMBERS: FuzzTarget = {
  name: 'member-certificates',
  share: 1,
  maxBytes: 512,
  pieces: ['0', 'f', 'F', 'é', '00'.repeat(32), 'ff'.repeat(32)].map((text) => Buffer.from(text)),
  seeds: () => vectors().members.map(({ text }) => Buffer.from(text)),
  open: () => {
    const { members, rooms } = vectors()
    const [example] = members
    const room = rooms.find(({ name }) => name === example!.room)!.id
    const author = new SeededSigner(example!.author).key
    const opening = new Set(members.filter(({ verdict }) => verdict === 'opens').map(({ text }) => text))
    return {
      tryOut: (input) => {
        const text = input.toString()
        const identity = memberOf(text, { room, author })
        if (identity === undefined) return `refused, ${Math.min(text.length, 193)} characters`
        must(opening.has(text), 'a certificate holds that nobody has signed')
        return TAKEN
      },
    }
  },
}
