/** Every number that bounds something in direct messages. Source: docs/chat.md, *Encrypted kinds*; docs/limits.md is checked against this table. */
import type { Limit } from '@dchat/net'

export type DirectLimitName =
  | 'TRY_MS_PER_SEC'
  | 'TRY_BURST_MS'
  | 'TRY_FAILURES'
  | 'TRY_FAILURES_MS'
  | 'TRY_PAUSE_MS'
  | 'HELD_MESSAGES'
  | 'HELD_PER_PASS'
  | 'HELD_PASS_MS'

const encrypted = 'docs/chat.md, Encrypted kinds'

export const DIRECT_LIMITS: Readonly<Record<DirectLimitName, Limit>> = {
  TRY_MS_PER_SEC: {
    value: 45,
    unit: 'ms a second',
    why: `${encrypted}: tries take 5 % of a core; with TRY_BURST_MS and the try that crosses the bound that holds in any 10 s`,
    then: 'the next direct message waits; known authors and the newest come first',
  },
  TRY_BURST_MS: {
    value: 40,
    unit: 'ms',
    why: `${encrypted}: a few messages after a quiet second are opened at once`,
    then: 'as above',
  },
  TRY_FAILURES: {
    value: 16,
    unit: 'posts',
    why: 'direct messages for somebody else that are noted as tried by one commit; a crash has them tried again',
    then: 'they are noted',
  },
  TRY_FAILURES_MS: { value: 5_000, unit: 'ms', why: 'fewer of them wait so long for company', then: 'they are noted' },
  TRY_PAUSE_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'what was tried could not be read or noted: the disk may be full',
    then: 'trying goes on',
  },
  HELD_MESSAGES: {
    value: 1_000,
    unit: 'messages',
    why: 'own lines that wait for box keys: all of them are looked through at the start',
    then: 'CHAT_TOO_MANY_HELD',
  },
  HELD_PER_PASS: {
    value: 30,
    unit: 'messages',
    why: 'that waited for box keys and are sent in one go: half of what an author may post in a minute (OWN_PER_MINUTE)',
    then: 'the rest goes with the next pass',
  },
  HELD_PASS_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'from one pass to the next while messages wait whose box keys are here',
    then: 'they are sent',
  },
}
