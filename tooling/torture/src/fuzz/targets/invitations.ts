/** Invitations as people paste them, and texts that hold them. Wire: docs/chat.md, *Private room*. */
import { formatInvitation, isChatError, parseInvitation } from '@dchat/chat'
import { holdsInvitation, maskInvitations } from '@dchat/rpc'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { vectorsOf } from '../recorded-bytes.ts'

const SECRET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'

export const INVITATIONS: FuzzTarget = {
  name: 'invitations',
  share: 4,
  maxBytes: 16_384,
  pieces: ['dchat-room:', ':', SECRET, `:${SECRET}`, 'DCHAT-room:', '\u200b', '\r\n', '😀'].map((text) => Buffer.from(text)),
  seeds: () => vectorsOf<{ invitations: { text: string }[] }>('sealed').invitations.map(({ text }) => Buffer.from(text)),
  open: () => ({
    tryOut: (input) => {
      const text = input.toString()
      const masked = maskInvitations(text)
      must(maskInvitations(masked) === masked, 'what was masked is masked again')
      must(holdsInvitation(text) === (masked !== text), 'what is found and what is masked differ')
      const parsed = attempt(
        () => parseInvitation(text),
        (error) => (isChatError(error, 'CHAT_INVITATION_MALFORMED') ? error.data.reason : undefined),
      )
      if ('refused' in parsed) return `${parsed.refused}, ${holdsInvitation(text) ? 'holds one' : 'holds none'}`
      const { name, secret } = parsed.value
      must(formatInvitation(parsed.value) === text.trim(), 'what was read is written otherwise')
      const shown = secret.toString('base64url')
      // Who names a room by its secret has told it: what is masked is the place of the secret.
      must(!masked.includes(shown) || name.includes(shown), 'the secret shows in a text that was masked')
      return `${TAKEN} ${name.includes(':') ? 'with a colon' : 'without'}`
    },
  }),
}
