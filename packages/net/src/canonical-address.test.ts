import { canonicalUrl } from '@dchat/serial'
import { expect, test } from 'vitest'
import { canonicalAddress } from './canonical-address.ts'

/** Spellings of one address each, the canonical one first. */
test.each([
  ['tcp://name:1/', 'TCP://NAME:1', 'tcp://name:1'],
  ['i2p://name.i2p:1', 'i2p://Name.I2P:1/', 'I2P://name.i2p:1'],
  ['i2p+tls://u:P@name.i2p:1', 'i2p+tls://u:P@NAME.i2p:1/'],
  ['i2p://name.i2p:1/Path/', 'i2p://NAME.i2p:1/Path/'],
  ['i2p://name.i2p:1/?Q#F', 'i2p://NAME.i2p:1/?Q#F'],
  ['quic://[::1]:1', 'quic://[::1]:1/'],
  ['own://name', 'OWN://Name/', 'own://NAME'],
  ['own://name:7/Path', 'own://NAME:7/Path'],
  ['ws://name/', 'WS://NAME', 'ws://name:80/'],
  ['wss://name:1/', 'wss://NAME:1'],
  ['unix:///Run/Socket', 'UNIX:///Run/Socket'],
  ['unix:///', 'unix:///'],
  ['own:Opaque', 'OWN:Opaque'],
])('%s', (canonical, ...spellings) => {
  for (const spelling of [canonical, ...spellings]) expect(canonicalAddress(spelling)).toBe(canonical)
  expect(canonicalUrl(canonical)).toBe(canonical)
})
