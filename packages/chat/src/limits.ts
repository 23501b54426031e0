/**
 * Every number that bounds something in the relay of posts, with its reason and what happens
 * when it is crossed. Source: docs/chat.md; docs/limits.md is checked against this table.
 */
import type { Limit } from '@dchat/net'
import { POST_AHEAD_MAX_MS } from './post/grammar.ts'

export type ChatLimitName =
  | 'SEEN_IDS'
  | 'HELD_IDS'
  | 'VERIFY_WAITING'
  | 'COMMIT_WAITING'
  | 'POST_AHEAD_MS'
  | 'UNASKED_TAKEN_PER_SEC'
  | 'UNASKED_TAKEN_BURST'
  | 'UNASKED_SENT_PER_SEC'
  | 'UNASKED_SENT_BURST'
  | 'UNASKED_KEPT'
  | 'UNASKED_KEPT_HALF_LIFE_MS'
  | 'RELAY_QUEUE_BYTES'
  | 'EAGER_BYTES'
  | 'EAGER_CHANNELS'
  | 'EAGER_SAMPLE'
  | 'HAVE_IDS'
  | 'HAVE_BATCH_MS'
  | 'HAVES_WAITING'
  | 'NEWS_MAX_AGE_MS'
  | 'YOUNG_TOLD_MS'
  | 'WANTS_OUTSTANDING'
  | 'WANTS_PER_CHANNEL'
  | 'WANT_FIRST_MS'
  | 'WANT_NEXT_MS'
  | 'WANT_HOLDERS'
  | 'WANT_PATIENCE_MS'
  | 'ASKED_PER_SEC'
  | 'ASKED_OUTSTANDING'
  | 'ASKED_EXPIRY_MS'
  | 'SERVE_SLICE_POSTS'
  | 'RECENT_POSTS'
  | 'RECENT_AGE_MS'
  | 'OWN_TRACKED'
  | 'REACH_LINES'
  | 'REACH_PEERS'
  | 'OWN_FRESH_MS'
  | 'OWN_PENDING_BYTES'
  | 'OWN_ROOMS'
  | 'OWN_PER_MINUTE'
  | 'DELIVERY_DELAY_MS'
  | 'PROFILE_AGE_MS'
  | 'STANDING_CHECK_MS'
  | 'ROOMS_ENTRIES'

const relay = 'docs/chat.md, Relay'
const history = 'docs/chat.md, History'
const memory = 'docs/chat.md, Memory'

