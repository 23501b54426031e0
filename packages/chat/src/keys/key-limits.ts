/** What bounds the secrets of a node beside its own key; docs/limits.md is checked against this table. */
import type { Limit } from '@dchat/net'

export type KeyLimitName =
  | 'BOX_KEY_EVERY_MS'
  | 'BOX_KEY_LIFE_MS'
  | 'BOX_KEYS_MAX'
  | 'BOX_KEY_CHECK_MS'
  | 'UNTRIED_LOOK_MS'
  | 'UNTRIED_PATIENCE_MS'
  | 'PRIVATE_ROOMS_MAX'
  | 'KEYS_FILE_MAX_BYTES'

const boxKeys = 'docs/chat.md, Box keys'

export const KEY_LIMITS: Readonly<Record<KeyLimitName, Limit>> = {
  BOX_KEY_EVERY_MS: { value: 604_800_000, unit: 'ms', why: `${boxKeys}: 7 days`, then: 'the next box key is made and published' },
  BOX_KEY_LIFE_MS: {
    value: 3_024_000_000,
    unit: 'ms',
    why: `${boxKeys}: 35 days; nobody writes to a key whose post is older`,
    then: 'its private half is deleted, once a peer holds the newest key, `_dm` was repaired and what it brought was tried',
  },
  BOX_KEYS_MAX: {
    value: 16,
    unit: 'keys',
    why: 'six live at a time; without peers, or under a clock that jumps, none is retired for long',
    then: 'of those past BOX_KEY_LIFE_MS the oldest goes for a new one; while none is, no key is made',
  },
  BOX_KEY_CHECK_MS: {
    value: 3_600_000,
    unit: 'ms',
    why: 'the clock may have been set, and the machine may have slept',
    then: 'the ages of box keys are looked at',
  },
  UNTRIED_LOOK_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'after the first repair of `_dm`: direct messages are tried in their own time',
    then: 'it is looked at whether any is left',
  },
  UNTRIED_PATIENCE_MS: {
    value: 86_400_000,
    unit: 'ms',
    why: 'a flood of direct messages would keep old box keys for ever',
    then: 'keys are retired though some messages were not tried',
  },
  PRIVATE_ROOMS_MAX: {
    value: 1_000,
    unit: 'rooms',
    why: 'of one identity, with their keys here: 400 bytes each in the file, 140 in an export',
    then: 'CHAT_ROOMS_FULL',
  },
  KEYS_FILE_MAX_BYTES: {
    value: 4_194_304,
    unit: 'bytes',
    why: 'the rooms of ten identities with the longest names',
    then: 'CHAT_KEYS_DAMAGED; CHAT_KEYS_UNWRITABLE before it grows so large',
  },
}
