/** What inputs are tried on, and what is a flaw. */
import type { Random } from '@dchat/system'
import type { Mutation } from './byte-mutator.ts'

/** A part of the product that reads bytes it has not made. */
export interface FuzzTarget {
  /** Kebab-case, unique; that of its file in corpus/. */
  readonly name: string
  /** Of all inputs, in proportion to the others'. */
  readonly share: number
  /** No input is longer, in bytes. */
  readonly maxBytes: number
  /** What means something in the format. @default the edges of integers */
  readonly pieces?: readonly Buffer[]
  /** Valid inputs and inputs that are refused, as recorded. */
  seeds(): readonly Buffer[]
  /** Makes a trial: what it holds is made once a run. */
  open(random: Random): FuzzTrial
}

export interface FuzzTrial {
  /** Changes that only the format knows of. @default none */
  readonly mutations?: readonly Mutation[]
  /**
   * Tries one input. @returns in a few words what became of it, TAKEN in the first place when it was taken: inputs that end in a new
   * way are kept to be changed further
   * @throws {Error} a Flaw, or whatever else the product should not have thrown
   */
  tryOut(input: Buffer): string | Promise<string>
  /** Takes away what `open` has made. @default nothing was */
  close?(): void
}

/** Begins the outcome of an input that was taken. */
export const TAKEN = 'taken'

/** Something that must hold for every input does not for this one. */
class Flaw extends Error {
  override readonly name = 'Flaw'
}

/** @throws {Flaw} unless it holds */
export function must(isSo: boolean, what: string | (() => string)): void {
  if (!isSo) throw new Flaw(typeof what === 'string' ? what : what())
}

/** What `run` gives, or in words why it was refused. @param refusal the words for an error that is one; undefined for any other, which is a flaw */
export function attempt<T>(run: () => T, refusal: (error: unknown) => string | undefined): { value: T } | { refused: string } {
  try {
    return { value: run() }
  } catch (error) {
    const refused = refusal(error)
    if (refused === undefined) throw error
    return { refused }
  }
}
