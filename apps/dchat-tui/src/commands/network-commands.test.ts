import { RPC_VERSION } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { FrameMeter } from '../app/frame-meter.ts'
import { NOON } from '../testing/builders.ts'
import { aCommandContext } from '../testing/command-context.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { LinkedSession } from '../testing/linked-session.ts'
import { aNetAnswer } from '../testing/network.ts'
import { stateWhere } from '../testing/eventually.ts'
import type { CommandContext } from './command-context.ts'
import { parseLine } from './parse-line.ts'
import { runCommand } from './run-command.ts'
import type { RunnableCommand } from './run-command.ts'

/** Commands on a real link; `said` is what the last one printed. */
function consoleOf(linked: LinkedSession, more: Partial<CommandContext> = {}) {
  let said: string[] = []
  const { session, store, clock } = linked
  const context = aCommandContext({
    session,
    state: () => store.state,
    print: (text, level) => said.push(level === 'error' ? `! ${text}` : text),
    now: () => clock.nowMs(),
    ...more,
  })
  return async (line: string): Promise<string> => {
    said = []
    const parsed = parseLine(line)
    if (parsed.kind !== 'command') throw new Error(JSON.stringify(parsed))
    await runCommand(parsed as RunnableCommand, context)
    return said.join('\n')
  }
}

describe('commands about the network', () => {
  it('/status tells the daemon, peers, seeds with their next try, and what is stored', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    const run = consoleOf(linked)
    const now = linked.clock.nowMs()
    daemon.network = { ...aNetAnswer(now), problem: { text: 'Every seed failed.', hint: 'Is the network up?' } }
    const text = await run('/status')
    expect(text).toContain('daemon: dchatd 0.1.0 answers, state run, up 1 h 1 min')
    expect(text).toContain('peers: 1 inbound, 1 outbound; outbound slots 1 of 3; known hosts 105; bans 1')
    expect(text).toContain('problem: Every seed failed. Is the network up?')
    expect(text).toContain('seed tcp://seed.example:26660/: failed 20 s ago: connection refused')
    expect(text).toContain('manual peer tcp://192.0.2.1:5/: waiting, next try in 9 s: timed out')
    expect(text).toContain('discovery: waits, attempt 3; next round in 12 s')
    expect(text).toContain('store: 0 lines, 4.0 KiB')
    await daemon.stop()
    await stateWhere(linked.store, ({ link }) => link.at === 'away')
    expect(await run('/status')).toMatch(/^daemon: away: .*\/reconnect tries now$/u)
  })

  it('/peers lists session, mark, address, uptime and posts', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    const run = consoleOf(linked)
    daemon.network = aNetAnswer(linked.clock.nowMs())
    const rows = (await run('/peers')).split('\n')
    expect(rows[0]).toBe('2 channels (channel, session, mark, address):')
    expect(rows[1]).toMatch(/^9 {2}outbound {2}~\w{4} {2}tcp:\/\/198\.51\.100\.7:26660\/ {2}up 1 min, posts, version 0\.1\.0$/u)
    expect(rows[2]).toMatch(/up 1 h 0 min, no posts: plain lines only/u)
    daemon.rpcVersion = '1.3.0'
    expect(await run('/peers')).toMatch(/1 channel .*\n7 {2}inbound {2}~\w{4} {2}tcp:\/\/127\.0\.0\.1:40001$/u)
  })

  it('/net prints all of it where there is no screen', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    daemon.network = aNetAnswer(linked.clock.nowMs())
    const text = await consoleOf(linked)('/net')
    expect(text).toMatch(/^Connected to 2 peers[^]*Known hosts: 105[^]*Traffic: 6\.4 KiB[^]*post {2}#+/u)
    expect(text).toMatch(/^[\x20-\x7e\n]*$/u)
    let opened = 0
    await consoleOf(linked, { showNetwork: () => (opened += 1) })('/net')
    expect(opened).toBe(1)
  })

  it('/names tells who spoke here and who is online', async () => {
    await using daemon = new FakeDaemon()
    daemon.receive({ key: 'a'.repeat(64), nick: 'ann', held: true })
    daemon.receive({ from: 'tcp://203.0.113.4:26660/' })
    daemon.receive({ own: true })
    await using linked = await new LinkedSession(daemon).start()
    const run = consoleOf(linked)
    daemon.network = aNetAnswer(linked.clock.nowMs())
    const text = await run('/names')
    expect(text).toMatch(/2 names in dchat, as far as its lines are in memory:\n~\w{4} \(unsigned\), spoke .* ago\nann, spoke/u)
    expect(text).toMatch(/2 peers online, who may be anybody: ~\w{4} \(outbound\), ~\w{4} \(inbound\); \/peers/u)
  })
})

