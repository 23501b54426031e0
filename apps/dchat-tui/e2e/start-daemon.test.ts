/** dchatd started from the chat, by its user's word: it must outlive the chat, and the terminal of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RpcClient, RpcUnreachable } from '@dchat/rpc'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runPlain } from './run-plain.ts'
import { TestHome, TuiProcess } from './tui-process.ts'

/** A home whose dchatd speaks to nobody. `lines` are added to its configuration. */
function aHome(lines = ''): TestHome {
  const home = new TestHome()
  writeFileSync(
    join(home.path, 'dchatd.toml'),
    `${lines}[rpc]\nrpc_listen = ""\n[net]\nlocalnet = true\noutbound_connections = 0\ninbound = ["tcp://127.0.0.1:0"]\n`,
  )
  return home
}

/** Asks it to end, and waits until its socket is gone. */
async function stopDaemon(home: TestHome): Promise<void> {
  await using client = await RpcClient.connect({ kind: 'unix', path: home.socketPath })
  await client.call('node.stop', {})
  await client.closed
  for (;;) {
    try {
      await (await RpcClient.connect({ kind: 'unix', path: home.socketPath })).close()
    } catch (error) {
      if (error instanceof RpcUnreachable) return
      throw error
    }
  }
}

describe('starting dchatd from the chat', () => {
  it('asks, starts it, survives a terminal that hangs up, and is there for the next chat', async () => {
    const home = aHome()
    onTestFinished(async () => {
      await stopDaemon(home)
      home[Symbol.dispose]()
    })
    await using tui = new TuiProcess({ home: home.path })
    await tui.showsText('No dchatd runs here. Start it? [y] yes [n] no [a] always')
    tui.type('y')
    await tui.shows(({ text }) => text.includes('daemon ok') && text.includes('dchatd runs, with'))
    tui.type('\u001bg')
    await tui.shows(({ text }) => /^! The node only waits[^]*Peers: 0 ─+[^]*Outbound slots: [^]*Known hosts: 0/mu.test(text))
    tui.type('\u001b')
    await tui.shows(({ text }) => !text.includes('Known hosts'))
    tui.type('kept\r')
    await tui.showsText('hold it until somebody is')
    tui.type('\r')
    await tui.shows(({ rows }) => rows.some((row) => /kept ⌛$/u.test(row)))
    tui.hangUp()
    await tui.exited

    await using again = new TuiProcess({ home: home.path })
    await again.shows(({ text }) => text.includes('daemon ok') && text.includes('kept'))
    again.type('\u0004')
    expect(await again.exited).toMatchObject({ exitCode: 0 })
    await again.showsText('dchatd keeps running. To stop it: dchat-cli --home')
  })

  it('sends what a script says once the dchatd that it starts answers', async () => {
    const home = aHome()
    onTestFinished(async () => {
      await stopDaemon(home)
      home[Symbol.dispose]()
    })
    const { code, stdout, stderr } = await runPlain(home.path, 'hello\n', { env: { DCHAT_TUI_START_DAEMON: 'yes' } })
    expect([code, stdout]).toEqual([0, expect.stringContaining('me: hello')])
    expect(stderr).not.toMatch(/daemon is away|to start it/u)
  })

  it('says why it did not start, and how to start it where nobody can be asked', async () => {
    using home = aHome('colour = 1\n[log]\nlevel = "loud"\n')
    await using tui = new TuiProcess({ home: home.path })
    await tui.showsText('Start it?')
    tui.type('y')
    await tui.shows(({ text }) => /dchatd did not start: it ended with code 2/u.test(text))
    expect(tui.terminal.text).toContain('log.level')
    tui.type('\u0004')
    await tui.exited
    const piped = await runPlain(home.path, 'hello\n')
    expect(piped.code).toBe(3)
    expect(piped.stderr).toContain(`to start it: dchatd --home ${home.path}`)
  })
})
