/**
 * Every number that bounds something in packages/net, with its reason and what happens when it is crossed.
 * docs/limits.md is checked against this table.
 */
/* oxlint-disable max-lines -- Longer than 400 lines because it is one table of every bound, each with its reason, which docs/limits.md is compared with. */

/** One bound. */
export interface Limit {
  /** In `unit`. */
  readonly value: number
  /** What is counted: bytes, milliseconds, messages and the like. */
  readonly unit: string
  /** Why this value, and where it comes from. */
  readonly why: string
  /** What happens to whoever crosses it. */
  readonly then: string
}

/** What is bounded, and by what. */
export type LimitName =
  | 'COMMAND_MAX_BYTES'
  | 'MESSAGE_MAX_BYTES'
  | 'FRAME_SKIP_MAX_BYTES'
  | 'FRAME_MS'
  | 'FRAME_BYTES_PER_SEC'
  | 'PAYLOAD_FIRST_BUFFER_BYTES'
  | 'CHANNEL_SEND_QUEUE_BYTES'
  | 'SENDS_WAITING'
  | 'CLOCK_PEERS_MIN'
  | 'CLOCK_OFF_MS'
  | 'CLOCK_LOOK_MS'
  | 'CHANNEL_STALL_MS'
  | 'STALL_BYTES_PER_SEC'
  | 'PONG_PACE_BYTES_PER_SEC'
  | 'PONG_LONGEST_MS'
  | 'CHANNEL_CLOSE_MS'
  | 'SUBSCRIPTION_QUEUE_MESSAGES'
  | 'CHANNEL_WAITING_BYTES'
  | 'DIAL_FAILURES'
  | 'ADDRESS_ATTEMPT_MS'
  | 'LOOKUPS_AT_ONCE'
  | 'GETADDR_MAX'
  | 'ADDR_MAX_BYTES'
  | 'ADDRS_TAKEN'
  | 'TURN_ADDRS'
  | 'PENDING_INBOUND'
  | 'TLS_HANDSHAKES_PER_SEC'
  | 'PENDING_INBOUND_PER_HOST'
  | 'PENDING_INBOUND_BYTES'
  | 'PENDING_WAITING_BYTES'
  | 'INBOUND_PER_HOST'
  | 'INBOUND_CLOSING'
  | 'EVICTION_PROTECTED_MAX'
  | 'TURN_WORK_MS'
  | 'TURN_WORK_LEAST_MS'
  | 'TURN_BULK_BYTES'
  | 'CROWD_CHANNELS'
  | 'NEWCOMERS_FIRST'
  | 'QUIET_SHARE_PERCENT'
  | 'LOAD_HALF_LIFE_MS'
  | 'LOAD_LONG_HALF_LIFE_MS'
  | 'LOAD_TICK_MS'
  | 'LOAD_OVER_FAIR_PERCENT'
  | 'THROTTLE_MAX_MS'
  | 'CHUNK_WORK_MAX_MS'
  | 'READ_WORK_US_PER_MIB'
  | 'DEAR_WORK_MS_PER_KIB'
  | 'DEAR_SHARE_PERCENT'
  | 'DEAR_BAN_PERCENT'
  | 'NODE_ID_MAX_BYTES'
  | 'APP_NAME_MAX_BYTES'
  | 'APP_VERSION_LABEL_MAX_BYTES'
  | 'FEATURES_MAX_BYTES'
  | 'VERSION_EXT_ADDRS_MAX_BYTES'
  | 'REFINE_HANDSHAKE_MS'
  | 'DIRECT_CHANNELS'
  | 'DIRECT_ATTEMPTS'
  | 'DIRECT_RETRY_MS'
  | 'DIRECT_SEARCH_MS'
  | 'SETTING_TIME_MIN_MS'
  | 'SETTING_TIME_MAX_MS'
  | 'HOSTS_SAVE_INTERVAL_MS'
  | 'HOSTS_SAVE_DELAY_MS'

