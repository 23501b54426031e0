/** Which addresses count together: docs/limits.md, `INBOUND_PER_HOST`. */
import { expect, test } from 'vitest'
import { HostCounts, countedHost } from './host-counts.ts'

test.each([
  ['tcp://1.2.3.4:5/', '1.2.3.4', '1.2.3.4'],
  ['tcp+tls://1.2.3.4:6/', '1.2.3.4', '1.2.3.4'],
  ['tcp://[2a02:1:2:3:4:5:6:7]:5/', '2a02:1:2:3::/64', '2a02:1:2:3::/64'],
  ['tcp://[2a02:1:2:3:9:9:9:9]:5/', '2a02:1:2:3::/64', '2a02:1:2:3::/64'],
  ['tcp://[::ffff:1.2.3.4]:5/', '1.2.3.4', '1.2.3.4'],
  ['tcp://192.168.1.7:5/', '192.168.1.7', undefined],
  ['tcp://[fd00::1]:5/', 'fd00::/64', undefined],
  ['tcp://127.0.0.1:5/', undefined, undefined],
  ['tcp://127.9.8.7:5/', undefined, undefined],
  ['tcp://[::1]:5/', undefined, undefined],
  ['tcp://[::ffff:127.0.0.1]:5/', undefined, undefined],
  ['tcp://localhost:5/', undefined, undefined],
  ['unix:///run/node.sock', undefined, undefined],
  ['tor://127.0.0.1:5/', undefined, undefined],
  ['tor://192.168.1.7:5/', undefined, undefined],
])('%s counts for %s, on localnet for %s', (url, host, onLocalnet) => {
  expect(countedHost(url, false)).toBe(host)
  expect(countedHost(url, true)).toBe(onLocalnet)
})

test('counts go up and down, and leave nothing', () => {
  const counts = new HostCounts({ localnet: false })
  counts.add('tcp://1.2.3.4:5/')
  counts.add('tcp://1.2.3.4:6/')
  counts.add('tcp://127.0.0.1:5/')
  expect([counts.of('tcp://1.2.3.4:7/'), counts.of('tcp://127.0.0.1:5/'), counts.size]).toEqual([2, 0, 1])
  counts.remove('tcp://1.2.3.4:5/')
  counts.remove('tcp://127.0.0.1:5/')
  expect([counts.of('tcp://1.2.3.4:7/'), counts.size]).toEqual([1, 1])
  counts.remove('tcp://1.2.3.4:6/')
  expect(counts.size).toBe(0)
})
