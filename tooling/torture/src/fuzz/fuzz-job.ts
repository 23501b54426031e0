/** A number of inputs for one part of the product, and what became of them. */

/** No input may take longer: each is at most some tens of kilobytes, or a few expensive steps. CPU time, the best of three. */
export const INPUT_MAX_MS = 100

export interface FuzzJob {
  /** Kebab-case, unique. */
  readonly name: string
  /** Of all inputs, in proportion to the others'. */
  readonly share: number
  run(options: FuzzJobOptions): Promise<FuzzResult>
}

export interface FuzzJobOptions {
  readonly inputs: number
  readonly seed: number
  /** Called now and then with how many were tried. */
  readonly onProgress?: (inputs: number) => void
}

export interface FuzzResult {
  readonly name: string
  readonly inputs: number
  /** Those that the product took. */
  readonly taken: number
  /** Ways that inputs ended in; 0 where all are to be taken. */
  readonly outcomes: number
  /** Of the input that took longest; 0 where all are to be taken. */
  readonly slowestMs: number
  /** The first flaw, with the input in it; nothing is tried after it. */
  readonly flaw?: string
}
