/** Frames as no well-behaved node writes them: every part can be given. Wire: docs/wire.md, *Frame*. */
import { Writer } from '@dchat/serial'
import { verack, version } from '../messages/core-messages.ts'
import type { VersionMessage } from '../messages/core-messages.ts'
import type { MessageType } from '../messages/message.ts'
import { PacketWriter } from '../messages/packet-writer.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'

/** The magic bytes of nodes with default settings. */
export const MAGIC: Uint8Array = DEFAULT_SETTINGS.magicBytes

const packets = new PacketWriter(MAGIC)

/** The parts of a frame; each may be wrong. */
export interface FrameParts {
  /** What the frame begins with. @default `MAGIC` */
  readonly magic?: Uint8Array
  /** As text, or bytes that are none. */
  readonly command: string | Uint8Array
  /** What goes behind the lengths. @default nothing */
  readonly payload?: Uint8Array
  /** Bytes in place of the VarInt that gives the command's length. */
  readonly commandLength?: Uint8Array
  /** Bytes in place of the VarInt that gives the payload's length. */
  readonly payloadLength?: Uint8Array
}

/** `magic[4] | VarInt n | command[n] | VarInt m | payload[m]`, each as given. Wire: docs/wire.md, *Frame*. */
export function rawFrame(parts: FrameParts): Buffer {
  const command = Buffer.from(parts.command)
  const payload = parts.payload ?? new Uint8Array(0)
  return Buffer.concat([
    parts.magic ?? MAGIC,
    parts.commandLength ?? varIntBytes(command.length),
    command,
    parts.payloadLength ?? varIntBytes(payload.length),
    payload,
  ])
}

/** A VarInt in its shortest form. */
export function varIntBytes(value: number | bigint): Uint8Array {
  const writer = new Writer(9)
  writer.varInt(value)
  return writer.finish()
}

/** A frame as a node with default settings writes it. */
export function messageFrame<T>(type: MessageType<T>, value: T): Buffer {
  return packets.encode(type, value)
}

/** The version message of a peer that fits a node with default settings. */
export const PEER_VERSION: VersionMessage = {
  nodeId: '',
  appName: DEFAULT_SETTINGS.appName,
  version: DEFAULT_SETTINGS.appVersion,
  timestamp: 1_795_000_000n,
  connectRecvAddr: 'tcp://20.0.0.1:26661/',
  resolveRecvAddr: null,
  extSendAddr: [],
  features: [],
}

/** A peer's whole part of the version exchange. */
export function handshakeFrames(changes: Partial<VersionMessage> = {}): Buffer {
  const own = { ...PEER_VERSION, ...changes }
  return Buffer.concat([messageFrame(version, own), messageFrame(verack, { appVersion: own.version, appName: own.appName })])
}
