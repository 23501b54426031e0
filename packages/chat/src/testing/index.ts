export { bodyFor, rawPost, withBitTurned } from './raw-post.ts'
export type { RawPost, RawPostParts } from './raw-post.ts'
export { SeededSigner } from './seeded-signer.ts'
export { WIRE_MESSAGES, wire } from './wire-messages.ts'
