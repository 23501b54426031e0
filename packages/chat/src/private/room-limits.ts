/** What bounds private rooms beside their formats (sealed); docs/limits.md is checked against this table. Source: docs/chat.md, *Encrypted kinds*. */
import type { Limit } from '@dchat/net'

export type RoomLimitName = 'ROOM_NAME_MAX_CHARS' | 'CERTIFICATE_AGE_MS'

export const ROOM_LIMITS: Readonly<Record<RoomLimitName, Limit>> = {
  ROOM_NAME_MAX_CHARS: {
    value: 32,
    unit: 'characters',
    why: 'of a private room that is made here: as long as a nick, it stands in the status bar; one in an invitation may have 64',
    then: 'CHAT_ROOM_NAME',
  },
  CERTIFICATE_AGE_MS: {
    value: 2_592_000_000,
    unit: 'ms',
    why: 'docs/chat.md, Private room: 30 days',
    then: 'the own member certificate is published anew while the room is joined',
  },
}
