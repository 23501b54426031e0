/** The vectors of encrypted kinds, made anew in Python from docs/chat.md and RFC 9180 alone: tooling/e2e/clients/sealed.py. */
import { PythonClient } from '@dchat/e2e'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const VECTORS = ['sealed.json', 'sealed-standards.json'].map((name) =>
  fileURLToPath(new URL(`../../../tooling/interop/vectors/${name}`, import.meta.url)),
)

test('Python makes every step of the vectors of encrypted kinds, and gives each the verdict there', async () => {
  const { code, stdout, stderr } = await PythonClient.run('sealed.py', VECTORS)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { compared, differences } = JSON.parse(stdout) as { compared: number; differences: unknown[] }
  expect(differences).toEqual([])
  expect(compared).toBeGreaterThan(200)
})
