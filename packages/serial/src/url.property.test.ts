/** Claims over any text that may be a URL. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalUrl, decodeExact, encodeToBytes, isSerialError, parseUrl, string, url } from './index.ts'

const schemes = fc.constantFrom('tcp', 'TCP+TLS', 'tor', 'nym', 'socks5', 'i2p', 'unix', 'quic', 'http', 'file', 'x')
const marks = fc.constantFrom('/', ':', '@', '[', ']', '1', '.', 'A', 'é', ' ', '?', '#', '\\', '%', '8', '0', '\t')
const spellings = fc
  .tuple(schemes, fc.constantFrom('://', ':', ':/'), fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: marks })))
  .map((parts) => parts.join(''))

/** Of the shape that most addresses have. */
const plainSpellings = fc
  .tuple(
    fc.constantFrom('tcp', 'tcp+tls', 'tor', 'tor+tls', 'nym', 'nym+tls', 'socks5', 'socks5+tls', 'i2p', 'ws'),
    fc.oneof(
      fc.array(fc.constantFrom('0', '1', '01', '25', '99', '100', '249', '250', '255', '256', '260', '999'), {
        minLength: 3,
        maxLength: 5,
      }),
      fc.array(
        fc.oneof(
          fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '-', 'x', 'n'), maxLength: 6 }),
          fc.constantFrom('xn--a', 'xn--', '0x1', '1a', 'A'),
        ),
      ),
    ),
    fc.oneof(fc.nat(70_000).map(String), fc.constantFrom('', '00', '080', '80', '443', '21', '65535', '65536')),
    fc.constantFrom('', '/', '//', '\n', ' ', '?'),
  )
  .map(([scheme, labels, port, end]) => `${scheme}://${labels.join('.')}:${port}${end}`)

/** The canonical form, or the reason why there is none; any error but SERIAL_BAD_URL fails the test. */
function outcome(run: () => string): { canonical: string } | { reason: string } {
  try {
    return { canonical: run() }
  } catch (error) {
    if (isSerialError(error, 'SERIAL_BAD_URL')) return { reason: error.data.reason }
    throw error
  }
}

describe('url', () => {
  it('any text has one canonical form or none, whichever way it is asked for', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(spellings, (text) => {
        const wanted = outcome(() => canonicalUrl(text))
        expect(outcome(() => parseUrl(text).canonical)).toEqual(wanted)
        expect(outcome(() => decodeExact(url, encodeToBytes(string, text)))).toEqual(wanted)
        expect(outcome(() => decodeExact(string, encodeToBytes(url, text)))).toEqual(wanted)
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(plainSpellings, (text) => {
        expect(outcome(() => canonicalUrl(text))).toEqual(outcome(() => parseUrl(text).canonical))
      }),
      { numRuns: 5000 },
    )
  })

  it('a canonical form is its own', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(spellings, (text) => {
        const first = outcome(() => canonicalUrl(text))
        expect(outcome(() => canonicalUrl('canonical' in first ? first.canonical : text))).toEqual(first)
      }),
      { numRuns: 1000 },
    )
  })

  it('a port survives whatever the scheme', () => {
    expect.hasAssertions()
    const portless = fc.constantFrom('tcp', 'tcp+tls', 'tor', 'nym+tls', 'socks5', 'i2p', 'quic')
    fc.assert(
      fc.property(portless, fc.integer({ min: 0, max: 65_535 }), (scheme, port) => {
        expect(parseUrl(`${scheme}://a:${port}`)).toMatchObject({ scheme, port, host: 'a' })
      }),
      {
        numRuns: 300,
        examples: [
          ['tcp', 80],
          ['tcp', 21],
          ['tor', 443],
        ],
      },
    )
  })
})
