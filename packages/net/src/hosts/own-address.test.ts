import { expect, test } from 'vitest'
import { leadsTo } from './own-address.ts'

test.each([
  ['tcp://1.2.3.4:5/', 'tcp://1.2.3.4:5/', true],
  ['tcp+tls://1.2.3.4:5/', 'tcp://1.2.3.4:5/', true],
  ['tcp://1.2.3.4:6/', 'tcp://1.2.3.4:5/', false],
  ['tcp://1.2.3.5:5/', 'tcp://1.2.3.4:5/', false],
  ['unix:///run/a.sock', 'unix:///run/a.sock', true],
  ['unix:///run/b.sock', 'unix:///run/a.sock', false],
  ['tcp://127.0.0.1:5/', 'tcp://0.0.0.0:5/', true],
  ['tcp://127.9.9.9:5/', 'tcp://0.0.0.0:5/', true],
  ['tcp://localhost:5/', 'tcp://[::]:5/', true],
  ['tcp://[::1]:5/', 'tcp://[::]:5/', true],
  ['tcp://127.0.0.1:6/', 'tcp://0.0.0.0:5/', false],
  ['tcp://9.9.9.9:5/', 'tcp://0.0.0.0:5/', false],
  ['tcp://localhost:5/', 'tcp://127.0.0.1:5/', true],
  ['tcp://0.0.0.0:5/', 'tcp://127.0.0.1:5/', true],
  ['tcp://127.0.0.2:5/', 'tcp://127.0.0.1:5/', false],
  // Whoever is behind the proxy is somebody else, as far as one can tell.
  ['socks5://127.0.0.1:5/9.9.9.9:1', 'tcp://0.0.0.0:5/', false],
])('%s, with %s as our own, is us: %s', (url, own, expected) => {
  expect(leadsTo(url, [own])).toBe(expected)
  expect(leadsTo(url, [])).toBe(false)
})
