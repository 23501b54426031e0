/** Frames that no codec of ours would write. Wire: docs/wire.md, *Frame*. */
import { DEFAULT_SETTINGS } from '@dchat/net'

/** @param command at most 252 bytes @param payload at most 252 bytes */
export function frame(command: string, payload: Buffer): Buffer {
  const name = Buffer.from(command)
  return Buffer.concat([DEFAULT_SETTINGS.magicBytes, Buffer.of(name.length), name, Buffer.of(payload.length), payload])
}
