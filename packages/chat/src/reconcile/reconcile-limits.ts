/** What bounds a reconciliation beside what docs/chat.md says of `sync`; docs/limits.md is checked against this table. */
import type { Limit } from '@dchat/net'

export type ReconcileLimitName = 'RECONCILE_HAVE' | 'ID_SETS_RECORDS' | 'ID_SETS_SLICE'

export const RECONCILE_LIMITS: Readonly<Record<ReconcileLimitName, Limit>> = {
  RECONCILE_HAVE: {
    value: 4_096,
    unit: 'ids',
    why: 'that one frame says the other side lacks: an empty list for a full room would be 100,000 at once',
    then: 'the rest is asked about again in the next frame',
  },
  ID_SETS_RECORDS: {
    value: 500_000,
    unit: 'records',
    why: 'of all rooms that are reconciled: 20 MB, five full rooms',
    then: 'the room that was asked for longest ago is dropped, and read anew when it is asked for',
  },
  ID_SETS_SLICE: {
    value: 1_024,
    unit: 'records',
    why: 'read from the store in one turn of the event loop: a millisecond or two',
    then: 'the rest is read in the next turn',
  },
}
