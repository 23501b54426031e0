/** What a crowd of hosts in one space is told and tells: see crowd-process.ts. */
export interface CrowdTask {
  /** What it tells whoever dials one of them; the first 1,000. */
  readonly urls: readonly string[]
}

export interface CrowdOrder {
  /** The hosts that dial `url` and flood it. */
  readonly flood: readonly string[]
  readonly url: string
}

export interface CrowdReport {
  /** Addresses, in all floods. */
  readonly told: number
}
