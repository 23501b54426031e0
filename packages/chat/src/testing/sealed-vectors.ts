/**
 * tooling/interop/vectors/sealed.json: encrypted kinds right and wrong, with each step named, for every implementation to check itself
 * against. The same in every run: what would be random follows from names. Facts: docs/chat.md, *Encrypted kinds*.
 */
import { directVectors } from './sealed-direct-vectors.ts'
import type { DirectVector } from './sealed-direct-vectors.ts'
import { rawPost } from './raw-post.ts'
import { BAD_INNER, KEYS, NAMES, inner } from './sealed-parts.ts'
import type { Hex, Verdict } from './sealed-parts.ts'
import { GARDEN, memberVectors, roomBodyVectors, roomVectors } from './sealed-room-vectors.ts'
import type { MemberVector, RoomBodyVector, RoomVector } from './sealed-room-vectors.ts'

export interface InnerVector {
  readonly name: string
  readonly verdict: Verdict
  readonly kind?: number
  readonly text?: string
  /** It is of a larger size than it has to be: to be read, not to be made. */
  readonly larger?: true
  readonly bytes: Hex
}

export interface InvitationVector {
  readonly name: string
  readonly verdict: Verdict
  readonly text: string
  /** What the room is called. */
  readonly room?: string
  readonly secret?: Hex
}

/** A whole post of the first body of its kind. */
export interface SealedPostVector {
  readonly name: string
  readonly of: 'direct' | 'room_bodies'
  readonly post: Hex
  readonly id: Hex
}

export interface SealedVectors {
  readonly about: string
  /** Public keys by name. */
  readonly keys: Readonly<Record<string, Hex>>
  readonly inner: readonly InnerVector[]
  readonly direct: readonly DirectVector[]
  readonly rooms: readonly RoomVector[]
  readonly room_bodies: readonly RoomBodyVector[]
  readonly posts: readonly SealedPostVector[]
  readonly members: readonly MemberVector[]
  readonly invitations: readonly InvitationVector[]
}

const ABOUT =
  'Encrypted kinds of docs/chat.md, right and wrong, with each step named. Values are hex, bodies base64url; "opens" is right, "refused" ' +
  'says nothing to anybody. Private keys: the Ed25519 seed is SHA-256 of "dchat test key " and the name. The steps of a direct message ' +
  'are those of RFC 9180 (base mode; ephemeral_material goes into DeriveKeyPair), its body is enc and ciphertext; those of a room post ' +
  'end with what its body is: public_key, signature (over message), nonce, ciphertext. The posts are whole ones of the first bodies. Refused ones are well made but for what their ' +
  'name says. Made by packages/chat/src/testing/sealed-vectors.ts, checked by tooling/e2e/clients/sealed.py too.'

function innerVectors(): InnerVector[] {
  const opens = (name: string, kind: number, text: string): InnerVector => {
    return { name, verdict: 'opens', kind, text, bytes: inner(kind, text).toString('hex') }
  }
  return [
    opens('a text', 0, 'hello'),
    opens('an empty text', 0, ''),
    opens('an action of all sorts: NUL, newline, byte order mark, characters beyond the BMP', 1, '\u0000\n\ufeffé日😀'),
    opens('a topic', 3, 'All about the garden'),
    opens('a retraction', 4, '00112233445566778899aabbccddeeff'.repeat(2)),
    opens('a rekey', 33, GARDEN.id),
    opens('a kind nobody knows', 200, 'anything'),
    opens('the longest text of 256 bytes', 0, 'x'.repeat(252)),
    opens('the shortest text of 1,024 bytes', 0, 'x'.repeat(253)),
    opens('the longest text of 1,024 bytes', 0, 'x'.repeat(1020)),
    opens('the shortest text of 4,096 bytes', 0, 'x'.repeat(1021)),
    opens('the longest text', 0, 'x'.repeat(4092)),
    { ...opens('a text in more bytes than it takes', 0, 'hello'), larger: true, bytes: inner(0, 'hello', 1024).toString('hex') },
    ...BAD_INNER.map(([what, bytes]) => ({ name: what, verdict: 'refused' as const, bytes: bytes.toString('hex') })),
  ]
}

function invitationVectors(): InvitationVector[] {
  const digits = GARDEN.secret.toString('base64url')
  const secret = GARDEN.secret.toString('hex')
  const opens = (name: string, room: string): InvitationVector => {
    return { name, verdict: 'opens', text: `dchat-room:${room}:${digits}`, room, secret }
  }
  const refused = (name: string, text: string): InvitationVector => ({ name, verdict: 'refused', text })
  const last = digits.at(-1)!
  return [
    opens('to the garden', 'garden'),
    opens('with colons in the name', 'a:b:'),
    opens('with blanks in the name', ' the garden '),
    opens('with a name of 64 characters of 4 bytes', '😀'.repeat(64)),
    refused('of nothing', ''),
    refused('with text before it', `see dchat-room:garden:${digits}`),
    refused('without a secret', 'dchat-room:garden'),
    refused('without a name', `dchat-room:${digits}`),
    refused('with an empty name', `dchat-room::${digits}`),
    refused('with a name of 65 characters', `dchat-room:${'x'.repeat(65)}:${digits}`),
    refused('with a control character in the name', `dchat-room:gar\u0085den:${digits}`),
    refused('with a secret of 42 characters', `dchat-room:garden:${digits.slice(0, -1)}`),
    refused('with a secret of 44 characters', `dchat-room:garden:${digits}A`),
    refused('with padding', `dchat-room:garden:${digits}=`),
    refused('with a secret in the other base64', `dchat-room:garden:+${digits.slice(1)}`),
    refused(
      'with bits left over in its last digit',
      `dchat-room:garden:${digits.slice(0, -1)}${String.fromCharCode(last.charCodeAt(0) + 1)}`,
    ),
  ]
}

function postVector(of: SealedPostVector['of'], room: string, first: DirectVector | RoomBodyVector): SealedPostVector {
  const { author, time, body } = first
  const { bytes, hex } = rawPost({ signer: KEYS[author], room, kind: of === 'direct' ? 16 : 17, time, body })
  return { name: of === 'direct' ? 'a direct message' : 'a post of the garden', of, post: bytes.toString('hex'), id: hex }
}

/** What the file holds. */
export async function sealedVectors(): Promise<SealedVectors> {
  const direct = await directVectors()
  const bodies = roomBodyVectors()
  return {
    about: ABOUT,
    keys: Object.fromEntries(NAMES.map((name) => [name, KEYS[name].key.toString('hex')])),
    inner: innerVectors(),
    direct,
    rooms: roomVectors(),
    room_bodies: bodies,
    posts: [postVector('direct', '_dm', direct[0]!), postVector('room_bodies', GARDEN.id, bodies[0]!)],
    members: memberVectors(),
    invitations: invitationVectors(),
  }
}
