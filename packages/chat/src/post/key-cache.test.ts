import { expect, test } from 'vitest'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { KeyCache, importPublicKey } from './key-cache.ts'

const keys = Array.from({ length: 40 }, (_, index) => new SeededSigner(index).key)

/** Imports the key and keeps it. Whether it was there shows in its being the same object. */
function use(cache: KeyCache, key: Buffer): boolean {
  const first = cache.import(key)
  const wasThere = cache.import(key) === first
  cache.keep(key, first)
  return wasThere
}

test('an imported key is the key', () => {
  const key = importPublicKey(keys[0]!)
  expect(key.asymmetricKeyType).toBe('ed25519')
  expect(key.export({ format: 'der', type: 'spki' }).subarray(-32)).toEqual(keys[0])
})

test('a key that is only imported takes no room', () => {
  const cache = new KeyCache(8)
  for (const key of keys) cache.import(key)
  expect(cache.size).toBe(0)
})

test('keys in use stay, however many others come, and the size is bounded', () => {
  const cache = new KeyCache(8)
  use(cache, keys[0]!)
  for (const key of keys.slice(1)) {
    expect(use(cache, key)).toBe(false)
    expect(use(cache, keys[0]!)).toBe(true)
    expect(cache.size).toBeLessThanOrEqual(8)
  }
})

test('a key that was not used for as long as all others took is forgotten', () => {
  const cache = new KeyCache(8)
  for (const key of keys.slice(0, 9)) use(cache, key)
  expect(use(cache, keys[0]!)).toBe(false)
  expect(use(cache, keys[8]!)).toBe(true)
})
