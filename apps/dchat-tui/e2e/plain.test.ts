/** The line mode as scripts use it: real pipes, exit codes. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FakeDaemon } from '../src/testing/fake-daemon.ts'
import { TestHome, TuiProcess } from './tui-process.ts'

const LAUNCHER = fileURLToPath(new URL('../bin/dchat-tui.js', import.meta.url))

function run(
  home: string,
  input: string,
  args: readonly string[] = [],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [LAUNCHER, '--home', home, ...args])
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.end(input)
  })
}

describe('dchat-tui in a pipe', () => {
  it('prints the tail, sends each line, exits 0', async () => {
    using home = new TestHome()
    await using daemon = new FakeDaemon(home.socketPath)
    daemon.receive({ text: 'earlier' })
    await daemon.start()
    const { code, stdout, stderr } = await run(home.path, 'one\ntwo\n')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/earlier\n.*one \[sent to 3 peers\]\n.*two \[sent to 3 peers\]\n$/u)
    expect(stdout).not.toContain('\u001b')
  })

  it('has an exit code for each way to fail', async () => {
    using home = new TestHome()
    expect(await run(home.path, 'lost\n')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('the daemon is away'),
    })
    expect(await run(home.path, '', ['--nonsense'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--nonsense') })
    await using daemon = new FakeDaemon(home.socketPath)
    await daemon.start()
    daemon.nextSend = 'refuse'
    expect(await run(home.path, 'x\n')).toMatchObject({ code: 1, stderr: expect.stringContaining('the disk is full') })
    expect(await run(home.path, '/nope\n')).toMatchObject({ code: 2 })
    expect(await run(home.path, '')).toMatchObject({ code: 0 })
  })

  it('takes a dumb terminal for lines too', async () => {
    using home = new TestHome()
    await using daemon = new FakeDaemon(home.socketPath)
    daemon.receive({ text: 'earlier' })
    await daemon.start()
    await using tui = new TuiProcess({ home: home.path, env: { TERM: 'dumb' } })
    await tui.showsText('earlier')
    tui.type('typed\r')
    await tui.showsText('typed [sent to 3 peers]')
    tui.type('/quit\r')
    expect(await tui.exited).toMatchObject({ exitCode: 0 })
    await tui.showsText('dchatd keeps running')
    expect(tui.output).not.toContain('\u001b[')
  })
})
