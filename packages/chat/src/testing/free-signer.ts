/**
 * Signatures at the edges of Ed25519, where implementations differ (Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs",
 * 2020): made from their conditions.
 */
import { hash } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Signer } from '../post/post.ts'

const { Point } = ed25519
type Point = typeof Point.BASE

/** The order of the group. */
export const L: bigint = 2n ** 252n + 27742317777372353535851937790883648493n
export const NEUTRAL: Point = Point.ZERO
/** A point of order 8. */
export const EIGHTH: Point = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
const SECRET = 0x1234_5678_9abcn

/** What a signer may choose freely. */
export interface Choice {
  /** Added to the honest key. */
  readonly torsion: Point
  readonly r: bigint
  /** @default r B */
  readonly commitment?: Point
  /** How R is written. @default as its point is */
  readonly written?: Buffer
}

/** Signs S = r + k a with k = H(R, A, M), whatever R and A are. */
export class FreeSigner implements Signer {
  readonly key: Buffer
  /** k of the latest signature: with a torsion of order 8 the equation holds without the cofactor exactly when 8 divides it. */
  challenge = 0n
  readonly #choice: Choice

  constructor(choice: Choice) {
    this.#choice = choice
    this.key = Buffer.from(Point.BASE.multiply(SECRET).add(choice.torsion).toBytes())
  }

  sign(message: Buffer): Buffer {
    const { r, commitment = Point.BASE.multiply(r), written = Buffer.from(commitment.toBytes()) } = this.#choice
    this.challenge = littleEndian(hash('sha512', Buffer.concat([written, this.key, message]), 'buffer')) % L
    return Buffer.concat([written, bytesOf((r + this.challenge * SECRET) % L)])
  }
}

/** 32 bytes, little-endian. */
export function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

export function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
