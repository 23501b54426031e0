export { LocalNet } from './local-net.ts'
export type { LocalNetOptions, LocalNode } from './local-net.ts'
export { MemoryNetwork } from '../transports/memory.ts'
export type { MemoryNetworkOptions } from '../transports/memory.ts'
