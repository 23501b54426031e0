/** What the body of each kind may hold. Wire: docs/chat.md, *Bodies*. */
import { NICK_MAX_CHARACTERS } from './grammar.ts'
import { PostKind } from './post.ts'

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/ // oxlint-disable-line no-control-regex -- they are what is looked for
const HEX_32_BYTES = /^[0-9a-f]{64}$/
const BASE64URL = /^[A-Za-z0-9_-]*$/
/** By length modulo 4: the last digit of a text whose unused low bits are 0. A remainder of 1 is no whole byte. */
const LAST_DIGITS: readonly RegExp[] = [/^/, /$^/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/]

/** Whether `body`, well-formed and not too long, is one of that kind. A kind this version does not know takes any. */
export function isBodyOf(kind: number, body: string): boolean {
  switch (kind) {
    case PostKind.Profile:
      return isNick(body)
    case PostKind.Retract:
    case PostKind.BoxKey:
      return isHex32(body)
    case PostKind.DirectMessage:
    case PostKind.PrivateRoom:
      return isBase64Url(body)
    default:
      return true
  }
}

/** 32 bytes, in the one form that they have in texts: 64 lower-case hex digits. */
export function isHex32(text: string): boolean {
  return HEX_32_BYTES.test(text)
}

/** Whether `nick` may stand in a profile: 1 to 32 Unicode scalar values without control characters. */
export function isNick(nick: string): boolean {
  return isName(nick, NICK_MAX_CHARACTERS)
}

/** Whether `name` is 1 to `maxCharacters` Unicode scalar values, none in U+0000-001F or U+007F-009F. */
export function isName(name: string, maxCharacters: number): boolean {
  // A character takes one or two units of the string, so that most are judged by its length.
  if (name === '' || name.length > 2 * maxCharacters || CONTROL.test(name) || !name.isWellFormed()) return false
  return name.length <= maxCharacters || Array.from(name).length <= maxCharacters
}

/** Whether `text` is base64url without padding in the one form its bytes have. Empty is. */
export function isBase64Url(text: string): boolean {
  return BASE64URL.test(text) && LAST_DIGITS[text.length & 3]!.test(text)
}
