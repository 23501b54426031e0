import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { newBoxSecret, openBoxKey } from './box-key.ts'

test('a box key has the public half of its secret, here those of RFC 9180, A.2.1', async () => {
  const secret = Buffer.from('8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb', 'hex')
  const { publicKey } = await openBoxKey(secret)
  expect(publicKey.toString('hex')).toBe('4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a')
})

test('each new secret is another', async () => {
  const secrets = await Promise.all(Array.from({ length: 8 }, newBoxSecret))
  expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(8)
  expect(secrets.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 32))
})

test('what is secret of a key is neither shown nor handed out', async () => {
  const secret = await newBoxSecret()
  const key = await openBoxKey(secret)
  expect(key.handles.privateKey.extractable).toBe(false)
  const shown = `${JSON.stringify(key)} ${inspect(key, { depth: 9, showHidden: true })}`
  expect(shown).not.toContain(secret.toString('hex'))
  expect(shown).not.toContain(secret.toString('base64url'))
  secret.fill(0)
  expect((await openBoxKey(secret)).publicKey.equals(key.publicKey)).toBe(false)
})

test('a secret has 32 bytes', async () => {
  await expect(openBoxKey(Buffer.alloc(31))).rejects.toThrow(RangeError)
  await expect(openBoxKey(Buffer.alloc(33))).rejects.toThrow(RangeError)
})