export const CHAT_LIMITS: Readonly<Record<ChatLimitName, Limit>> = {
  SEEN_IDS: {
    value: 65_536,
    unit: 'ids',
    why: `${memory}: in each of two generations; a copy of a post costs microseconds while its id is here`,
    then: 'the older generation is forgotten: the store knows what it holds',
  },
  HELD_IDS: {
    value: 4_096,
    unit: 'ids',
    why: `${memory}: in each of two generations a channel`,
    then: 'the older generation is forgotten: the peer may get a post that it holds',
  },
  VERIFY_WAITING: {
    value: 1_024,
    unit: 'posts',
    why: `${memory}: about a tenth of a second of two cores`,
    then: 'channels that bring posts are not read until half of them are checked',
  },
  COMMIT_WAITING: {
    value: 1_024,
    unit: 'posts',
    why: `${memory}: checked, and not committed yet`,
    then: 'channels that bring posts are not read until half of them are committed',
  },
  POST_AHEAD_MS: {
    value: POST_AHEAD_MAX_MS,
    unit: 'ms',
    why: 'docs/chat.md, Post: clocks differ',
    then: 'a post further ahead is dropped and counted; it may come again',
  },
  UNASKED_TAKEN_PER_SEC: {
    value: 20,
    unit: 'posts a second',
    why: `${relay}: more than an honest sender puts on a channel`,
    then: 'the channel is not read until the rate allows it; nobody is banned, nothing is lost',
  },
  UNASKED_TAKEN_BURST: { value: 200, unit: 'posts', why: `${relay}: as above`, then: 'as above' },
  UNASKED_SENT_PER_SEC: {
    value: 16,
    unit: 'posts a second',
    why: `${relay}: below what a receiver takes`,
    then: 'the peer is told with `have` instead',
  },
  UNASKED_SENT_BURST: { value: 150, unit: 'posts', why: `${relay}: as above`, then: 'as above' },
  UNASKED_KEPT: {
    value: 50,
    unit: 'posts',
    why: 'of the burst: a post is relayed whole while more is left than its channel has brought lately, or than this: a flood leaves something to a talk',
    then: 'the peer is told with `have` instead',
  },
  UNASKED_KEPT_HALF_LIFE_MS: {
    value: 5_000,
    unit: 'ms',
    why: 'in which half of what a channel has brought lately is forgotten: 7 for each post a second',
    then: 'as above',
  },
  RELAY_QUEUE_BYTES: {
    value: 262_144,
    unit: 'bytes',
    why: 'queued on a channel: a peer that reads slowly gets what it asked for before what is new',
    then: 'the peer is told with `have`, once less is queued',
  },
  EAGER_BYTES: {
    value: 1_024,
    unit: 'bytes',
    why: `${relay}: of a whole post`,
    then: 'it goes whole to EAGER_SAMPLE channels, as `have` to the rest',
  },
  EAGER_CHANNELS: { value: 16, unit: 'channels', why: `${relay}: about 15 copies a node`, then: 'as above' },
  EAGER_SAMPLE: { value: 4, unit: 'channels', why: `${relay}: about 5 copies a node`, then: 'the rest is told with `have`' },
  HAVE_IDS: {
    value: 256,
    unit: 'ids',
    why: 'docs/chat.md, Commands: of a `have` or a `want`',
    then: 'the next message takes the rest',
  },
  HAVE_BATCH_MS: { value: 50, unit: 'ms', why: `${relay}: ids wait so long for company`, then: 'they are sent' },
  HAVES_WAITING: {
    value: 1_024,
    unit: 'ids',
    why: `${relay}: of a channel, while its peer reads slowly`,
    then: 'further ones are left to the reconciler',
  },
  NEWS_MAX_AGE_MS: {
    value: 600_000,
    unit: 'ms',
    why: `${relay}: gaps are the reconciler's work`,
    then: 'there is no `have` for older posts, and what a reconciling peer pushes of them is not relayed',
  },
  YOUNG_TOLD_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'age of posts of which a channel is told as it opens, 256 at most: a repair looks at nothing younger than 10 s, and clocks differ',
    then: 'the post is left to the repair',
  },
  WANTS_OUTSTANDING: {
    value: 4_096,
    unit: 'ids',
    why: `${memory}: told by \`have\` and not here yet`,
    then: 'further ones are left to the reconciler',
  },
  WANTS_PER_CHANNEL: {
    value: 1_024,
    unit: 'ids',
    why: 'that one channel was the first to tell of, and nobody was asked for: a liar cannot take all places',
    then: 'further ones of the channel are left to the reconciler',
  },
  WANT_FIRST_MS: { value: 150, unit: 'ms', why: `${relay}: the post may come by itself`, then: 'one holder is sent a `want`' },
  WANT_NEXT_MS: { value: 500, unit: 'ms', why: `${relay}: for an answer`, then: 'the next holder is sent a `want`' },
  WANT_HOLDERS: { value: 3, unit: 'holders', why: relay, then: 'the id is left to the reconciler' },
  WANT_PATIENCE_MS: {
    value: 10_000,
    unit: 'ms',
    why: 'a holder that is asked for much already can be asked for no more just then',
    then: 'the id is left to the reconciler',
  },
  ASKED_PER_SEC: {
    value: 2_500,
    unit: 'posts a second',
    why: `${history}: of a channel`,
    then: 'the rest has to be asked for later',
  },
  ASKED_OUTSTANDING: { value: 1_024, unit: 'posts', why: `${history}: of a channel`, then: 'the rest has to be asked for later' },
  ASKED_EXPIRY_MS: {
    value: 30_000,
    unit: 'ms',
    why: `${history}: an idle session ends as soon`,
    then: 'the post counts as not asked for',
  },
  SERVE_SLICE_POSTS: {
    value: 32,
    unit: 'posts',
    why: 'read from the store at once for a `want`: 280 KB at most',
    then: 'the next are read after these have been queued',
  },
  RECENT_POSTS: {
    value: 4_096,
    unit: 'posts',
    why: 'docs/chat.md, Which rooms: of rooms that are not kept, relayed from memory',
    then: 'the oldest is forgotten',
  },
  RECENT_AGE_MS: { value: 600_000, unit: 'ms', why: 'docs/chat.md, Which rooms', then: 'the post is forgotten' },
  OWN_TRACKED: {
    value: 4_096,
    unit: 'posts',
    why: 'own posts whose delivery is counted',
    then: 'the delivery of the oldest stays as it is',
  },
  REACH_LINES: {
    value: 1_000,
    unit: 'lines',
    why: 'own ones of which it is remembered which peers have them, for who looks at a line',
    then: 'the oldest is forgotten',
  },
  REACH_PEERS: {
    value: 64,
    unit: 'peers',
    why: 'that are remembered of each of these lines: more than a node has by default',
    then: 'further ones are only counted',
  },
  OWN_FRESH_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'age of an own profile that a channel is given as it opens: a repair looks at nothing younger than 10 s',
    then: 'it is left to the repair',
  },
  OWN_PENDING_BYTES: {
    value: 65_536,
    unit: 'bytes',
    why: 'own posts that nobody got yet, given to a channel as it opens: 150 short lines; more would keep a slow way busy with what a page or a repair brings anyhow',
    then: 'the older ones are left to the repair',
  },
  OWN_ROOMS: {
    value: 256,
    unit: 'rooms',
    why: 'of which the last post of an own author is remembered, so that own posts follow each other',
    then: 'the one written to longest ago is forgotten',
  },
  OWN_PER_MINUTE: {
    value: 60,
    unit: 'posts',
    why: 'docs/chat.md, Quotas: of one author, room and clock minute; one more could push out another that was told to be stored; as many of a room may wait for their encryption',
    then: 'CHAT_POST_REFUSED',
  },
  DELIVERY_DELAY_MS: {
    value: 50,
    unit: 'ms',
    why: 'many peers tell within moments that they hold an own post',
    then: 'its delivery is noted',
  },
  PROFILE_AGE_MS: {
    value: 604_800_000,
    unit: 'ms',
    why: 'docs/chat.md, Which rooms: 7 days',
    then: 'the own profile is published anew',
  },
  STANDING_CHECK_MS: {
    value: 3_600_000,
    unit: 'ms',
    why: 'own profile, box key and certificates may be too old, or gone from the store',
    then: 'they are looked at',
  },
  ROOMS_ENTRIES: { value: 128, unit: 'rooms', why: 'docs/chat.md, Commands: of a `rooms`', then: 'ban and close' },
}
