/** What experiments try without a server around it. */
export { readEnvelope } from '../envelope.ts'
export type { Entry, Envelope, EnvelopeLimits } from '../envelope.ts'