/** Every bound, by name: docs/limits.md in data. */
export const LIMITS: Readonly<Record<LimitName, Limit>> = {
  COMMAND_MAX_BYTES: { value: 255, unit: 'bytes', why: 'docs/wire.md, Frame', then: 'ban and close' },
  MESSAGE_MAX_BYTES: {
    value: 16 * 1024 * 1024,
    unit: 'bytes',
    why: 'the largest maxBytes of a message type: a payload is gathered whole before it is decoded',
    then: 'defineMessage() throws a RangeError',
  },
  FRAME_SKIP_MAX_BYTES: {
    value: 16 * 1024 * 1024,
    unit: 'bytes',
    why: 'docs/wire.md, DchatMsg: the most that is skipped as it streams by',
    then: 'close',
  },
  FRAME_MS: {
    value: 30_000,
    unit: 'ms',
    why: 'from the first byte of a frame to its last, where less than FRAME_BYTES_PER_SEC come: who gets on has what time he needs',
    then: 'close',
  },
  FRAME_BYTES_PER_SEC: {
    value: 1_024,
    unit: 'bytes a second',
    why: 'of a frame that takes longer than FRAME_MS; a poor modem is four times as fast',
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
  SENDS_WAITING: {
    value: 64,
    unit: 'messages',
    why: 'of each metered command on a channel, and of all others together: a minute or two of what metering lets through',
    then: 'send() is refused with NET_TOO_MANY_SENDS, broadcast() counts the channel as full',
  },
  ADDRESS_ATTEMPT_MS: {
    value: 3_000,
    unit: 'ms',
    why: 'for each address of a name but the last: a way around the world and a lost packet; Node gives 250 ms, in which none that is far is reached',
    then: 'the next address is dialled',
  },
  LOOKUPS_AT_ONCE: {
    value: 2,
    unit: 'names',
    why: 'looked up at a time: the system looks up no more on its threads, and cannot be told to give up; all but one of them may be names of peers',
    then: 'further dials by name wait for their turn, as long as they may take; one name is asked for once, whoever waits for it',
  },
  DIAL_FAILURES: {
    value: 32,
    unit: 'failures',
    why: 'that are remembered for who asks why there is no peer: the last rounds of all slots',
    then: 'the oldest are forgotten',
  },
  CLOCK_PEERS_MIN: {
    value: 3,
    unit: 'peers',
    why: 'that this node dialled: of three one may lie, or be wrong itself, and the one in the middle is right',
    then: 'with fewer nothing is said of the own clock',
  },
  CLOCK_OFF_MS: {
    value: 300_000,
    unit: 'ms',
    why: 'half of what a post may be ahead of its readers (docs/chat.md): there is time to set the clock before posts are refused',
    then: 'the operator is warned: in the log, by node.get_info, and by the clients',
  },
  CLOCK_LOOK_MS: { value: 60_000, unit: 'ms', why: 'a clock may be set at any time', then: 'it is compared again' },
  CHANNEL_STALL_MS: {
    value: 30_000,
    unit: 'ms',
    why: 'a peer that takes next to nothing of a full queue for so long is gone',
    then: 'close',
  },
  STALL_BYTES_PER_SEC: {
    value: 1_024,
    unit: 'bytes a second',
    why: 'taken of a full queue in each CHANNEL_STALL_MS: else a byte now and then would keep a slot and a full queue for ever, as our pings stand behind it',
    then: 'close',
  },
  PONG_PACE_BYTES_PER_SEC: {
    value: 1_024,
    unit: 'bytes a second',
    why: 'received, or taken of what was queued, while a pong is awaited: it may stand behind a full queue of a narrow way, as may our ping',
    then: 'a pong that is late by then is waited for anew; below it the peer is gone',
  },
  PONG_LONGEST_MS: {
    value: 120_000,
    unit: 'ms',
    why: 'a full queue (CHANNEL_SEND_QUEUE_BYTES) at 9 KB/s; who goes on sending and answers no ping is not waited for',
    then: 'close',
  },
  CHANNEL_CLOSE_MS: {
    value: 2_000,
    unit: 'ms',
    why: 'time to write out what is queued and see the peer close',
    then: 'the socket is destroyed',
  },
  SUBSCRIPTION_QUEUE_MESSAGES: {
    value: 64,
    unit: 'messages',
    why: 'above the live messages that metering lets through on one channel (docs/wire.md, Metering)',
    then: 'reading of the channel pauses',
  },
  CHANNEL_WAITING_BYTES: {
    value: 2 * 1024 * 1024,
    unit: 'bytes',
    why: 'of payloads in all its subscriptions; above as many of the longest addr messages as metering lets through',
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
  ADDRS_TAKEN: {
    value: 1_000,
    unit: 'addresses',
    why: 'of one addr message, as in Bitcoin; an answer has 510 at most (GETADDR_MAX of two colours), and the most that fit take 20 ms of the thread',
    then: 'the rest is left out',
  },
  TURN_ADDRS: {
    value: 100,
    unit: 'addresses',
    why: 'filed at once: the most awkward ones take 3 ms of the thread',
    then: 'the rest is filed in later turns of the event loop',
  },
  PENDING_INBOUND: {
    value: 64,
    unit: 'channels',
    why: 'half-open handshakes hold no inbound slot, so they are bounded apart',
    then: 'of the most crowded network group the oldest that has sent nothing is closed; if all have sent something, the oldest of the host with the most of them',
  },
  TLS_HANDSHAKES_PER_SEC: {
    value: 50,
    unit: 'handshakes a second',
    why: 'begun as listener; each takes a millisecond of the thread, so strangers get a twentieth of it',
    then: 'the next waits as a half-open channel, those of one network group for each other: with PENDING_INBOUND of them, under two seconds',
  },
  PENDING_INBOUND_PER_HOST: {
    value: 4,
    unit: 'channels',
    why: 'against one host that fills the doorway (IPv4 /32, IPv6 /64; not loopback, not private hosts under localnet)',
    then: 'the next of the host is closed at once',
  },
  PENDING_INBOUND_BYTES: {
    value: 64 * 1024 * 1024,
    unit: 'bytes',
    why: 'four of the longest DchatMsg that docs/wire.md lets come early (16 MiB); a version exchange takes 2 KiB',
    then: 'ban and close',
  },
  PENDING_WAITING_BYTES: {
    value: 128 * 1024,
    unit: 'bytes',
    why: 'of payloads that came before the version exchange was done: nobody honest sends what comes before his verack, and one read brings 64 KiB after it',
    then: 'reading of the channel pauses',
  },
  INBOUND_PER_HOST: {
    value: 2,
    unit: 'channels',
    why: 'one host must not take all slots, two nodes behind one router must both get in (hosts as above)',
    then: 'the next of the host is closed at once',
  },
  INBOUND_CLOSING: {
    value: 64,
    unit: 'channels',
    why: 'those turned away close in their own time (CHANNEL_CLOSE_MS), which a swarm must not turn into sockets',
    then: 'the oldest is destroyed',
  },
  EVICTION_PROTECTED_MAX: {
    value: 4,
    unit: 'channels',
    why: 'of each merit: a quarter of the slots for age and quick pongs, an eighth for use and white hosts, or this',
    then: 'further ones may be dropped for a newcomer',
  },
  TURN_WORK_MS: {
    value: 3,
    unit: 'ms',
    why: 'all pressing channels together, and as much for what messages cause later; the rest of a turn of the event loop is for quiet ones and the RPC',
    then: 'the channel is read again in the next turn',
  },
  TURN_WORK_LEAST_MS: {
    value: 1,
    unit: 'ms',
    why: 'a smaller part of a turn costs more than it gives',
    then: 'a part of the pressing channels is read in each turn, one after the other',
  },
  TURN_BULK_BYTES: {
    value: 16_384,
    unit: 'bytes',
    why: 'read at once: pings, chat and version exchanges are shorter',
    then: 'where the turn is used up, they are taken in the next',
  },
  CROWD_CHANNELS: {
    value: 8,
    unit: 'channels',
    why: 'that press at once, a full set of outbound peers: more leave no gap between their turns',
    then: 'after each turn they rest for as long as it took, 100 ms at most',
  },
  NEWCOMERS_FIRST: {
    value: 16,
    unit: 'turns of the event loop',
    why: 'in which a channel has come: each lets in one, so that in long ones newcomers wait for each other',
    then: 'bulk has its turn, though more come',
  },
  QUIET_SHARE_PERCENT: {
    value: 1,
    unit: '%',
    why: 'of the thread: a peer that chats takes a tenth of it',
    then: 'what messages of the channel cause later is done after that of quieter ones, and one long read has it wait for a turn',
  },
  LOAD_HALF_LIFE_MS: {
    value: 1_000,
    unit: 'ms',
    why: 'a burst is forgotten in seconds, well before a pong is missed (15 s)',
    then: 'the scores for bytes and work have halved',
  },
  LOAD_LONG_HALF_LIFE_MS: {
    value: 60_000,
    unit: 'ms',
    why: 'what a ban rests on has to go on for over a minute',
    then: 'the scores for dear work have halved',
  },
  LOAD_TICK_MS: {
    value: 100,
    unit: 'ms',
    why: 'scores are compared this often, not at every read',
    then: 'channels are throttled or read again',
  },
  LOAD_OVER_FAIR_PERCENT: {
    value: 150,
    unit: '%',
    why: 'of an equal part of the thread among the channels that want more; equals differ by a few percent',
    then: 'while another gets less than its part, the channel is not read until its score has halved',
  },
  THROTTLE_MAX_MS: {
    value: 5_000,
    unit: 'ms',
    why: 'a peer waits 15 s for our pong, and its ping may stand behind what we do not read',
    then: 'the channel is read again',
  },
  CHUNK_WORK_MAX_MS: {
    value: 100,
    unit: 'ms',
    why: 'a pause of the machine in the middle of a read is not the work of the peer',
    then: 'no more is counted for one read, nor does a crowd rest longer',
  },
  READ_WORK_US_PER_MIB: {
    value: 500,
    unit: 'µs',
    why: 'what kernel and runtime take to read a MiB, which we do not see: 1.8 GB/s measured on one channel',
    then: 'counted as work beside the time measured',
  },
  DEAR_WORK_MS_PER_KIB: {
    value: 2_000,
    unit: 'ms',
    why: 'bulk chat takes 0.01, posts with signatures 0.8, the dearest frame docs/chat.md allows 50 (5 ms for 100 bytes)',
    then: 'the channel is dear: see DEAR_SHARE_PERCENT',
  },
  DEAR_SHARE_PERCENT: {
    value: 25,
    unit: '%',
    why: 'dear work is held down also while nobody else wants the thread',
    then: 'the channel is not read until its score has halved',
  },
  DEAR_BAN_PERCENT: {
    value: 50,
    unit: '%',
    why: 'of the long span spent throttled as dear, which takes over a minute of nothing else',
    then: 'ban and close',
  },
  NODE_ID_MAX_BYTES: {
    value: 255,
    unit: 'bytes',
    why: 'has to fit a version message (2043) beside its other fields',
    then: 'NET_SETTINGS_INVALID',
  },
  APP_NAME_MAX_BYTES: {
    value: 64,
    unit: 'bytes',
    why: 'has to fit a verack message (128) beside the version',
    then: 'NET_SETTINGS_INVALID',
  },
  APP_VERSION_LABEL_MAX_BYTES: {
    value: 18,
    unit: 'bytes',
    why: 'the pre-release and the build part each have to fit a verack message (128) beside the name',
    then: 'NET_SETTINGS_INVALID',
  },
  FEATURES_MAX_BYTES: {
    value: 255,
    unit: 'bytes',
    why: 'all features have to fit a version message (2043) beside its other fields',
    then: 'NET_SETTINGS_INVALID',
  },
  VERSION_EXT_ADDRS_MAX_BYTES: {
    value: 1_024,
    unit: 'bytes',
    why: 'our external addresses, beside the other fields of a version message (2043)',
    then: 'the rest is left out',
  },
  REFINE_HANDSHAKE_MS: { value: 5_000, unit: 'ms', why: 'docs/node.md, Sessions, Refine', then: 'the host counts as not there' },
  DIRECT_CHANNELS: {
    value: 64,
    unit: 'channels',
    why: 'what applications open beside the slots; as many have room in gold',
    then: 'NET_TOO_MANY_CHANNELS to who asks for another host',
  },
  DIRECT_ATTEMPTS: {
    value: 3,
    unit: 'dials',
    why: 'one that fails may have met a restart or a lost packet',
    then: 'the host goes to grey, who asked gets the last error',
  },
  DIRECT_RETRY_MS: {
    value: 2_000,
    unit: 'ms',
    why: 'pause after the first direct dial that failed, twice as long after each other; also between looks at a busy host',
    then: 'it is tried again',
  },
  DIRECT_SEARCH_MS: {
    value: 120_000,
    unit: 'ms',
    why: 'a search for any peer: by then peers, seeds and several hosts have been tried',
    then: 'NET_TIMEOUT, what was found is given back',
  },
  SETTING_TIME_MIN_MS: {
    value: 10,
    unit: 'ms',
    why: 'of every interval and timeout in the settings: work that repeats faster only burns the processor',
    then: 'NET_SETTINGS_INVALID',
  },
  SETTING_TIME_MAX_MS: {
    value: 2_147_483_647,
    unit: 'ms',
    why: 'of every interval and timeout in the settings: timers take no longer delay (24 days)',
    then: 'NET_SETTINGS_INVALID',
  },
  HOSTS_SAVE_INTERVAL_MS: {
    value: 300_000,
    unit: 'ms',
    why: 'docs/node.md, Hosts: every few minutes; what a crash may cost',
    then: 'host lists, bans and anchors that have changed are written',
  },
  HOSTS_SAVE_DELAY_MS: {
    value: 1_000,
    unit: 'ms',
    why: 'from a ban to its save: many bans at once are one save',
    then: 'host lists, bans and anchors that have changed are written',
  },
}
