import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { isSoundKey, isSoundSignature } from './ed25519-rules.ts'

const P = 2n ** 255n - 19n
const L = 2n ** 252n + 27742317777372353535851937790883648493n
const SIGN = 1n << 255n

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

/** The eight points whose order divides 8, as a curve library computes them: the multiples of one of order 8. */
function smallOrderPoints(): Buffer[] {
  const { Point } = ed25519
  const eighth = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
  const points = [Point.ZERO]
  for (let index = 1; index < 8; index += 1) points.push(points[index - 1]!.add(eighth))
  return points.map((point) => Buffer.from(point.toBytes()))
}

describe('isSoundKey', () => {
  test('refuses the eight points of small order', () => {
    const points = smallOrderPoints()
    expect(new Set(points.map((point) => point.toString('hex'))).size).toBe(8)
    for (const point of points) expect([point.toString('hex'), isSoundKey(point)]).toEqual([point.toString('hex'), false])
  })

  test('refuses every y of p and more, with either sign', () => {
    for (let y = P; y < SIGN; y += 1n) for (const sign of [0n, SIGN]) expect(isSoundKey(bytesOf(y + sign))).toBe(false)
  })

  test('refuses the sign of an x that is 0', () => {
    for (const y of [1n, P - 1n]) for (const sign of [0n, SIGN]) expect(isSoundKey(bytesOf(y + sign))).toBe(false)
  })

  test('takes the neighbours of what it refuses', () => {
    const small = smallOrderPoints().map((point) => BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`) & (SIGN - 1n))
    const neighbours = small.flatMap((y) => [y + 1n, y - 1n, y + 256n, y ^ (1n << 128n), y ^ (1n << 250n)])
    const sound = neighbours.filter((y) => y >= 0n && y < P && !small.includes(y))
    expect(sound.length).toBeGreaterThan(20)
    for (const y of sound) for (const sign of [0n, SIGN]) expect(isSoundKey(bytesOf(y + sign))).toBe(true)
  })

  test('takes keys as they are made', () => {
    for (let index = 0; index < 100; index += 1) expect(isSoundKey(new SeededSigner(`key ${index}`).key)).toBe(true)
  })
})

describe('isSoundSignature', () => {
  const commitment = new SeededSigner('R').key
  const withS = (s: bigint): Buffer => Buffer.concat([commitment, bytesOf(s)])

  test.each([
    ['0', 0n, true],
    ['L - 1', L - 1n, true],
    ['L', L, false],
    ['L + 1', L + 1n, false],
    ['L - 2^128', L - 2n ** 128n, true],
    ['2^252', 2n ** 252n, true],
    ['2^253', 2n ** 253n, false],
    ['2^256 - 1', 2n ** 256n - 1n, false],
  ])('of an S of %s', (_, s, isSound) => {
    expect(isSoundSignature(withS(s))).toBe(isSound)
  })

  test('refuses an R of small order, and one in another form', () => {
    for (const point of smallOrderPoints()) expect(isSoundSignature(Buffer.concat([point, bytesOf(1n)]))).toBe(false)
    for (const y of [P + 3n, P + 3n + SIGN]) expect(isSoundSignature(Buffer.concat([bytesOf(y), bytesOf(1n)]))).toBe(false)
  })
})
