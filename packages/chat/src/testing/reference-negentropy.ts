/**
 * The JavaScript of the authors of Negentropy, as applesauce-relay carries it (MIT), for tests: another implementation in both roles.
 * The package exports it only behind a session over a socket, so its file is loaded by its place.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Place } from '@dchat/store'
import type { Initiator, Responder } from './reconcile-exchange.ts'

interface ReferenceStorage {
  insert(timestamp: number, id: Uint8Array): void
  seal(): void
}

interface ReferencePeer {
  wantUint8ArrayOutput: boolean
  initiate(): Promise<Uint8Array>
  reconcile(frame: Uint8Array): Promise<[reply: Uint8Array | null, have: Uint8Array[], need: Uint8Array[]]>
}

interface Reference {
  readonly Negentropy: new (storage: ReferenceStorage, frameSizeLimit: number) => ReferencePeer
  readonly NegentropyStorageVector: new () => ReferenceStorage
}

const entry = createRequire(import.meta.url).resolve('applesauce-relay/negentropy')
const reference = (await import(new URL('lib/negentropy.js', pathToFileURL(entry)).href)) as Reference

/** @param frameMaxBytes 0 for no limit */
function peerOf(records: Iterable<Place>, frameMaxBytes: number): ReferencePeer {
  const storage = new reference.NegentropyStorageVector()
  for (const { time, id } of records) storage.insert(Math.floor(time / 1000), new Uint8Array(id))
  storage.seal()
  const peer = new reference.Negentropy(storage, frameMaxBytes)
  peer.wantUint8ArrayOutput = true
  return peer
}

export function referenceInitiator(records: Iterable<Place>, frameMaxBytes: number): Initiator {
  const peer = peerOf(records, frameMaxBytes)
  return {
    open: async () => Buffer.from(await peer.initiate()),
    next: async (frame) => {
      const [reply, have, need] = await peer.reconcile(frame)
      const buffers = (ids: Uint8Array[]): Buffer[] => ids.map((id) => Buffer.from(id))
      return { reply: reply === null ? null : Buffer.from(reply), have: buffers(have), need: buffers(need) }
    },
  }
}

export function referenceResponder(records: Iterable<Place>, frameMaxBytes: number): Responder {
  const peer = peerOf(records, frameMaxBytes)
  return async (frame) => Buffer.from((await peer.reconcile(frame))[0]!)
}
