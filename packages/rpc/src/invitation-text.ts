/** Invitations inside texts: who reads one is in the private room. Facts: docs/chat.md, *Private room*: `dchat-room:NAME:SECRET`. */

/** More than a name may have, so that one that is too long is found too. */
const MAX_NAME = 256

/** Characters of a secret: 32 bytes of base64url. */
const SECRET_CHARACTERS = 43

/** A secret that was broken over lines, or has what cannot be seen in it, is read by people all the same. */
const BREAK = String.raw`[\r\n\p{Cf}]{0,2}`

const SECRET = `(?:${BREAK}[A-Za-z0-9_-]){${SECRET_CHARACTERS},}`

/** A name may hold colons, and what looks like a secret: whatever may be the secret of the rest is taken as one too. */
const INVITATION = new RegExp(`dchat-room:[^]{1,${MAX_NAME}}?:${SECRET}(?:[^]{0,${MAX_NAME}}?:${SECRET})*`, 'giu')

const SECRET_BEHIND_COLON = new RegExp(`:${SECRET}`, 'gu')

/** True for a text with an invitation anywhere in it. What only mentions the form, as in `dchat-room:NAME:SECRET`, is none. */
export function holdsInvitation(text: string): boolean {
  return text.search(INVITATION) !== -1
}

/** The text with `…` for the secret of each invitation in it. */
export function maskInvitations(text: string): string {
  return text.replace(INVITATION, (invitation) => invitation.replace(SECRET_BEHIND_COLON, ':…'))
}
