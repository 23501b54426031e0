/** Plays one side of a recorded conversation against a node. Source: tooling/interop/vectors/transcripts.json. */
import { readFileSync } from 'node:fs'
import { formatSemver, string, struct } from '@dchat/serial'
import type { ManualClock } from '@dchat/system'
import { addr, getaddr, ping, pong, verack, version } from '../messages/core-messages.ts'
import type { AddrMessage, NonceMessage, VerackMessage, VersionMessage } from '../messages/core-messages.ts'
import { defineMessage } from '../messages/message.ts'
import type { MessageType } from '../messages/message.ts'
import { NO_METERING } from '../metering.ts'
import { messageFrame } from './frames.ts'
import type { RawPeer } from './raw-peer.ts'

export type Side = 'dialer' | 'listener'

/** One frame that went over the wire between two reference nodes. */
export interface TranscriptFrame {
  readonly from: Side
  readonly at_ms: number
  readonly command: string
  readonly frame_hex: string
  /** In the spelling of `plainValue`. */
  readonly value: unknown
}

export type Transcript = readonly TranscriptFrame[]

export interface DchatMessage {
  readonly msg: string
}

/** The chat line of the reference. Wire: docs/wire.md, *Core messages*, `DchatMsg`. */
export const dchatMsg: MessageType<DchatMessage> = defineMessage({
  name: 'DchatMsg',
  maxBytes: 65_541,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ msg: string }),
  oversize: { skipMaxBytes: 16 * 1024 * 1024 },
})

/** Every message type that occurs in the transcripts. To be encoded by one of them is what it has decoded itself. */
export const TRANSCRIPT_MESSAGES: readonly MessageType<unknown>[] = [version, verack, ping, pong, getaddr, addr, dchatMsg]

/** All transcripts by name. */
export function readTranscripts(file: URL): Readonly<Record<string, Transcript>> {
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'about')) as Record<string, Transcript>
}

const PLAIN: Readonly<Record<string, (value: never) => unknown>> = {
  version: (value: VersionMessage) => ({
    node_id: value.nodeId,
    app_name: value.appName,
    version: formatSemver(value.version),
    timestamp: Number(value.timestamp),
    connect_recv_addr: value.connectRecvAddr,
    resolve_recv_addr: value.resolveRecvAddr,
    ext_send_addr: value.extSendAddr,
    features: value.features,
    rest: 0,
  }),
  verack: (value: VerackMessage) => ({ app_version: formatSemver(value.appVersion), app_name: value.appName, rest: 0 }),
  ping: ({ nonce }: NonceMessage) => nonce,
  pong: ({ nonce }: NonceMessage) => nonce,
  addr: ({ addrs }: AddrMessage) => addrs.map(([url, lastSeen]) => [url, Number(lastSeen)]),
  getaddr: (value: unknown) => value,
  DchatMsg: ({ msg }: DchatMessage) => msg,
}

/** A decoded message in the spelling of the transcripts; `rest` there counts left-over bytes, of which there are none. */
export function plainValue(command: string, value: unknown): unknown {
  return PLAIN[command]!(value as never)
}

/**
 * Everything a side said, by command, as it must be the same in every run. Left out is what belongs to the moment: version
 * timestamps, last-seen times, nonces, and the port a listener saw its dialer come from.
 */
export function timelessByCommand(
  messages: readonly { command: string; value: unknown }[],
  from: Side,
): Record<string, unknown[]> {
  const said: Record<string, unknown[]> = {}
  for (const { command, value } of messages) (said[command] ??= []).push(timeless(command, value, from))
  return said
}

function timeless(command: string, value: unknown, from: Side): unknown {
  if (command === 'ping' || command === 'pong') return 'a nonce'
  if (command === 'addr') return (value as [string, number][]).map(([url]) => url)
  if (command !== 'version') return value
  const said = value as { connect_recv_addr: string }
  const connectRecvAddr = from === 'dialer' ? said.connect_recv_addr : said.connect_recv_addr.replace(/:\d+\/$/, ':port/')
  return { ...said, timestamp: 'now', connect_recv_addr: connectRecvAddr }
}

export interface PlayOptions {
  readonly clock: ManualClock
  /** Called at the time of each frame of the other side, before the frames of that time are played. */
  readonly onOther?: (frame: TranscriptFrame) => void
}

/**
 * Plays all frames of one side at their times, byte by byte as recorded. Only a pong is made anew: it answers the node's
 * own ping, and waits for it.
 */
export async function play(
  transcript: Transcript,
  side: Side,
  { peer, clock, onOther }: PlayOptions & { peer: RawPeer },
): Promise<void> {
  const startMs = clock.monotonicMs()
  let answered = 0
  for (const frame of transcript) {
    const dueMs = startMs + frame.at_ms
    if (dueMs > clock.monotonicMs()) await clock.advance(dueMs - clock.monotonicMs())
    if (frame.from !== side) {
      onOther?.(frame)
    } else if (frame.command === 'pong') {
      await clock.runUntil(() => peer.valuesOf(ping).length > answered || peer.isEnded)
      const asked = peer.valuesOf(ping)[answered]
      answered += 1
      if (asked !== undefined) peer.send(messageFrame(pong, asked))
    } else {
      peer.send(Buffer.from(frame.frame_hex, 'hex'))
    }
  }
  await clock.advance(1)
}
