/**
 * Every number that bounds something in packages/net, with its reason and what happens when it is crossed.
 * docs/limits.md is checked against this table.
 */

export interface Limit {
  readonly value: number
  readonly unit: string
  /** Why this value, and where it comes from. */
  readonly why: string
  /** What happens to whoever crosses it. */
  readonly then: string
}

export type LimitName =
  | 'COMMAND_MAX_BYTES'
  | 'FRAME_SKIP_MAX_BYTES'
  | 'PAYLOAD_FIRST_BUFFER_BYTES'
  | 'CHANNEL_SEND_QUEUE_BYTES'
  | 'CHANNEL_STALL_MS'
  | 'CHANNEL_CLOSE_MS'
  | 'SUBSCRIPTION_QUEUE_MESSAGES'
  | 'GETADDR_MAX'
  | 'ADDR_MAX_BYTES'
  | 'PENDING_INBOUND'
  | 'NODE_ID_MAX_BYTES'
  | 'VERSION_EXT_ADDRS_MAX_BYTES'
  | 'REFINE_HANDSHAKE_MS'

export const LIMITS: Readonly<Record<LimitName, Limit>> = {
  COMMAND_MAX_BYTES: { value: 255, unit: 'bytes', why: 'docs/wire.md, Frame', then: 'ban and close' },
  FRAME_SKIP_MAX_BYTES: {
    value: 16 * 1024 * 1024,
    unit: 'bytes',
    why: 'docs/wire.md, DchatMsg: the most that is skipped as it streams by',
    then: 'close',
  },
  PAYLOAD_FIRST_BUFFER_BYTES: {
    value: 16 * 1024,
    unit: 'bytes',
    why: 'a payload that spans reads is gathered in a buffer that grows with what has come, not with what was declared',
    then: 'the buffer grows by as much beyond what has come',
  },
  CHANNEL_SEND_QUEUE_BYTES: {
    value: 1024 * 1024,
    unit: 'bytes',
    why: 'what one peer that does not read may hold of our memory',
    then: 'post() refuses, send() waits for the drain',
  },
  CHANNEL_STALL_MS: { value: 30_000, unit: 'ms', why: 'a peer that takes nothing for so long is gone', then: 'close' },
  CHANNEL_CLOSE_MS: {
    value: 2_000,
    unit: 'ms',
    why: 'time to write out what is queued and see the peer close',
    then: 'the socket is destroyed',
  },
  SUBSCRIPTION_QUEUE_MESSAGES: {
    value: 64,
    unit: 'messages',
    why: 'above the live messages that metering lets through on one channel (28)',
    then: 'reading of the channel pauses',
  },
  GETADDR_MAX: {
    value: 255,
    unit: 'addresses',
    why: 'docs/wire.md: a huge one makes a reference node allocate until it dies',
    then: 'taken as 255',
  },
  ADDR_MAX_BYTES: {
    value: 65_281,
    unit: 'bytes',
    why: 'docs/wire.md, Core messages',
    then: 'ban and close; our own answers stop before it',
  },
  PENDING_INBOUND: {
    value: 64,
    unit: 'channels',
    why: 'half-open handshakes hold no inbound slot, so they are bounded apart',
    then: 'of the host with the most of them the one that waits longest is closed',
  },
  NODE_ID_MAX_BYTES: {
    value: 255,
    unit: 'bytes',
    why: 'has to fit a version message (2043) beside its other fields',
    then: 'NET_SETTINGS_INVALID',
  },
  VERSION_EXT_ADDRS_MAX_BYTES: {
    value: 1_024,
    unit: 'bytes',
    why: 'our external addresses, beside the other fields of a version message (2043)',
    then: 'the rest is left out',
  },
  REFINE_HANDSHAKE_MS: { value: 5_000, unit: 'ms', why: 'docs/node.md, Sessions, Refine', then: 'the host counts as not there' },
}
