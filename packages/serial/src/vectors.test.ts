/** Every case that the reference implementation produced, decoded and encoded. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Codec } from './codec.ts'
import { bool, canonicalUrl, decodeExact, encodeToBytes, formatSemver, option, parseSemver, parseUrl, semver } from './index.ts'
import { SerialError, string, tuple, u16, u32, u64, u8, url, varInt, vec } from './index.ts'
import { varIntLength } from './varint.ts'

interface Case {
  type: string
  value?: unknown
  hex?: string
  hex_head?: string
  hex_tail?: string
  len?: number
  ok?: boolean
  canonical?: string
  error?: string
  scheme?: string
  host?: string | null
  port?: number | null
  path?: string
}

const file = new URL('../../../tooling/interop/vectors/codec.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, 'hex')

function checkBoth<T>(codec: Codec<T>, value: T, hex: string): void {
  expect(hexOf(encodeToBytes(codec, value))).toBe(hex)
  expect(decodeExact(codec, bytesOf(hex))).toStrictEqual(value)
}

function checkOk(codec: Codec<unknown>, vector: Case): void {
  const decode = (): unknown => decodeExact(codec, bytesOf(vector.hex!))
  if (vector.ok === true) expect(decode).not.toThrow()
  else expect(decode).toThrow(SerialError)
}

/** One check a type of case; a type that is not here fails the test. */
const checks: Record<string, (vector: Case) => void> = {
  varint: ({ value, hex }) => {
    const wanted = BigInt(value as string)
    checkBoth(varInt, wanted, hex!)
    expect(varIntLength(wanted)).toBe(hex!.length / 2)
  },
  string: ({ value, hex }) => checkBoth(string, value as string, hex!),
  string_repeat_a: ({ value, len, hex_head: head, hex_tail: tail }) => {
    const text = 'a'.repeat(value as number)
    const bytes = encodeToBytes(string, text)
    expect(bytes.length).toBe(len)
    expect(hexOf(bytes).startsWith(head!)).toBe(true)
    expect(hexOf(bytes).endsWith(tail!)).toBe(true)
    expect(decodeExact(string, bytes)).toBe(text)
  },
  u8: ({ value, hex }) => checkBoth(u8, value as number, hex!),
  u16: ({ value, hex }) => checkBoth(u16, value as number, hex!),
  u32: ({ value, hex }) => checkBoth(u32, value as number, hex!),
  u64: ({ value, hex }) => checkBoth(u64, BigInt(value as string), hex!),
  bool: ({ value, hex }) => checkBoth(bool, value as boolean, hex!),
  option_string: ({ value, hex }) => checkBoth(option(string), value as string | null, hex!),
  vec_string: ({ value, hex }) => checkBoth(vec(string), value as string[], hex!),
  vec_string_u32: ({ value, hex }) => checkBoth(vec(tuple(string, u32)), value as [string, number][], hex!),
  semver: ({ value, hex }) => {
    checkBoth(semver, parseSemver(value as string), hex!)
    expect(formatSemver(decodeExact(semver, bytesOf(hex!)))).toBe(value)
  },
  url: ({ value, hex }) => {
    expect(hexOf(encodeToBytes(url, value as string))).toBe(hex)
    expect(decodeExact(url, bytesOf(hex!))).toBe(canonicalUrl(value as string))
    expect(hexOf(encodeToBytes(url, decodeExact(url, bytesOf(hex!))))).toBe(hex)
    expect(decodeExact(url, encodeToBytes(string, value as string))).toBe(canonicalUrl(value as string))
  },
  url_parts: ({ value, canonical, scheme, host, port, path }) => {
    expect(parseUrl(value as string)).toMatchObject({ canonical, scheme, host, port, path })
  },
  url_error: ({ value, error }) => {
    expect(() => parseUrl(value as string)).toThrow(
      expect.objectContaining({ code: 'SERIAL_BAD_URL', data: { url: value, reason: error } }),
    )
    expect(() => decodeExact(url, encodeToBytes(string, value as string))).toThrow(SerialError)
  },
  varint_decode: (vector) => checkOk(varInt, vector),
  string_decode: (vector) => checkOk(string, vector),
  bool_decode: ({ value, hex }) => expect(decodeExact(bool, bytesOf(hex!))).toBe(value),
  option_string_decode: (vector) => checkOk(option(string), vector),
}

describe('vectors of the reference', () => {
  it('are there', () => {
    expect(cases.length).toBeGreaterThan(100)
    expect(new Set(cases.map(({ type }) => type))).toEqual(new Set(Object.keys(checks)))
  })

  it.each(cases.map((vector) => [vector.type, JSON.stringify(vector.value ?? vector.hex), vector] as const))(
    '%s %s',
    (type, _label, vector) => {
      expect.hasAssertions()
      checks[type]!(vector)
    },
  )
})
