/**
 * Every number that bounds something in the history of rooms, with its reason and what happens when it is crossed.
 * docs/limits.md is checked against this table. Facts: docs/chat.md, *History*.
 */
import type { Limit } from '@dchat/net'

export type HistoryLimitName =
  | 'PAGE_POSTS'
  | 'PAGE_IDLE_MS'
  | 'PAGE_HANDOVER_MS'
  | 'PAGE_SLOW_MS'
  | 'PAGE_LONGEST_MS'
  | 'PAGE_SHORT_POSTS'
  | 'PAGES_SHORT'
  | 'PAGING_FIRST_MS'
  | 'PAGED_ROOMS'
  | 'PAGE_ROOMS_WAIT_MS'
  | 'FAR_BEHIND_MS'
  | 'ROOMS_TOLD_ENTRIES'
  | 'ROOMS_TOLD_INTERVAL_MS'
  | 'ROOMS_HEARD'
  | 'ROOMS_HEARD_POSTS'
  | 'ROOMS_HEARD_BURST'
  | 'ROOMS_HEARD_INTERVAL_MS'
  | 'SYNC_SESSIONS'
  | 'SYNC_FRAMES'
  | 'SYNC_RANGES'
  | 'SYNC_FRAME_BYTES'
  | 'SYNC_IDLE_MS'
  | 'SYNC_RESTARTS'
  | 'SYNC_YOUNGEST_MS'
  | 'SYNC_LOW_STEP_MS'
  | 'SYNC_WAITING'
  | 'SYNC_ENDED_NUMBERS'
  | 'SYNC_NEEDED_IDS'
  | 'PUSHED_WAITING'
  | 'PUSH_INTERVAL_MS'
  | 'FETCH_INTERVAL_MS'
  | 'FETCH_HANDOVER_MS'
  | 'FETCH_LOOK_MS'
  | 'REPAIR_INTERVAL_MS'
  | 'REPAIR_SOON_MS'
  | 'REPAIR_JITTER_MS'
  | 'REPAIR_OTHER_ROOMS'
  | 'REPAIRS_AT_ONCE'
  | 'REPAIR_PLACE_MS'
  | 'REPAIR_FAILURES'
  | 'REPAIR_LONGEST_MS'
  | 'REPAIR_DISTRUST_MS'
  | 'EARLY_LOOK_MS'
  | 'EARLY_SET_LEAST_MS'
  | 'PROGRESS_INTERVAL_MS'

