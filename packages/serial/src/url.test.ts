import { describe, expect, it } from 'vitest'
import { decodeExact, encodeToBytes } from './codec.ts'
import { string } from './primitives.ts'
import { MAX_MAPPED_HOST_UNITS } from './url-fault.ts'
import { canonicalUrl, parseUrl, url } from './url.ts'

const badUrl = (text: string, reason: string): unknown =>
  expect.objectContaining({ code: 'SERIAL_BAD_URL', data: { url: text, reason } })

describe('parseUrl', () => {
  it.each([
    ['tcp://a:80', 'tcp://a:80/'],
    ['tcp://a:21', 'tcp://a:21/'],
    ['tcp://a:443/', 'tcp://a:443/'],
    ['tcp://a:0080', 'tcp://a:80/'],
    ['  tcp://a:1 \n', 'tcp://a:1/'],
    ['t\tcp://a\n:1', 'tcp://a:1/'],
    ['tcp:a:1', 'tcp://a:1/'],
    ['tcp:\\\\a:1\\b', 'tcp://a:1/b'],
    ['tor+tls://ABC.onion:1/../x', 'tor+tls://abc.onion:1/x'],
    ['tcp://[0:0:0:0:0:0:0:1]:5', 'tcp://[::1]:5/'],
    ['tcp://2130706433:5', 'tcp://127.0.0.1:5/'],
    ['I2P://ABC.i2p:1', 'i2p://ABC.i2p:1'],
    ['unix:///tmp/a b', 'unix:///tmp/a%20b'],
    ['http://A:80', 'http://a/'],
    ['https://a:80', 'https://a:80/'],
    ['ws://a:80/x', 'ws://a/x'],
  ])('%j is spelled %s', (text, canonical) => {
    expect(canonicalUrl(text)).toBe(canonical)
    expect(parseUrl(text).canonical).toBe(canonical)
    expect(canonicalUrl(canonical)).toBe(canonical)
    expect(decodeExact(url, encodeToBytes(string, text))).toBe(canonical)
    expect(decodeExact(string, encodeToBytes(url, text))).toBe(canonical)
  })

  it.each(['tcp', 'tcp+tls', 'tor', 'tor+tls', 'nym', 'nym+tls', 'socks5', 'socks5+tls'])('%s is special', (scheme) => {
    expect(canonicalUrl(`${scheme}://A.b:80`)).toBe(`${scheme}://a.b:80/`)
  })

  it.each(['i2p', 'i2p+tls', 'quic', 'unix'])('%s is not special', (scheme) => {
    expect(canonicalUrl(`${scheme}://A.b:80`)).toBe(`${scheme}://A.b:80`)
  })

  it('takes an endpoint apart', () => {
    expect(parseUrl('socks5+tls://us%20er:p:w@127.0.0.1:9050/example.com:80?q=1#f?x')).toStrictEqual({
      canonical: 'socks5+tls://us%20er:p%3Aw@127.0.0.1:9050/example.com:80?q=1#f?x',
      scheme: 'socks5+tls',
      host: '127.0.0.1',
      port: 9050,
      path: '/example.com:80',
      username: 'us%20er',
      password: 'p%3Aw',
      query: 'q=1',
      fragment: 'f?x',
    })
  })

  it('tells an empty query and fragment from absent ones', () => {
    expect(parseUrl('tcp://a:1/?#')).toMatchObject({ query: '', fragment: '' })
    expect(parseUrl('tcp://a:1/')).toMatchObject({ query: null, fragment: null, username: '', password: '' })
    expect(parseUrl('unix:/tmp/x')).toMatchObject({ host: null, port: null, path: '/tmp/x' })
  })

  it.each([
    ['tcp://user@:80', 'empty host'],
    ['tcp://a:x', 'invalid port number'],
    ['tcp://a:65536', 'invalid port number'],
    ['tcp://[::1]:x', 'invalid port number'],
    ['tcp://[::1]x', 'invalid IPv6 address'],
    ['tcp://[::g]:1', 'invalid IPv6 address'],
    ['tcp://1.2.3.0x100:80', 'invalid IPv4 address'],
    ['tcp://a%zz:80', 'invalid international domain name'],
    ['https://a b', 'invalid international domain name'],
    ['i2p://a b:1', 'invalid domain character'],
    ['i2p://a:x', 'invalid port number'],
    ['i2p://:1', 'empty host'],
    ['quic://[::g]:1', 'invalid IPv6 address'],
    ['quic://[::1]:x', 'invalid port number'],
    ['1tcp://a:1', 'relative URL without a base'],
    ['//a:1', 'relative URL without a base'],
    ['tcp://\ud800:1', 'not well-formed text'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => parseUrl(text)).toThrow(badUrl(text, reason))
    expect(() => canonicalUrl(text)).toThrow(badUrl(text, reason))
    expect(() => encodeToBytes(url, text)).toThrow(badUrl(text, reason))
  })

  it('maps a host to ASCII up to a length, of its own and not of the URL', () => {
    const label = 'é'.repeat(27)
    const host = `${Array.from({ length: 9 }, () => label).join('.')}.de`
    const longest = `${host}x`
    expect(host.length).toBe(MAX_MAPPED_HOST_UNITS - 1)
    expect(parseUrl(`tcp://u:${'%41'.repeat(200)}@${longest}:1/${'é'.repeat(500)}`).host).toMatch(/^xn--.*\.dex$/)
    const tooLong = `tcp://${host}xx:1`
    expect(() => parseUrl(tooLong)).toThrow(badUrl(tooLong, 'invalid international domain name'))
    const percent = `http://${'%c3%a9'.repeat(43)}`
    expect(() => parseUrl(percent)).toThrow(badUrl(percent, 'invalid international domain name'))
    expect(parseUrl(`tcp://${'a'.repeat(1000)}:1`).host).toBe('a'.repeat(1000))
  })

  it('keeps user information out of the message', () => {
    expect(() => parseUrl('tcp://user:secret@a:x')).toThrow(/^(?!.*secret).*SERIAL_BAD_URL/)
  })
})
