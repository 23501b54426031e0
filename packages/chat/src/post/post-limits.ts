/** What bounds the work on posts and keys beside their layout (grammar.ts); docs/limits.md is checked against this table. */
import type { Limit } from '@dchat/net'

export type PostLimitName =
  | 'VERIFIED_AT_ONCE'
  | 'VERIFIED_IN_FLIGHT'
  | 'VERIFY_KEYS'
  | 'KEY_FILE_MAX_BYTES'
  | 'EXPORT_MAX_CHARS'
  | 'PASSPHRASE_MIN_CHARS'

export const POST_LIMITS: Readonly<Record<PostLimitName, Limit>> = {
  VERIFIED_AT_ONCE: {
    value: 4,
    unit: 'posts',
    why: 'in one turn of the event loop: half a millisecond of it, where the thread pool would take longer',
    then: 'all that wait go to the thread pool',
  },
  VERIFIED_IN_FLIGHT: {
    value: 64,
    unit: 'posts',
    why: 'keeps four threads busy, and lets a file wait 2 ms behind them',
    then: 'the next waits until one is checked',
  },
  VERIFY_KEYS: {
    value: 4_096,
    unit: 'keys',
    why: 'that have signed a post; importing one takes 28 µs of the 130 a post costs',
    then: 'the half that was not used lately is forgotten',
  },
  KEY_FILE_MAX_BYTES: {
    value: 16_384,
    unit: 'bytes',
    why: 'a key takes 119, and may have remarks around it',
    then: 'CHAT_IDENTITY_DAMAGED',
  },
  EXPORT_MAX_CHARS: {
    value: 524_288,
    unit: 'characters',
    why: 'an export with 1,000 private rooms of the longest names has 450,000, and may come quoted in a letter',
    then: 'CHAT_EXPORT_DAMAGED',
  },
  PASSPHRASE_MIN_CHARS: {
    value: 8,
    unit: 'characters',
    why: 'of an export (NIST SP 800-63B): a guess costs 128 MiB and a third of a second, which protects no word of a dictionary',
    then: 'CHAT_PASSPHRASE_SHORT',
  },
}
