/** What bounds the chat; source: docs/wire.md, `DchatMsg`, and docs/chat.md, *Beside reference nodes*. */

export const CHAT_LIMITS = {
  /** Longest text in bytes of UTF-8; a longer one from a peer is skipped and counted. */
  MESSAGE_MAX_BYTES: 65_536,
  /** Longest payload that is skipped; above it the channel is closed. */
  SKIP_MAX_BYTES: 16_777_216,
  /** A skipped payload counts against the rate for so much at most: a pause of four seconds, well below what a ping is waited for. */
  SKIPPED_MAX_BYTES: 1_048_576,
  /** At the default rate limit (50 messages a second) a channel may bring this many bytes a second. */
  BYTES_PER_SECOND: 262_144,
  DEFAULT_RATE: 50,
  /** A burst is this many seconds of the rate. */
  BURST_SECONDS: 4,
  /** Reading pauses at least this long, so that a flood costs few timers. */
  SHORTEST_PAUSE_MS: 100,
  /** Longest line that is mirrored, in bytes of UTF-8: a reference node reads a payload byte by byte. */
  MIRROR_MAX_BYTES: 1_024,
  /** Lines a second that are mirrored to one channel, in bursts of four seconds of it; further ones wait. */
  MIRROR_RATE: 10,
  /** Between two log lines about what was not mirrored. */
  MIRROR_REPORT_MS: 60_000,
  /** Lines that wait for a channel whose peer does not read, or for their turn; above it further ones are not sent on it. */
  BACKLOG_MESSAGES: 100,
  /** Two copies of a text that one remote sends on two channels come within this time. */
  DOUBLE_WINDOW_MS: 5_000,
  /** Texts remembered for one channel to recognise doubles; above it the oldest are forgotten. */
  DOUBLE_TEXTS: 1_024,
} as const
