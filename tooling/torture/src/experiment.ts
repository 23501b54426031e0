/** What an experiment is: a claim about the built programs, and a way to try it that can be repeated. */
import type { Random } from '@dchat/system'
import type { Need } from './needs.ts'

/** In the order in which they run and are shown. */
export const PARTS = ['peers', 'fuzz', 'faults', 'long', 'secrets'] as const
export type Part = (typeof PARTS)[number]

/** `short` is run with every test run; `long` takes minutes to hours and is what is recorded. */
export type Form = 'short' | 'long'

/** One thing that came out: a row of the table. */
export interface Finding {
  /** What was done, and how often: '200 kills under load'. */
  readonly done: string
  /** '0 of 81,230 promised lines missing'. */
  readonly outcome: string
  /** 'none missing'. */
  readonly aim: string
  readonly isMet: boolean
  /** What a reference node does in the very same place, beside what it does in that of the experiment. */
  readonly reference?: string
  /** A promise that is not met fails the run; a figure, a time or rate of one machine, is only shown. */
  readonly kind: 'promise' | 'figure'
}

/** What an experiment is given. */
export interface Trial {
  readonly form: Form
  readonly seed: number
  /** Seeded with `seed`: the same inputs in every run. */
  readonly random: Random
  /** How long an experiment of the part `long` goes on, in its long form. */
  readonly minutes: number
  /** The first in the short form, the second in the long one. */
  of<T>(short: T, long: T): T
  /** Tells whoever waits what runs just now; not a part of what is found. */
  say(text: string): void
}

export interface Experiment {
  readonly part: Part
  /** In kebab-case, and unique: `slow-handshake`. */
  readonly name: string
  /** What is claimed, in one sentence. */
  readonly claim: string
  /** What a reference node does in the same place, where that is known; a clause. */
  readonly reference?: string
  /** What the machine has to have. @default nothing */
  readonly needs?: readonly Need[]
  /** Whether there is no short form. @default false */
  readonly isLongOnly?: true
  /**
   * Tries it. What it makes (processes, mounts, namespaces, files) is gone afterwards, also when it throws.
   * @throws {Error} when it cannot be tried to its end: a promise that is not met
   */
  run(trial: Trial): Promise<readonly Finding[]>
}

/** What came out, beside what is aimed at. */
export type Result = Pick<Finding, 'outcome' | 'aim' | 'isMet'>

/** Something that has to hold however busy the machine is. */
export function promise(done: string, result: Result): Finding {
  return { done, ...result, kind: 'promise' }
}

/** A time or a rate, which is another one on another machine. */
export function figure(done: string, result: Result): Finding {
  return { done, ...result, kind: 'figure' }
}

/** `81,230` */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