export const HISTORY_LIMITS: Readonly<Record<HistoryLimitName, Limit>> = {
  PAGE_POSTS: {
    value: 200,
    unit: 'posts',
    why: 'docs/chat.md, Commands',
    then: 'a page ends there; posts above it count as unasked',
  },
  PAGE_IDLE_MS: {
    value: 30_000,
    unit: 'ms',
    why: 'docs/chat.md, History; a peer that sends a page sends some of it in this time',
    then: 'the request has ended, and the peer is asked for no page again',
  },
  PAGE_HANDOVER_MS: {
    value: 3_000,
    unit: 'ms',
    why: 'a peer that stalls must not hold up a room that others can serve',
    then: 'another dialled peer is asked for the room, and the first not again',
  },
  PAGE_SLOW_MS: {
    value: 10_000,
    unit: 'ms',
    why: 'a page takes less than a second, 60 KB at 28 KB/s two; one that comes in drops must not hold up a room that others can serve',
    then: 'another dialled peer is asked for the room, and the first not again',
  },
  PAGE_LONGEST_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'the largest page (1.7 MB) at 28 KB/s; who sends a post now and then is not waited for',
    then: 'the request has ended, and the peer is asked for no page again',
  },
  PAGE_SHORT_POSTS: {
    value: 50,
    unit: 'posts',
    why: 'a page that is followed by more has as many as were asked for, or as some bytes hold',
    then: 'one with fewer counts as short',
  },
  PAGES_SHORT: {
    value: 8,
    unit: 'pages',
    why: 'short ones of a room from one peer: it must not make an hour of what takes a minute',
    then: 'the peer is not asked for that room again',
  },
  PAGING_FIRST_MS: {
    value: 300_000,
    unit: 'ms',
    why: 'a full room takes a minute, on a slow link some; whoever pages slowly must not keep repairs off',
    then: 'repairs start though rooms are still being paged',
  },
  PAGED_ROOMS: {
    value: 2_048,
    unit: 'rooms',
    why: 'of rooms that nobody looks at, being paged or waiting for it; twice as many as are kept',
    then: 'further ones are left to the repair',
  },
  PAGE_ROOMS_WAIT_MS: {
    value: 3_000,
    unit: 'ms',
    why: 'a peer tells its rooms at channel start',
    then: 'it is asked for joined rooms that are empty here all the same',
  },
  FAR_BEHIND_MS: {
    value: 600_000,
    unit: 'ms',
    why: 'what is younger was announced, or is few enough to be repaired',
    then: 'the room is paged, newest first',
  },
  ROOMS_TOLD_ENTRIES: {
    value: 128,
    unit: 'rooms',
    why: 'docs/chat.md, Commands',
    then: 'the others are told with the next message',
  },
  ROOMS_TOLD_INTERVAL_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'docs/chat.md, Commands: at most once a minute',
    then: 'new rooms wait for the next message',
  },
  ROOMS_HEARD: {
    value: 1_024,
    unit: 'rooms',
    why: 'of each peer; as many as are kept without being joined',
    then: 'further ones are not remembered, unless they are joined',
  },
  ROOMS_HEARD_POSTS: {
    value: 100_000,
    unit: 'posts',
    why: 'docs/chat.md, Quotas: no room holds more, whatever a peer says of it',
    then: 'more count as so many, in what is still expected',
  },
  ROOMS_HEARD_BURST: {
    value: 10,
    unit: 'messages',
    why: 'a peer may tell all its rooms at channel start: 1,152 at most',
    then: 'further ones are not looked at',
  },
  ROOMS_HEARD_INTERVAL_MS: {
    value: 30_000,
    unit: 'ms',
    why: 'half of what lies between two messages of an honest peer',
    then: 'one more message is looked at',
  },
  SYNC_SESSIONS: {
    value: 4,
    unit: 'sessions',
    why: 'docs/chat.md, History: of a channel, in each of the two roles',
    then: 'the next waits; of those that the peer has open the one used longest ago is forgotten',
  },
  SYNC_FRAMES: { value: 64, unit: 'frames', why: 'docs/chat.md, History', then: 'the session has ended' },
  SYNC_RANGES: {
    value: 1_024,
    unit: 'ranges',
    why: 'docs/chat.md, History',
    then: 'the frame is refused, the session has ended',
  },
  SYNC_FRAME_BYTES: {
    value: 60 * 1024,
    unit: 'bytes',
    why: 'docs/chat.md, History; fits a sync message (61,700) beside its other fields',
    then: 'our own frames stop before it',
  },
  SYNC_IDLE_MS: { value: 30_000, unit: 'ms', why: 'docs/chat.md, History', then: 'the session has ended' },
  SYNC_RESTARTS: {
    value: 4,
    unit: 'restarts',
    why: 'a low-water time moves on while it is being told, seldom twice',
    then: 'the session has ended',
  },
  SYNC_YOUNGEST_MS: {
    value: 10_000,
    unit: 'ms',
    why: 'docs/chat.md, History: what is younger is still on its way',
    then: 'it is left to the next repair',
  },
  SYNC_LOW_STEP_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'low-water times move on with the clocks of both sides: ours is told rounded up to this, so that it holds for a while',
    then: 'the oldest minute of a room is not reconciled',
  },
  SYNC_WAITING: {
    value: 4,
    unit: 'frames',
    why: 'of a channel, to be answered: as many as it may have sessions',
    then: 'reading of the channel pauses',
  },
  SYNC_ENDED_NUMBERS: {
    value: 64,
    unit: 'sessions',
    why: 'our own that ended while an answer was awaited, of a channel: a late answer must not be taken for a request',
    then: 'the number that ended first is forgotten',
  },
  SYNC_NEEDED_IDS: {
    value: 2_048,
    unit: 'ids',
    why: 'of a channel, waiting to be asked for: about what one frame can list',
    then: 'the next frame of a session waits',
  },
  PUSHED_WAITING: {
    value: 1_024,
    unit: 'posts',
    why: 'docs/chat.md, Relay: of a channel, that the peer was found to lack',
    then: 'the oldest are left to the next repair',
  },
  PUSH_INTERVAL_MS: {
    value: 250,
    unit: 'ms',
    why: '16 unasked posts a second (docs/chat.md, Relay) leave four at a time',
    then: 'the next ones of those that the peer lacks are sent',
  },
  FETCH_INTERVAL_MS: {
    value: 50,
    unit: 'ms',
    why: '2,500 posts a second (docs/chat.md, History) are asked for 125 at a time',
    then: 'the next ids are asked for',
  },
  FETCH_HANDOVER_MS: {
    value: 5_000,
    unit: 'ms',
    why: 'all that one channel may be asked for takes a second or two; who claims posts and holds them back must not keep those of others away',
    then: 'every other peer that is found to hold the post is asked for it too',
  },
  FETCH_LOOK_MS: {
    value: 500,
    unit: 'ms',
    why: 'between looks whether what another channel is asked for has come: a tenth of FETCH_HANDOVER_MS, as nobody waits for it to the ms',
    then: 'it is looked at again',
  },
  REPAIR_INTERVAL_MS: {
    value: 600_000,
    unit: 'ms',
    why: 'docs/chat.md, History',
    then: 'a repair with one random dialled channel starts',
  },
  REPAIR_SOON_MS: {
    value: 15_000,
    unit: 'ms',
    why: 'after the first repair of a node that had no channel: the seconds before it connected lie in range by then',
    then: 'the first of the regular repairs starts',
  },
  REPAIR_JITTER_MS: {
    value: 30_000,
    unit: 'ms',
    why: 'docs/chat.md, History: a whole network heals at the same time',
    then: 'a repair that new posts have caused starts before this',
  },
  REPAIR_OTHER_ROOMS: { value: 16, unit: 'rooms', why: 'docs/chat.md, History', then: 'the others are left to the next repairs' },
  REPAIRS_AT_ONCE: {
    value: 4,
    unit: 'channels',
    why: 'a peer that stalls holds up a quarter, for a while; more would ask for the same posts',
    then: 'the next repair waits',
  },
  REPAIR_PLACE_MS: {
    value: 10_000,
    unit: 'ms',
    why: 'most repairs are over in a second; four peers that take their time must not keep a fifth away',
    then: 'a repair that goes on no longer counts among those at once',
  },
  REPAIR_FAILURES: {
    value: 2,
    unit: 'sessions',
    why: 'one may meet bad luck, two are the peer',
    then: 'the repair with this channel ends',
  },
  REPAIR_LONGEST_MS: {
    value: 600_000,
    unit: 'ms',
    why: 'by then the next regular one is due; a peer that takes its time must not be waited for without end',
    then: 'the sessions end as failed, further rooms are left to the next repair',
  },
  REPAIR_DISTRUST_MS: {
    value: 600_000,
    unit: 'ms',
    why: 'after a repair that failed: the next ones take other channels',
    then: 'the channel may be chosen again',
  },
  EARLY_LOOK_MS: {
    value: 5_000,
    unit: 'ms',
    why: 'between looks whether the clock was set, while posts were refused because they lay ahead of it',
    then: 'it is looked at again',
  },
  EARLY_SET_LEAST_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'a clock that is kept right moves by less; one that made posts of honest peers seem early was off by minutes',
    then: 'a clock set forward by as much has every channel repaired before the jitter has passed',
  },
  PROGRESS_INTERVAL_MS: {
    value: 250,
    unit: 'ms',
    why: 'a few a second are enough for a bar',
    then: 'what has changed meanwhile is told in one event',
  },
}

/** What bounds the frames of a reconciliation, ours and theirs. */
export const SYNC_OPTIONS: { readonly frameMaxBytes: number; readonly maxRanges: number } = {
  frameMaxBytes: HISTORY_LIMITS.SYNC_FRAME_BYTES.value,
  maxRanges: HISTORY_LIMITS.SYNC_RANGES.value,
}
