import { describe, expect, it } from 'vitest'
import { decodeExact, encodeToBytes } from './codec.ts'
import { Writer } from './writer.ts'
import { formatSemver, parseSemver, semver } from './semver.ts'

const badSemver = expect.objectContaining({ code: 'SERIAL_BAD_SEMVER' })

describe('semver', () => {
  it.each([
    '0.0.0',
    '1.2.3',
    '1.0.0-alpha',
    '1.0.0-0.3.7',
    '1.0.0--',
    '1.0.0-x-y.0a',
    '1.0.0+001',
    '1.2.3-a+b-c.d',
    '18446744073709551615.0.0',
  ])('%s comes back as it was', (text) => {
    const version = parseSemver(text)
    expect(formatSemver(version)).toBe(text)
    expect(decodeExact(semver, encodeToBytes(semver, version))).toStrictEqual(version)
  })

  it('takes a version apart', () => {
    expect(parseSemver('1.2.3-rc.1+b.5')).toStrictEqual({ major: 1n, minor: 2n, patch: 3n, pre: 'rc.1', build: 'b.5' })
  })

  it.each([
    '',
    '1',
    '1.2',
    '1.2.3.4',
    '01.2.3',
    '1.2.-3',
    'v1.2.3',
    '1.2.3-',
    '1.2.3+',
    '1.2.3-01',
    '1.2.3-a..b',
    '1.2.3-a.',
    '1.2.3-é',
    '1.2.3+a+b',
    ' 1.2.3',
    '1.2.3\n',
    '18446744073709551616.0.0',
    `${'9'.repeat(100_000)}.0.0`,
  ])('refuses row %#', (text) => {
    expect(() => parseSemver(text)).toThrow(badSemver)
  })

  it.each([
    ['01', ''],
    ['a..b', ''],
    ['', 'b+c'],
    ['a b', ''],
  ])('refuses pre-release %j and build %j both ways', (pre, build) => {
    const writer = new Writer()
    for (const number of [1n, 2n, 3n]) writer.u64(number)
    writer.string(pre)
    writer.string(build)
    expect(() => decodeExact(semver, writer.finish())).toThrow(badSemver)
    expect(() => encodeToBytes(semver, { major: 1n, minor: 2n, patch: 3n, pre, build })).toThrow(badSemver)
  })
})