describe('looking into it', () => {
  it('/whoami tells name, node, addresses and versions', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    const text = await consoleOf(linked)('/whoami')
    expect(text).toMatch(/^you are alice\nno key: this daemon does not sign what you say\nlistens at tcp:\/\/127\.0\.0\.1:31000/u)
    expect(text).toContain(`RPC ${RPC_VERSION}`)
  })

  it('/stats tells lines, memory and frame times', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    const meter = new FrameMeter()
    for (const ms of [1, 2, 3, 80]) meter.note(ms, 0)
    const run = consoleOf(linked, { frames: meter.figures, now: () => NOON + 60_000 })
    for (let index = 0; index < 30; index += 1) daemon.receive({ received: NOON + 30_000 })
    await stateWhere(linked.store, ({ counts }) => counts.heard === 30)
    const text = await run('/stats')
    expect(text).toMatch(/1 link to the daemon\n30 lines came, 30 a minute, 30 in the last; 0 sent, 0 refused\n/u)
    expect(text).toMatch(/4 frames drawn; of the latest, half took 3\.0 ms or less, 99 of 100 80 ms, the slowest 80 ms; 80x24/u)
    expect(await run('/debug')).toMatch(/drawing: a frame took 80 ms/u)
  })

  it('/debug tells what the link and calls failed with, bounded', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    const run = consoleOf(linked)
    expect(await run('/debug')).toBe('nothing went wrong since the start')
    expect(await run('/connect tcp://refused:1')).toContain('connection refused')
    daemon.cut()
    await linked.reconnect()
    const text = await run('/debug')
    expect(text).toMatch(/call: p2p\.connect: -32005 connect failed: connection refused\n.*link: .*closed the connection/u)
    for (let index = 0; index < 60; index += 1) await run('/connect tcp://refused:1')
    expect((await run('/debug')).split('\n')).toHaveLength(51)
  })

  it('/rpc calls any method and shows its answer, made safe', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    const run = consoleOf(linked)
    daemon.nick = 'al\u001b]52;c;x\u0007ice'
    expect(await run('/rpc node.get_info')).toMatch(/^\{\n {2}"name": "dchatd",/u)
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(await run('/rpc node.get_info')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u)
    expect(await run('/rpc p2p.disconnect {"channel": 7}')).toBe('true')
    expect(await run('/rpc p2p.disconnect [7]')).toBe('true')
    expect(daemon.calls.at(-1)).toEqual({ method: 'p2p.disconnect', params: [7] })
    expect(await run('/rpc ping {nope')).toMatch(/^! \/rpc: the parameters are no JSON/u)
    expect(await run('/rpc ping 7')).toContain('a JSON object, or an array')
    const called = daemon.calls.length
    for (const method of ['identity.export', 'room.invitation', 'rpc.auth', 'chat.subscribe'])
      expect(await run(`/rpc ${method}`)).toMatch(/is left to dchat-cli: /u)
    expect(daemon.calls).toHaveLength(called)
    daemon.network = { cookie: 'hunter2', list: Array.from({ length: 500 }, (_, index) => index) }
    const long = (await run('/rpc net.status')).split('\n')
    expect(long).toHaveLength(201)
    expect(long.slice(0, 2)).toEqual(['{', '  "cookie": "…",'])
    expect(long.at(-1)).toMatch(/characters in all: dchat-cli shows the rest/u)
  })

  it('/reconnect makes a new link at once, and tries again while there is none', async () => {
    await using daemon = new FakeDaemon()
    await using linked = await new LinkedSession(daemon).start()
    const run = consoleOf(linked)
    const { counts } = linked.store.state
    const before = linked.clock.nowMs()
    await run('/reconnect')
    await stateWhere(linked.store, (state) => state.counts.links === counts.links + 1)
    await daemon.stop()
    await stateWhere(linked.store, ({ link }) => link.at === 'away')
    await daemon.start()
    await run('/reconnect')
    await stateWhere(linked.store, ({ link }) => link.at === 'ready')
    expect(linked.clock.nowMs()).toBe(before)
  })
})
