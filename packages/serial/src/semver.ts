/** Semantic versions, as text and on the wire. Wire: docs/wire.md, Codec (semver::Version). */
import { makeCodec } from './codec.ts'
import type { Codec } from './codec.ts'
import { SerialError } from './errors.ts'

/** A semantic version. Numbers are u64; `pre` and `build` are dot-separated identifiers without the leading `-` or `+`, empty when absent. */
export interface SemverVersion {
  /** Incompatible changes: 0 to 2^64 - 1. */
  readonly major: bigint
  /** Additions: 0 to 2^64 - 1. */
  readonly minor: bigint
  /** Corrections: 0 to 2^64 - 1. */
  readonly patch: bigint
  /** Of a pre-release, as `rc.1`; empty when absent. */
  readonly pre: string
  /** Of a build, as `5114f85`; empty when absent. */
  readonly build: string
}

const MAX_U64 = 0xffff_ffff_ffff_ffffn
const NUMBER = /^(?:0|[1-9]\d*)$/
const IDENTIFIER = /^[0-9A-Za-z-]+$/
const LEADING_ZERO = /^0\d+$/

/** Reads `1.2.3-pre+build`. @throws SerialError SERIAL_BAD_SEMVER */
export function parseSemver(text: string): SemverVersion {
  const plus = text.indexOf('+')
  const withoutBuild = plus < 0 ? text : text.slice(0, plus)
  const minus = withoutBuild.indexOf('-')
  const numbers = (minus < 0 ? withoutBuild : withoutBuild.slice(0, minus)).split('.')
  if (numbers.length !== 3) throw bad(text, 'not three numbers')
  const [major, minor, patch] = numbers.map((part) => parseNumber(part, text)) as [bigint, bigint, bigint]
  const pre = minus < 0 ? '' : withoutBuild.slice(minus + 1)
  const build = plus < 0 ? '' : text.slice(plus + 1)
  if (minus >= 0 && pre === '') throw bad(text, 'empty pre-release')
  if (plus >= 0 && build === '') throw bad(text, 'empty build metadata')
  checkIdentifiers(pre, build)
  return { major, minor, patch, pre, build }
}

/** As text, `1.2.3-pre+build`. Does not check `pre` and `build`. */
export function formatSemver(version: SemverVersion): string {
  const { major, minor, patch, pre, build } = version
  return `${major}.${minor}.${patch}${pre === '' ? '' : `-${pre}`}${build === '' ? '' : `+${build}`}`
}

/**
 * Wire: docs/wire.md, *Codec*. `u64 major | u64 minor | u64 patch | String pre-release | String build`
 * Malformed identifiers are SERIAL_BAD_SEMVER both ways.
 */
export const semver: Codec<SemverVersion> = makeCodec<SemverVersion>(
  26,
  (writer, version) => {
    checkIdentifiers(version.pre, version.build)
    writer.u64(version.major)
    writer.u64(version.minor)
    writer.u64(version.patch)
    writer.string(version.pre)
    writer.string(version.build)
  },
  (reader) => {
    const [major, minor, patch] = [reader.u64(), reader.u64(), reader.u64()]
    const [pre, build] = [reader.string(), reader.string()]
    checkIdentifiers(pre, build)
    return { major, minor, patch, pre, build }
  },
)

function parseNumber(part: string, text: string): bigint {
  // 20 digits hold every u64, so no number longer than that is made of untrusted text.
  if (part.length > 20 || !NUMBER.test(part)) throw bad(text, 'not a number')
  const value = BigInt(part)
  if (value > MAX_U64) throw bad(text, 'number above 64 bits')
  return value
}

function checkIdentifiers(pre: string, build: string): void {
  if (pre !== '' && !pre.split('.').every(isPreIdentifier)) throw bad(pre, 'malformed pre-release')
  if (build !== '' && !build.split('.').every(isIdentifier)) throw bad(build, 'malformed build metadata')
}

function isIdentifier(part: string): boolean {
  return IDENTIFIER.test(part)
}

function isPreIdentifier(part: string): boolean {
  return IDENTIFIER.test(part) && !LEADING_ZERO.test(part)
}

function bad(text: string, reason: string): SerialError {
  return new SerialError('SERIAL_BAD_SEMVER', { text, reason })
}
