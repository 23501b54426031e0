/**
 * The daemon beside a peer of posts that was written in Python from docs/wire.md and docs/chat.md alone, and shares no code with it:
 * tooling/e2e/clients/post_peer.py.
 */
import { PythonClient } from '@dchat/e2e'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const VECTORS = fileURLToPath(new URL('../../../tooling/interop/vectors/negentropy.json', import.meta.url))

test('the Python reconciler makes the frames of the recorded reconciliations', async () => {
  const { code, stdout, stderr } = await PythonClient.run('negentropy.py', [VECTORS])
  expect({ code, stdout: stdout.trim(), stderr }).toEqual({ code: 0, stdout: '[]', stderr: '' })
})
