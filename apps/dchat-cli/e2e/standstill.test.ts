/** Commands to a daemon that stands still: each ends by itself, and says why. */
import { expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'
import { CALL_TIMEOUT_MS } from '../src/limits.ts'

test('a daemon that stands still ends a command after its limit, with 3 and one line', async () => {
  await using node = await DaemonNode.started({ listens: false })
  const unanswered = (method: string, limit: string): object => ({
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(`^dchat-cli: the daemon at unix://.* did not answer ${method} within ${limit} ms; .*\n$`),
  })
  node.program.kill('SIGSTOP')
  const [sent, waited] = await Promise.all([node.cli(['send', 'into silence']), node.cli(['wait-ready', '--timeout', '1'])])
  expect(sent).toMatchObject(unanswered('chat\\.send', String(CALL_TIMEOUT_MS)))
  expect(waited).toMatchObject(unanswered('node\\.get_info', '\\d+'))
  node.program.kill('SIGCONT')
  expect(await node.cli(['ping'])).toMatchObject({ code: 0, stdout: 'pong\n' })
})
